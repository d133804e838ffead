"""Addresses of leave, cover and return."""

from django.urls import path

from relationships.views import absence_back, absences

urlpatterns = [
    path("leave/", absences.absences, name="absences"),
    path("leave/new/", absences.absence_new, name="absence_new"),
    path("leave/<int:absence_id>/", absences.absence_edit, name="absence_edit"),
    path("leave/<int:absence_id>/cancel/", absences.absence_cancel, name="absence_cancel"),
    path("leave/<int:absence_id>/back/", absence_back.absence_back, name="absence_back"),
]
