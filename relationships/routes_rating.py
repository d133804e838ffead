"""Addresses of the account manager's own rating and of overrides."""

urlpatterns = []
