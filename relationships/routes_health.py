"""Addresses of a client's health in full: history, changes, what would raise it."""

urlpatterns = []
