"""Sets the scene once and does the faults that were asked for, one after the other."""

import time

from config.console import say, step
from tests.faults import book
from tests.faults.faults import FAULTS
from tests.faults.measure import Measure
from tests.faults.scene import Scene
from tests.faults.stage import Stage

FULL_SWEEP_SECONDS, SHORT_SWEEP_SECONDS = 60, 10


def run(options, home, engines):
    """The Outcomes of the faults named in `options.only`."""
    sweep = SHORT_SWEEP_SECONDS if options.short else FULL_SWEEP_SECONDS
    workers = 1 if options.short else 2
    outcomes = []
    with Scene(home, engines, sweep_seconds=sweep, workers=workers) as scene:
        if options.short:  # nothing needs to be started anew for a later fault
            scene.prepare(copies=3, moved_clock=True)
        with step("Starting web, workers, two beats and a mail server"):
            book.set_up()
            scene.start()
        measure = Measure(engines[0].url, scene.mail_folder)
        stage = Stage(scene, measure, short=options.short, scale=options.scale, seed=int(time.time()))
        for name in options.only:
            begun = time.monotonic()
            outcomes += FAULTS[name](stage)
            say(f"  {name}: {time.monotonic() - begun:.0f} s")
    return outcomes
