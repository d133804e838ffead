"""Addresses of the search, the keys and the calendar."""

from django.urls import path

from relationships.views import calendar_page, keys, search

urlpatterns = [
    path("search/", search.search, name="search"),
    path("keys/", keys.keys, name="keys"),
    path("calendar/", calendar_page.calendar_page, name="calendar"),
]
