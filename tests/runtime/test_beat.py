"""Beat's scheduler under a clock that moves."""

import datetime

from config.celery import PulsingScheduler, app


def test_entries_that_ran_under_a_clock_ahead_are_due_again(tmp_path):
    scheduler = PulsingScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=False)
    entry = scheduler.schedule["deliver reminders"]
    entry.last_run_at = app.now() + datetime.timedelta(days=1)
    assert not entry.is_due().is_due and entry.is_due().next > 80_000
    scheduler.forget_runs_ahead()
    entry = scheduler.schedule["deliver reminders"]
    assert entry.is_due().next <= 60
    scheduler.close()
