"""A mail server that refuses, hangs, hangs up after taking a mail, or refuses one recipient."""

import signal
import time

from tests.faults import book
from tests.faults.scene import wait_until

EACH = 10
MODE_SECONDS = 45  # the longest that a way to fail lasts
RETRY_MINUTES = 2  # how far a short run moves the clock, so that the first retries are due


def mail_server(stage):
    """Four ways to fail, one after the other, each with readers of its own; then the server is well again."""
    scene, readers = stage.scene, stage.count(40, 4)
    stage.say("The mail server refuses, hangs, drops and refuses one recipient")
    parts = []
    # A server that hangs costs each reader ten seconds of waiting: too long for the short run.
    ways = (rejecting, dropping, refusing) if stage.short else (rejecting, dropping, refusing, hanging)
    for fail in ways:
        crowd = book.make_crowd(f"mail{fail.__name__}", readers=readers, each=EACH)
        crowd.add()
        due_at = stage.plan(crowd, first_in=2, last_in=2)
        parts.append((fail.__name__, crowd, *fail(stage, crowd, due_at)))
        scene.set_mail()
        send_what_nobody_tried(stage, crowd)
    recovered_at = time.monotonic()
    if stage.short:
        scene.set_clock(60 * RETRY_MINUTES)
    outcomes = []
    for name, crowd, done, complaint in parts:
        seconds = stage.wait_for_arrival(recovered_at, crowd)
        outcome = stage.outcome(
            f"Mail server {name}", done, [crowd], seconds, doubled_allowed=name == "dropping"
        )
        outcome.complaints += [complaint] if complaint else []
        outcomes.append(outcome)
    scene.set_clock(0)
    return outcomes


def send_what_nobody_tried(stage, crowd, seconds=30):
    """Lets the workers send what they left alone when three readers failed: the next way to fail is not theirs."""
    query = (
        "SELECT count(*) FROM relationships_delivery "
        "WHERE status IN ('pending', 'sending') AND follow_up_id = ANY(%s)"
    )
    deadline = time.monotonic() + seconds
    while stage.measure.value(query, list(crowd.due)) and time.monotonic() < deadline:
        stage.scene.publish("deliver_reminders")
        time.sleep(1)


def try_to_send(stage, due_at, has_shown):
    """Asks the workers to send, from when the mails are due until `has_shown()` what this way to fail does."""
    time.sleep(max(0, due_at - time.monotonic()))
    deadline = time.monotonic() + MODE_SECONDS
    while not has_shown() and time.monotonic() < deadline:
        stage.scene.publish("deliver_reminders")
        time.sleep(2)


def some_failed(stage, crowd):
    return "failed" in stage.measure.states(crowd)


def refusing(stage, crowd, due_at):
    """Nothing listens at the server's port."""
    scene = stage.scene
    scene.mail.kill()
    try_to_send(stage, due_at, lambda: some_failed(stage, crowd))
    states = stage.measure.states(crowd)
    scene.mail.start()
    wait_until(scene.mail_listens, "The mail server did not start")
    complaint = "" if "failed" in states else "no row says that the mail failed"
    return f"nothing listened; then: {states}", complaint


def hanging(stage, crowd, due_at):
    """The server's process is frozen: connections open, no word comes."""
    scene = stage.scene
    scene.mail.process.send_signal(signal.SIGSTOP)
    try_to_send(stage, due_at, lambda: some_failed(stage, crowd))
    states = stage.measure.states(crowd)
    scene.mail.process.send_signal(signal.SIGCONT)
    complaint = "" if "failed" in states else "no row says that the mail failed"
    return f"frozen from the first byte; then: {states}", complaint


def dropping(stage, crowd, due_at):
    """The server takes the mail and hangs up without an answer: nobody can know whether it arrived."""
    stage.scene.set_mail(drop=True)
    try_to_send(stage, due_at, lambda: some_failed(stage, crowd))
    taken = len(stage.measure.mails(crowd))
    done = f"hung up after DATA, {taken} mails taken without an answer; then: {stage.measure.states(crowd)}"
    return done, "" if taken else "no mail was taken without an answer"


def rejecting(stage, crowd, due_at):
    """One recipient is answered with 550; everybody else is to get their mail meanwhile."""
    address = crowd.users[len(crowd.users) // 2].email
    others = len(crowd.users) - 1
    stage.scene.set_mail(refuse=[address])

    def reached():
        return {to for mail in stage.measure.mails(crowd) for to in mail["to"]}

    try_to_send(stage, due_at, lambda: len(reached()) == others and some_failed(stage, crowd))
    got = len(reached())
    complaint = "" if got == others else f"only {got} of {others} others got their mail meanwhile"
    return f"550 for one of {others + 1} recipients; then: {stage.measure.states(crowd)}", complaint
