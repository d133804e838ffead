"""Internal requests: all that department members open."""

from django.urls import path

from clients.views import requests

urlpatterns = [path("requests/", requests.requests, name="requests")]
