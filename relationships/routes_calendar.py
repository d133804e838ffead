"""Addresses of the calendar feed."""

from django.urls import path

from relationships.views import calendar

urlpatterns = [
    path("reminders/calendar/", calendar.calendar_link, name="calendar_link"),
    path("reminders/calendar/end/", calendar.calendar_link_end, name="calendar_link_end"),
    path("calendar/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
]
