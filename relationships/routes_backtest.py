"""Addresses of the backtest."""

urlpatterns = []
