"""Addresses of the deliveries, for admins."""

from django.urls import path

from relationships.views import deliveries

urlpatterns = [
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/again/", deliveries.delivery_again, name="delivery_again"),
]
