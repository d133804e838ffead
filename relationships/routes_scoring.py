"""Addresses of the scoring model: draft, preview, publishing, history."""

urlpatterns = []
