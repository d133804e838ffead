"""Addresses of the account manager's own rating and of overrides."""

from django.urls import path

from relationships.views import ratings

urlpatterns = [
    path("ratings/", ratings.ratings, name="ratings"),
    path("clients/<int:client_id>/rating/", ratings.client_rating, name="client_rating"),
]
