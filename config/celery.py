"""The Celery application and every beat entry. Crontabs are in UTC; Viet Nam is UTC+7.

Beat only hastens: each job looks for due rows itself, so a missed or doubled tick changes nothing.
"""

import os

from celery import Celery
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from celery.signals import heartbeat_sent
from django.conf import settings

from accounts import pulse
from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.use()

app = Celery("tend")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "score every client": {
        "task": "relationships.tasks.score_all_clients",
        # The first of a house day starts the run, later ones take up what is left.
        "schedule": crontab(minute=5),
    },
    "roll the revenue years on": {
        "task": "clients.tasks.roll_revenue_years",
        "schedule": crontab(minute=1),  # changes something after the first of a month, before the scoring
    },
    "renew contracts that do so by themselves": {
        "task": "clients.tasks.renew_automatically",
        "schedule": crontab(minute=3),
    },
    "end overrides that have run out": {
        "task": "relationships.tasks.end_overrides",
        "schedule": crontab(minute=2),  # before the scoring: judged by the score of their last day
    },
    "score clients that changed": {
        "task": "relationships.tasks.sweep_changed_clients",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
    "go on with the preview of a scoring model": {
        "task": "relationships.tasks.preview_scoring",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
    "note missed service levels": {
        "task": "clients.tasks.note_breaches",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
    "settle promises to pay": {
        "task": "clients.tasks.settle_promises",
        "schedule": crontab(minute=10),  # before the follow-ups of the hour are generated
    },
    "generate follow-ups": {
        "task": "relationships.tasks.generate_follow_ups",
        "schedule": crontab(minute=20),
    },
    "expect purchases": {
        "task": "relationships.tasks.refresh_expected_value",
        # The first of a week of the house works: the night from Sunday to Monday.
        "schedule": crontab(minute=50),
    },
    "warm peers": {
        "task": "clients.tasks.warm_peers",
        "schedule": crontab(hour=18, minute=30),  # the house's night; the figures are kept for 26 hours
    },
    "sweep stored files": {
        "task": "clients.tasks.sweep_files",
        "schedule": crontab(hour=19, minute=45),  # what a rollback or a crash left behind
    },
    "deliver reminders": {
        "task": "relationships.tasks.deliver_reminders",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
    "send reports to clients": {
        "task": "relationships.tasks.send_reports",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
    "run backtests": {
        "task": "relationships.tasks.run_backtests",
        "schedule": settings.SWEEP_SECONDS,
        "options": {"expires": settings.SWEEP_SECONDS},
    },
}


class PulsingScheduler(PersistentScheduler):
    """Beat's scheduler that also leaves a sign of life for /healthz at each tick, at most 10 s apart."""

    max_interval_pulse = 10

    def tick(self, *args, **kwargs):
        pulse.beat(pulse.BEAT)
        self.forget_runs_ahead()
        return min(super().tick(*args, **kwargs), self.max_interval_pulse)

    def forget_runs_ahead(self):
        """After the clock was set back, entries that ran by the other clock would wait for as long as it was ahead."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at and entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # made anew by the next tick; its order is that of the other clock


app.conf.beat_scheduler = "config.celery:PulsingScheduler"


@heartbeat_sent.connect
def _worker_pulse(**_kwargs):
    pulse.beat(pulse.WORKER)
