"""Addresses of the backtest."""

from django.urls import path

from relationships.views import backtest as views

urlpatterns = [
    path("scoring/backtest/", views.backtest, name="backtest"),
    path("scoring/backtest/new/", views.backtest_new, name="backtest_new"),
    path("scoring/backtest/<int:backtest_id>/", views.backtest_past, name="backtest_past"),
]
