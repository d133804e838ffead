"""Addresses of the bell, of one's own reminders and how they come."""

from django.urls import path

from relationships.views import reminder_settings, reminders, unsubscribe

urlpatterns = [
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/bell/", reminders.bell, name="bell"),
    path("reminders/read/", reminders.reminders_read, name="reminders_read"),
    path("reminders/settings/", reminder_settings.reminder_settings, name="reminder_settings"),
    path("reminders/mail/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
