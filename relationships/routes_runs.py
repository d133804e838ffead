"""Addresses of the scoring runs."""

urlpatterns = []
