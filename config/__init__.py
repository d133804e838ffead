"""How Tend is put together: settings, URLs, Celery, and the commands behind `run`.

Imports nothing: `run` uses this package before anything is installed. The Celery app is loaded by config/apps.py.
"""
