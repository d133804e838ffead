"""Addresses of the scoring runs."""

from django.urls import path

from relationships.views import scoring_runs as views

urlpatterns = [path("scoring/runs/", views.scoring_runs, name="scoring_runs")]
