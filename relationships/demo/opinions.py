"""What the demo's people think of the relationships themselves: ratings of the leads, and words over the score.

Dice of its own: the rest of the book does not change with it.
"""

import datetime
import random
import uuid
import zoneinfo

from django.conf import settings
from django.utils import timezone

from clients.models import Assignment, CareEvent, CareEventKind
from relationships.health.signals import read_signals
from relationships.health.spec import Spec
from relationships.models import HealthOverride, OwnRating, RatingSource, ScoringModel
from relationships.services.overrides import was_right
from relationships.services.own_rating import VALUE_AFTER_HANDOVER

from .opinion_words import NOTES, RED, TOO_HIGH, TOO_LOW
from .stories import EN, VI
from .touches import DAYS_BACK

SEED = 20_261_122
DAY = datetime.timedelta(days=1)
# How a lead sees a client whose story goes like this; what is not named is not rated yet.
VALUES = {
    "healthy": [4, 4, 5, 3, 4],
    "growing": [5, 4, 5],
    "slipping": [3, 4, 3],
    "neglected": [3, 3, 4],
    "souring": [2, 2, 3],
    "recovered": [3, 4],
    "new": [3, 4],
    "lost": [2],
}
RED_RATINGS = 2
SHARE_UNRATED, SHARE_STALE, SHARE_NOTED = 0.07, 0.14, 0.3
SETTLING_DAYS = 14  # after a handover the new lead has not rated yet

RAN_WEEKS = 2
ENDED_RIGHT, ENDED_WRONG, RUNNING = 8, 4, 3
LEAST_MOVE = 5  # points, so that right and wrong can be told


# --- Ratings -------------------------------------------------------------------------------------------------------


def create_ratings(firms, periods, today):
    """Writes what each lead thought every few months, 2 at each handover, and its entries in the timeline.

    Most are recent, some older than 90 days, some missing; two are red, with a reason. Returns how many.
    """
    rng, rows = random.Random(SEED), []
    reds = [firm for firm in firms if firm.profile == "souring" and firm.name in periods][:RED_RATINGS]
    for firm in firms:
        spans = periods.get(firm.name)
        if spans and firm.profile in VALUES:
            rows += _ratings_of(firm, spans, firm in reds, rng, today)
    OwnRating.objects.bulk_create(rows, batch_size=2_000)
    CareEvent.objects.bulk_create(_rated(row) for row in rows)
    return len(rows)


def _ratings_of(firm, spans, is_red, rng, today):
    handed_over = [(user, started) for user, started, _ended in spans[1:]]
    rows = [
        _rating(firm, user, VALUE_AFTER_HANDOVER, at, rng, source=RatingSource.HANDOVER)
        for user, at in handed_over
    ]
    if rng.random() < SHARE_UNRATED and not is_red:
        return rows
    age = rng.randint(95, 150) if rng.random() < SHARE_STALE and not is_red else rng.randint(2, 85)
    newest = True
    while age < min(DAYS_BACK, firm.managed - 1):
        day = today - datetime.timedelta(days=age)
        user, since = _lead_on(spans, day)
        if user and (day - since).days >= SETTLING_DAYS:
            value = 1 if is_red and newest else rng.choice(VALUES[firm.profile])
            rows.append(_rating(firm, user, value, _in_office(day, user, rng), rng))
            newest = False
        age += rng.randint(55, 100)
    return rows


def _lead_on(spans, day):
    """(who led on that day, since when), or (None, None)."""
    for user, first, last in spans:
        if first.date() <= day and (last is None or day < last.date()):
            return user, first.date()
    return None, None


def _rating(firm, user, value, at, rng, source=RatingSource.OWN):
    language, note = VI if firm.is_vietnamese else EN, ""
    if value == 1:
        note = rng.choice(RED[language])
    elif source == RatingSource.OWN and rng.random() < SHARE_NOTED:
        note = NOTES[value][language]
    return OwnRating(
        client=firm.row,
        value=value,
        note=note,
        rated_by=user,
        rated_at=at,
        rated_on=timezone.localdate(at, timezone.get_default_timezone()),
        source=source,
        idempotency_key=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _rated(row):
    facts = {"value": int(row.value), "note": row.note}
    if row.source == RatingSource.HANDOVER:
        facts = {"value": int(row.value), "source": str(row.source)}
    by = None if row.source == RatingSource.HANDOVER else row.rated_by
    return CareEvent(
        client_id=row.client_id,
        kind=CareEventKind.RATED,
        at=row.rated_at,
        by=by,
        subject_id=row.pk,
        facts=facts,
    )


def _in_office(day, user, rng):
    nine = datetime.datetime.combine(day, datetime.time(9), tzinfo=zoneinfo.ZoneInfo(user.time_zone))
    return nine + datetime.timedelta(minutes=5 * rng.randint(0, 90))


# --- Overrides -----------------------------------------------------------------------------------------------------


def create_overrides(users, today):
    """Writes overrides of the last half year that ended, right and wrong ones, and a few that run. Returns how many.

    After everything that scores rest on and before the scores, which then show them. What was computed at their
    start and end is read as it was known then.
    """
    rng, rows, taken = random.Random(SEED), [], set()
    leads = {
        row.client_id: row for row in Assignment.objects.current_leads().select_related("client", "user")
    }
    spec = Spec.from_json(ScoringModel.objects.current().spec)
    weeks = [today - datetime.timedelta(weeks=number) for number in range(24, 1, -RAN_WEEKS)]
    scores = {day: _scores(leads, day, spec) for day in [*weeks, today - datetime.timedelta(days=4)]}
    spans = list(zip(weeks, weeks[1:], strict=False))
    for number in range(ENDED_RIGHT + ENDED_WRONG):
        start, end = spans[number % len(spans)]
        found = _moved(leads, scores[start], scores[end], start, taken)
        if found:
            client_id = rng.choice(found[:8])
            taken.add(client_id)
            is_right = number % 3 != 2
            computed = scores[start][client_id], scores[end][client_id]
            rows.append(_ended(leads[client_id], users, start, end, computed, is_right, rng))
    rows += _running(leads, scores[today - datetime.timedelta(days=4)], taken, today, rng)
    HealthOverride.objects.bulk_create(rows)
    CareEvent.objects.bulk_create(event for row in rows for event in _told(row))
    return len(rows)


def _scores(leads, day, spec):
    found = read_signals(sorted(leads), day, spec)
    return {client_id: row["score"] for client_id, row in found.items() if row["score"] is not None}


def _moved(leads, before, after, start, taken):
    """Ids of clients whose score moved, the most first, led by the same person since."""
    ids = [pk for pk in before.keys() & after.keys() - taken if leads[pk].started_at.date() < start]
    moves = {pk: abs(after[pk] - before[pk]) for pk in ids}
    return sorted((pk for pk in ids if moves[pk] >= LEAST_MOVE), key=lambda pk: (-moves[pk], pk))


def _ended(lead, users, start, end, computed, is_right, rng):
    """One that said where the score then went, or the opposite. Every third was ended by hand."""
    before, after = computed
    went = 1 if after > before else -1
    target = after + went * rng.randint(0, 6) if is_right else before - went * rng.randint(12, 25)
    said = float(min(95, max(10, round(target / 5) * 5)))
    by_hand = rng.random() < 0.34
    row = _override(lead, users, said, before, start, rng)
    row.expires_on = end + datetime.timedelta(days=rng.randint(2, 9)) if by_hand else end - DAY
    row.ended_at = _in_office(end, lead.user, rng) if by_hand else _midnight(end)
    row.ended_by = lead.user if by_hand else None
    row.computed_at_end = after
    row.was_right = was_right(score=said, computed_score=before, computed_at_end=after)
    return row


def _running(leads, scores, taken, today, rng):
    """Two that say worse of a good score and one that says better of a bad one, of the demo's own log-ins first."""
    ids = sorted(scores.keys() - taken, key=lambda pk: (not leads[pk].user.has_usable_password(), pk))
    settled = [pk for pk in ids if leads[pk].started_at.date() < today - datetime.timedelta(days=30)]
    good = [pk for pk in settled if scores[pk] >= 80][:12]
    bad = [pk for pk in settled if scores[pk] < 50][:12]
    chosen = [(pk, 40.0) for pk in rng.sample(good, RUNNING - 1)] + [(pk, 70.0) for pk in rng.sample(bad, 1)]
    start, rows = today - datetime.timedelta(days=4), []
    for client_id, said in chosen:
        row = _override(leads[client_id], {}, said, scores[client_id], start, rng)
        row.expires_on = today + datetime.timedelta(days=rng.randint(5, 20))
        rows.append(row)
    return rows


def _override(lead, users, said, computed, start, rng):
    words = TOO_HIGH if said < computed else TOO_LOW
    others = [users[key] for key in ("senior", "manager") if key in users and rng.random() < 0.12]
    return HealthOverride(
        client=lead.client,
        score=said,
        reason=rng.choice(words[VI if lead.client.country == "VN" else EN]),
        made_by=others[0] if others else lead.user,
        made_at=_in_office(start, lead.user, rng),
        computed_score=computed,
        idempotency_key=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _told(row):
    about = {"client_id": row.client_id, "subject_id": row.pk}
    facts = {"score": row.score, "computed": row.computed_score}
    said = facts | {"day": row.expires_on.isoformat(), "reason": row.reason}
    yield CareEvent(kind=CareEventKind.OVERRIDDEN, at=row.made_at, by=row.made_by, facts=said, **about)
    if row.ended_at:
        facts = {"score": row.score, "computed": row.computed_at_end, "right": row.was_right}
        facts["automatic"] = row.ended_by is None
        kind = CareEventKind.OVERRIDE_ENDED
        yield CareEvent(kind=kind, at=row.ended_at, by=row.ended_by, facts=facts, **about)


def _midnight(day):
    return datetime.datetime.combine(day, datetime.time(), tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE))
