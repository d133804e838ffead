"""Workers, Redis and PostgreSQL killed, restarted and frozen; beats and tasks in plenty. Each returns its Outcomes."""

import collections
import contextlib
import os
import signal
import time

from config.servers import connect_redis
from tests.faults import book
from tests.faults.faults_clock import clock_moved
from tests.faults.faults_mail import mail_server
from tests.faults.stage import complain_of_web
from tests.faults.web import Visitors

EACH = 20  # follow-ups of one reader


def workers_killed(stage):
    """Many due reminders while worker processes die at random moments and are started anew."""
    kills, due = stage.count(100, 2), stage.count(10_000, 240)
    mailed = book.make_crowd("kill", readers=max(2, due * 6 // 10 // EACH), each=EACH)
    bell = book.make_crowd("bell", readers=max(2, due * 4 // 10 // EACH), each=EACH, mailed=False)
    stage.say(f"{kills} kills of workers, {due} due reminders")
    mailed.add()
    all_told_at = stage.plan(mailed, first_in=2, last_in=5 if stage.short else 3 * kills)
    stage.scene.set_mail(seconds=0.15)
    counts = collections.Counter()
    with Visitors(stage.scene, 1) as visitors:
        for number, slots in enumerate(stage.slices(bell, kills, EACH)):
            bell.add(1, users=slots)
            stage.scene.publish("deliver_reminders")
            counts += kill_a_worker(stage, number)
            if number % 10 == 9:
                stage.say(f"  {number + 1} kills")
        time.sleep(max(0, all_told_at - time.monotonic()))
        stage.scene.wait_for_workers()
        seconds = stage.wait_for_arrival(time.monotonic(), mailed, bell)
    stage.scene.set_mail()
    done = (
        f"{counts['worker']} kill -9 of a worker with its children, {counts['child']} of a child alone; "
        f"{counts['sending']} of them left mails half sent"
    )
    return [
        complain_of_web(
            stage.outcome(
                "Workers killed", done, [mailed, bell], seconds, visitors=visitors, doubled_allowed=True
            ),
            timed=not stage.short,
        )
    ]


def kill_a_worker(stage, number):
    """kill -9 at a random moment: every other time while mail is being sent, every tenth while a worker starts."""
    worker = stage.random.choice(stage.scene.workers)
    if number % 10 != 9:
        stage.scene.wait_for_workers()
    if number % 2 == 0:
        stage.wait_until_sending(4 if stage.short else 2)
        time.sleep(stage.random.uniform(0, 0.1))
    else:
        time.sleep(stage.random.uniform(0, 1.5))
    children = worker.children()
    alone = number % 4 == 3 and children
    if alone:
        with contextlib.suppress(ProcessLookupError):
            os.kill(stage.random.choice(children), signal.SIGKILL)
    else:
        worker.kill()
    left = stage.measure.value("SELECT count(*) FROM relationships_delivery WHERE status = 'sending'")
    if not alone:
        worker.start()
    return collections.Counter({"child" if alone else "worker": 1, "sending": int(left > 0)})


def redis_away(stage):
    """Redis restarted, emptied and frozen while people work in the web and reminders fall due."""
    restarts, flushes = stage.count(20, 2), stage.count(10, 1)
    frozen = 2.0 if stage.short else 60 * min(1, stage.scale)
    stage.say(f"Redis: {restarts} restarts, {flushes} FLUSHALL, frozen for {frozen:.0f} s")
    lasts = restarts * 3 + flushes * 2 + frozen
    crowd, all_told_at = falling_due(stage, "redis", readers=stage.count(100, 6), lasts=lasts)
    bell = book.make_crowd("redisbell", readers=4, each=restarts + flushes, mailed=False)
    valkey = stage.scene.valkey
    with Visitors(stage.scene) as visitors:
        for number in range(restarts):
            bell.add(1)
            valkey.process.send_signal(signal.SIGKILL if number % 2 else signal.SIGTERM)
            valkey.process.wait()
            time.sleep(stage.random.uniform(0.3, 1.5))
            stage.scene.start_again(valkey)
            time.sleep(stage.random.uniform(0.3, 1.5))
        for _flush in range(flushes):
            bell.add(1)
            stage.scene.publish("deliver_reminders", "score_all_clients")
            connect_redis(valkey.url).flushall()
            time.sleep(stage.random.uniform(0.2, 1.5))
        valkey.process.send_signal(signal.SIGSTOP)
        time.sleep(frozen)
        valkey.process.send_signal(signal.SIGCONT)
        time.sleep(max(0, all_told_at - time.monotonic()))
        seconds = stage.wait_for_arrival(time.monotonic(), crowd, bell)
    done = (
        f"restarted {restarts} times (every other one by kill -9), FLUSHALL {flushes} times, "
        f"SIGSTOP for {frozen:.0f} s"
    )
    return [
        complain_of_web(
            stage.outcome("Redis away", done, [crowd, bell], seconds, visitors=visitors),
            timed=not stage.short,
        )
    ]


def falling_due(stage, name, *, readers, lasts):
    """A crowd whose mails fall due one after the other for `lasts` seconds: (crowd, when the last one is due)."""
    crowd = book.make_crowd(name, readers=readers, each=EACH)
    crowd.add()
    return crowd, stage.plan(crowd, first_in=2, last_in=2 + lasts)


def postgres_killed(stage):
    """kill -9 for PostgreSQL and all its backends while the web and the workers write."""
    kills = stage.count(10, 1)
    stage.say(f"PostgreSQL: {kills} times kill -9")
    lasts = kills * (3 if stage.short else 7)
    crowd, all_told_at = falling_due(stage, "postgres", readers=stage.count(100, 6), lasts=lasts)
    bell = book.make_crowd("postgresbell", readers=20, each=kills, mailed=False)
    stage.scene.set_mail(seconds=0.1)
    with Visitors(stage.scene) as visitors:
        for _kill in range(kills):
            bell.add(1)
            stage.scene.publish("deliver_reminders", "generate_follow_ups")
            time.sleep(stage.random.uniform(0.5, 4 if not stage.short else 1))
            stage.scene.kill_postgres()
            stage.forget_connection()
            time.sleep(stage.random.uniform(0, 1))
            stage.scene.start_again(stage.scene.postgres)
        time.sleep(max(0, all_told_at - time.monotonic()))
        seconds = stage.wait_for_arrival(time.monotonic(), crowd, bell)
        recovered_at = time.monotonic()
        time.sleep(2)
    stage.scene.set_mail()
    done = f"{kills} kill -9 of the server with all its backends, under web requests and deliveries"
    notes = ["web requests may fail while it is away"]
    outcome = stage.outcome(
        "PostgreSQL killed",
        done,
        [crowd, bell],
        seconds,
        visitors=visitors,
        notes=notes,
        doubled_allowed=True,
    )
    if visitors.failures(since=recovered_at):
        outcome.complaints.append("web requests still failed after PostgreSQL was back")
    return [outcome]


def twice_and_thrice(stage):
    """Two beats, and every task that beats, workers or we publish delivered three times."""
    stage.say("Two beats, every task three times")
    scene = stage.scene
    scene.prepare(copies=3)
    sweeps = 3
    crowd, all_told_at = falling_due(
        stage, "twice", readers=stage.count(200, 6), lasts=1 if stage.short else 60 * sweeps
    )
    asked = book.make_crowd("cadence", readers=stage.count(50, 3), each=0, mailed=False)
    clients = [
        client
        for user in asked.users
        for client in book.make_clients("cadence", user, EACH, reached_days_ago=400)
    ]
    for _round in range(stage.count(20, 2)):
        scene.publish("generate_follow_ups", "deliver_reminders", "score_all_clients", times=3)
        time.sleep(stage.random.uniform(0, 0.5))
    time.sleep(max(0, all_told_at - time.monotonic()))
    generated = wait_for_cadence(stage, asked, clients)
    seconds = stage.wait_for_arrival(time.monotonic(), crowd, asked)
    done = (
        f"two beats for {sweeps} sweeps and more; each of their tasks, and of ours, three times on the queue"
    )
    outcome = stage.outcome("Everything delivered thrice", done, [crowd, asked], seconds)
    if generated != len(clients):
        outcome.complaints.append(f"{len(clients) - generated} clients got no follow-up of the cadence")
    return [outcome]


def wait_for_cadence(stage, crowd, clients, seconds=60):
    """Puts the cadence's follow-ups of these clients among what is due; returns how many clients have one."""
    query = (
        "SELECT id, assignee_id, client_id FROM relationships_followup "
        "WHERE rule = 'cadence' AND client_id = ANY(%s)"
    )
    deadline = time.monotonic() + seconds
    ids = [client.pk for client in clients]
    while True:
        rows = stage.measure.rows(query, ids)
        found = {client_id for _pk, _user, client_id in rows}
        if len(found) == len(ids) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    crowd.due |= {pk: book.Due(user_id, "", False) for pk, user_id, _client in rows}
    return len(found)


FAULTS = {
    "workers": workers_killed,
    "redis": redis_away,
    "postgres": postgres_killed,
    "mail": mail_server,
    "thrice": twice_and_thrice,
    "clock": clock_moved,
}
