"""Addresses of the account manager's own rating and of overrides."""

from django.urls import path

from relationships.views import overrides, ratings

urlpatterns = [
    path("ratings/", ratings.ratings, name="ratings"),
    path("clients/<int:client_id>/rating/", ratings.client_rating, name="client_rating"),
    path("clients/<int:client_id>/override/", overrides.override, name="override"),
    path("overrides/", overrides.overrides, name="overrides"),
    path("overrides/<int:override_id>/end/", overrides.override_end, name="override_end"),
]
