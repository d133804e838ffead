"""`python -m tests.faults.jobs worker …` is `celery -A config worker …` with a clock that a file moves, and with
tasks that are published several times.

The file of TEND_FAULTS_CLOCK holds by how many seconds the clock is off; TEND_FAULTS_COPIES says how often each task
that this process publishes reaches the queue. `time.monotonic` stays as it is, as it does when a system's clock is set.
"""

import os
import sys
import threading
import time
from pathlib import Path

import time_machine
from celery import current_app
from celery.__main__ import main as celery
from celery.signals import after_task_publish, task_prerun

LOOK_EACH_SECONDS = 0.1
COPY_MARK = "tend-copy"


class Clock:
    """The clock of this process, as far off as the file says. Forked children inherit it and look before each task."""

    def __init__(self, path):
        self.path, self.offset = path, 0.0
        self.offset = self.wanted()
        self.traveller = time_machine.travel(time.time() + self.offset, tick=True).start()

    def wanted(self):
        try:
            return float(self.path.read_text())
        except (OSError, ValueError):  # not written yet, or just being written
            return self.offset

    def look(self, **_signal):
        wanted = self.wanted()
        if wanted != self.offset:
            self.offset = wanted
            self.traveller.move_to(time_machine.escape_hatch.time.time() + wanted)

    def keep_looking(self):
        while True:
            self.look()
            time.sleep(LOOK_EACH_SECONDS)


def publish_copies(copies):
    """Sends each task that is published from here on `copies` times."""

    def publish_again(sender, headers=None, body=None, **_signal):
        if headers is None or headers.get(COPY_MARK):
            return
        args, kwargs, _embedded = body
        for _copy in range(copies - 1):
            current_app.send_task(sender, args, kwargs, headers={COPY_MARK: "1"})

    after_task_publish.connect(publish_again, weak=False)


def main():
    path = os.environ.get("TEND_FAULTS_CLOCK")
    if path:
        clock = Clock(Path(path))
        task_prerun.connect(clock.look, weak=False)
        threading.Thread(target=clock.keep_looking, daemon=True).start()
    copies = int(os.environ.get("TEND_FAULTS_COPIES", "1"))
    if copies > 1:
        publish_copies(copies)
    sys.argv = ["celery", *sys.argv[1:]]
    celery()


if __name__ == "__main__":
    main()
