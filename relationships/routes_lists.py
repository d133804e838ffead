"""What the client list does with follow-ups."""

from django.urls import path

from relationships.views import bulk_follow_ups

urlpatterns = [
    path("clients/bulk/follow-ups/", bulk_follow_ups.bulk_follow_ups, name="bulk_follow_ups"),
]
