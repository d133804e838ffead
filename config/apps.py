"""Loads the Celery app with Django, so that every process publishes to the configured broker."""

from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ["Config", "celery_app"]


class Config(AppConfig):
    name = "config"
