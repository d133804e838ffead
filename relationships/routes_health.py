"""Addresses of a client's health in full: history, changes, what would raise it."""

from django.urls import path

from relationships.views import client_health_page

urlpatterns = [
    path(
        "clients/<int:client_id>/health/history/",
        client_health_page.client_health_page,
        name="client_health_page",
    ),
]
