"""Who sends whose mail: one worker at a time for each person, and what became of a mail, written through faults.

The lock on a person is held by the worker's connection to PostgreSQL, not by a row and a clock: it is gone at once with
a worker that was killed or a server that went down. So rows in `sending` whose lock can be taken were left behind, and
the next run takes them up. A short grace covers a worker that is alive and has only lost its connection, since it
comes back to mark what it has sent.
"""

import contextlib
import datetime
import logging
import time

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, JSONField, TextField
from django.db.models.expressions import Func, Value
from django.db.models.functions import Cast
from django.utils import timezone

from relationships.followups import rules
from relationships.mail import server_is_away
from relationships.models import Delivery, DeliveryStatus

PERSON_LOCK = 0x7E4D  # first keys of the advisory locks; the second is the user's id, the number of a place
PLACE_LOCK = 0x7E4E
GRACE = datetime.timedelta(
    seconds=20
)  # longer than a claim is kept with a last mail: EMAIL_TIMEOUT and a reconnect
KEEP_TRYING_SECONDS = 60
PAUSE_SECONDS = 0.5
ERROR_LENGTH = 500
MOST_ATTEMPTS_COUNTED = 1000  # the column is small; an outage of weeks must not overflow it
UNCERTAIN = "uncertain"  # in the facts of a row whose mail may have arrived all the same

logger = logging.getLogger(__name__)

# All rows of one mail or none: what was closed or moved since they were read is not told any more.
CLAIM = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(numbers)s::int[], %(message_ids)s::uuid[])
         AS given(id, number, message_id)
), ours AS (
    SELECT d.id FROM relationships_delivery d LEFT JOIN relationships_followup f ON f.id = d.follow_up_id
    WHERE d.id = ANY(%(ids)s) AND d.status <> 'sent'
      AND (f.id IS NULL OR f.status = 'open' AND (d.kind = 'escalation' OR f.due_on = d.due_on))
    FOR UPDATE OF d
), whole AS (
    SELECT number FROM given LEFT JOIN ours USING (id) GROUP BY number HAVING count(*) = count(ours.id)
)
UPDATE relationships_delivery d
SET status = 'sending', claimed_at = %(now)s, attempts = least(d.attempts + 1, %(most)s), message_id = given.message_id,
    facts = CASE d.status WHEN 'sending' THEN d.facts || %(uncertain)s ELSE d.facts END
FROM given JOIN whole USING (number) WHERE d.id = given.id
RETURNING given.number"""

# Back to what they were, of mails whose sending has not begun.
GIVE_BACK = """
UPDATE relationships_delivery d SET status = given.status, attempts = greatest(d.attempts - 1, 0)
FROM unnest(%(ids)s::bigint[], %(states)s::text[]) AS given(id, status)
WHERE d.id = given.id AND d.status = 'sending' AND d.claimed_at = %(claimed_at)s"""

SENT = """
UPDATE relationships_delivery d SET status = 'sent', sent_at = given.sent_at, error = ''
FROM unnest(%(ids)s::bigint[], %(message_ids)s::uuid[], %(times)s::timestamptz[]) AS given(id, message_id, sent_at)
WHERE d.id = given.id AND d.message_id = given.message_id AND d.status <> 'sent'"""
# Seen by everyone at once, on the disk a little later: waiting for it after each mail took most of a run.
SENT_SOON_ON_DISK = f"""
WITH soon AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
{SENT.strip()} AND EXISTS (SELECT FROM soon)"""

# In the order given, no more than asked for: a lock is only tried for until there are enough.
LOCK = """
SELECT id FROM unnest(%s::int[]) WITH ORDINALITY AS person(id, place)
WHERE pg_try_advisory_lock(%s, id) LIMIT %s"""


@contextlib.contextmanager
def a_place():
    """True while this worker may send: one of a few places, so that a slow mail server never holds every worker."""
    place = next((number for number in range(1 + settings.DELIVERY_HELPERS) if _try_place(number)), None)
    try:
        yield place is not None
    finally:
        if place is not None:
            _unlock("SELECT pg_advisory_unlock(%s, %s)", [PLACE_LOCK, place])


def _try_place(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [PLACE_LOCK, number])
        return cursor.fetchone()[0]


@contextlib.contextmanager
def some_of(user_ids, *, most):
    """The first `most` of these people whose mail nobody else has in hand; theirs is ours until the end."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [user_ids, PERSON_LOCK, most])
        taken = [user_id for (user_id,) in cursor.fetchall()]
    try:
        yield taken
    finally:
        _unlock("SELECT pg_advisory_unlock(%s, id) FROM unnest(%s::int[]) id", [PERSON_LOCK, taken])


def _unlock(statement, given):
    """With a lost connection the locks are gone already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
    except (OperationalError, InterfaceError) as error:
        logger.info("Locks were gone with the connection: %s", error)


def session():
    """Number of the server's process behind this connection: with another one the locks are lost."""
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def is_abandoned(row, now):
    """Whether a row in `sending` whose lock is ours was left behind. A claim to come is that of a moved clock."""
    return row.claimed_at is None or not now - GRACE < row.claimed_at <= now


def server_is_fresh():
    """Whether PostgreSQL has come up so lately that living workers may still be on their way back to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() - pg_postmaster_start_time() BETWEEN interval '0' AND %s", [GRACE]
        )
        return cursor.fetchone()[0]


def claim(letters):
    """Marks the rows of these mails `sending`, in one statement. Returns the letters that may be sent: those of which
    every row is to be told still."""
    now = timezone.now()
    rows = [(row, number, letter) for number, letter in enumerate(letters) for row in letter.rows]
    given = {
        "ids": [row.pk for row, _number, _letter in rows],
        "numbers": [number for _row, number, _letter in rows],
        "message_ids": [letter.message_id for _row, _number, letter in rows],
        "now": now,
        "most": MOST_ATTEMPTS_COUNTED,
        "uncertain": f'{{"{UNCERTAIN}": true}}',
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        claimed = {number for (number,) in cursor.fetchall()}
    for row, number, letter in rows:
        if number in claimed:
            row.message_id, row.attempts = letter.message_id, min(row.attempts + 1, MOST_ATTEMPTS_COUNTED)
            letter.claimed_at = now
    return [letter for number, letter in enumerate(letters) if number in claimed]


def give_back(letters):
    """Takes back the claim of mails whose sending has not begun; whoever has taken them up since keeps them."""
    for letter in letters:
        for row in letter.rows:
            row.attempts -= 1
    rows = [row for letter in letters for row in letter.rows]
    given = {
        "ids": [row.pk for row in rows],
        # what was in `sending` before is uncertain now, and due
        "states": [
            DeliveryStatus.PENDING if row.status == DeliveryStatus.PENDING else DeliveryStatus.FAILED
            for row in rows
        ],
        "claimed_at": letters[0].claimed_at,
    }
    _through_faults(lambda: _execute(GIVE_BACK, given))


def mark_sent(*letters, soon_on_disk=False):
    """The mails are out: so whoever else has taken them up meanwhile, and through a lost connection.

    `soon_on_disk`: does not wait for the disk, so a crash of PostgreSQL may lose it; mark them once more afterwards.
    """
    now = timezone.now()
    for letter in letters:
        letter.sent_at = letter.sent_at or now
    rows = [(row.pk, letter.message_id, letter.sent_at) for letter in letters for row in letter.rows]
    ids, message_ids, times = map(list, zip(*rows, strict=True))
    given = {"ids": ids, "message_ids": message_ids, "times": times}
    _through_faults(lambda: _execute(SENT_SOON_ON_DISK if soon_on_disk else SENT, given))


def _execute(statement, given):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def mark_failed(letter, error, *, uncertain=False):
    """Keeps the error for people to read and sets the time of the next attempt: soon when nobody's mail gets out.

    `uncertain`: the mail may have arrived, so it goes out again by itself and under its own Message-ID. Rows that
    another worker has taken up since are left alone.
    """
    attempts = 1 if server_is_away(error) else max(row.attempts for row in letter.rows)
    changes = {
        "status": DeliveryStatus.FAILED,
        "error": f"{type(error).__name__}: {error}"[:ERROR_LENGTH],
        "send_at": timezone.now() + rules.retry_after(attempts),
    }
    if uncertain:
        changes["facts"] = _and_uncertain()
    ours = Delivery.objects.filter(
        pk__in=[row.pk for row in letter.rows],
        status=DeliveryStatus.SENDING,
        message_id=letter.message_id,
        claimed_at=letter.claimed_at,
    )
    _through_faults(lambda: ours.update(**changes))


def _and_uncertain():
    flag = Cast(Value(f'{{"{UNCERTAIN}": true}}'), JSONField())
    return Func(F("facts"), flag, template="%(expressions)s", arg_joiner=" || ", output_field=JSONField())


def without_uncertain():
    """The facts of a row without UNCERTAIN, for an update."""
    flag = Cast(Value(UNCERTAIN), TextField())
    return Func(F("facts"), flag, template="%(expressions)s", arg_joiner=" - ", output_field=JSONField())


def _through_faults(write):
    """Repeats a write over a lost connection: a mail that is out must not go out again because of it."""
    give_up_at = time.monotonic() + KEEP_TRYING_SECONDS
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > give_up_at:
                raise
            logger.warning("What became of a mail could not be written yet: %s", error)
            connection.close()
            time.sleep(PAUSE_SECONDS)
