"""Addresses of the scoring model: draft, preview, publishing, history."""

from django.urls import path

from relationships.views import scoring_model as views
from relationships.views import scoring_preview as previews

urlpatterns = [
    path("scoring/", views.scoring_model, name="scoring_model"),
    path("scoring/versions/<int:version>/", views.scoring_version, name="scoring_version"),
    path("scoring/draft/", views.scoring_draft, name="scoring_draft"),
    path("scoring/draft/discard/", views.scoring_discard, name="scoring_discard"),
    path("scoring/draft/preview/", previews.scoring_preview, name="scoring_preview"),
    path("scoring/draft/publish/", previews.scoring_publish, name="scoring_publish"),
]
