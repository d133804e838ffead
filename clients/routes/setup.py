"""What rules rest on, for admins."""

from django.urls import path

from clients.views import setup

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("setup/rates/<int:rate_id>/", setup.setup_rate, name="setup_rate"),
]
