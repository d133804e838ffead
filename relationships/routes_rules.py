"""Addresses of the rules that make follow-ups."""

from django.urls import path

from relationships.views import rules

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/preview/", rules.rules_preview, name="rules_preview"),
    path("rules/<str:rule>/", rules.rule_edit, name="rule_edit"),
]
