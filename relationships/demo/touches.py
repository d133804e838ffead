"""The demo's touchpoints of the last 18 months: a rhythm, a mood and a story for each client."""

import datetime
import re
import uuid
import zoneinfo

import pgtrigger
from django.db.models import F

from accounts.models import Segment
from relationships.models import (
    Direction,
    Interaction,
    InteractionContact,
    InteractionKind,
    InteractionSource,
)
from relationships.models.interaction import reaches_by_default

from .portfolios import CONTACT_EVERY_DAYS
from .sales import PRODUCTS
from .stories import EN, GOOD, NEUTRAL, OUTCOMES, RARE, TROUBLE, VI, WRITTEN_IN, WRITTEN_OUT

DAYS_BACK = 540
GAPS = {"key": (4, 10), "major": (13, 27), "standard": (30, 75)}
TALKS = [InteractionKind.CALL, InteractionKind.MEETING, InteractionKind.VISIT]
MINUTES = {InteractionKind.CALL: (4, 25), InteractionKind.MEETING: (30, 90), InteractionKind.VISIT: (45, 150)}

# Days since the last touch, as a share of the accepted silence.
LAST_TOUCH = {"slipping": (1.05, 1.9), "neglected": (2.2, 3.6), "souring": (0.05, 0.5), "lost": (1.5, 2.5)}
USUAL_LAST_TOUCH = (0.05, 0.75)
SHUT_OUT_DAYS = 100
SENTENCE_START = re.compile(r"^\w|(?<=[.!?] )\w")


def create_touches(firms, periods, rng, today):
    """Writes interactions with the contacts met. Returns {firm name: its rows, oldest first}."""
    by_firm = {}
    for firm in firms:
        if firm.name in periods and firm.profile not in ("never", "quiet_new"):
            by_firm[firm.name] = _touches_of(firm, periods[firm.name], rng, today)
    rows = [row for touches in by_firm.values() for row in touches]
    Interaction.objects.bulk_create(rows, batch_size=2_000)
    with pgtrigger.ignore("relationships.Interaction:update_update"):
        Interaction.objects.update(created_at=F("occurred_at") + datetime.timedelta(minutes=20))
    met = [InteractionContact(interaction=row, contact=c) for row in rows for c in row.people_met]
    InteractionContact.objects.bulk_create(met, batch_size=5_000)
    return by_firm


def _touches_of(firm, spans, rng, today):
    ages = _ages(firm, rng)
    stories = _stories(firm, len(ages), rng)
    return [_row(firm, spans, age, story, rng, today) for age, story in zip(ages, stories, strict=True)]


def _ages(firm, rng):
    """Days before today, oldest first."""
    cadence = CONTACT_EVERY_DAYS[firm.segment]
    low, high = LAST_TOUCH.get(firm.profile, USUAL_LAST_TOUCH)
    age = max(1, round(cadence * rng.uniform(low, high)))
    if _is_shutting_us_out(firm):
        age = round(cadence * rng.uniform(2.0, 2.5))
    if firm.profile == "new":
        age = rng.randint(1, 12)
    ages, oldest = [], min(DAYS_BACK, firm.managed - 1)
    while age < oldest:
        ages.append(age)
        age += rng.randint(*GAPS[firm.segment])
    return ages[::-1]


def _stories(firm, count, rng):
    """One (kind, mood, text, next step) for each touch; trouble comes as a story in its order."""
    language = VI if firm.is_vietnamese else EN
    decks = {}
    stories = [_ordinary(language, firm.profile, decks, rng) for _ in range(count)]
    trouble, before = rng.sample(TROUBLE[language], 2)
    if _is_shutting_us_out(firm) and count >= 4:
        stories[-4:-2] = [_talk(entry, rng) for entry in before[:2]]
    if firm.profile == "souring" and count >= 2:
        stories[-2:] = [_talk(entry, rng) for entry in trouble[:2]]
    elif firm.profile == "recovered" and count >= 5:
        stories[-5:-2] = [_talk(entry, rng) for entry in trouble]
        stories[-2:] = [_talk(rng.choice(GOOD[language]), rng) for _ in range(2)]
    elif firm.profile == "lost" and count >= 2:
        stories[-2:] = [_talk(entry, rng) for entry in trouble[:2]]
    return stories


def _ordinary(language, profile, decks, rng):
    """One of the usual touches. `decks` are this client's texts, dealt out before one comes again."""
    draw = rng.random()
    if draw < 0.12:
        kind, text = _deal(WRITTEN_OUT[language], decks, rng)
        return kind, Direction.OUT, None, text, ""
    if draw < 0.22:
        kind, text = _deal(WRITTEN_IN[language], decks, rng)
        return kind, Direction.IN, None, text, ""
    if draw < 0.28:
        kind = rng.choice(list(RARE))
        return kind, Direction.OUT, 1, RARE[kind][language], ""
    good = rng.random() < (0.75 if profile == "growing" else 0.5)
    return _talk(_deal((GOOD if good else NEUTRAL)[language], decks, rng), rng)


def _deal(texts, decks, rng):
    deck = decks.setdefault(texts[0], [])
    if not deck:
        deck.extend(rng.sample(texts, len(texts)))
    return deck.pop()


def _talk(entry, rng):
    sentiment, text, next_step, *only = entry
    kind = only[0] if only else rng.choices(TALKS, [60, 25, 15])[0]
    return kind, Direction.OUT, sentiment, text, next_step


def _row(firm, spans, age, story, rng, today):
    kind, direction, sentiment, text, next_step = story
    day = _working_day(today - datetime.timedelta(days=age))
    author = _lead_on(spans, day)
    here = [contact for contact in firm.contacts if contact.left_on is None or day < contact.left_on]
    if _is_shutting_us_out(firm) and age < SHUT_OUT_DAYS:
        here = here[:2]
    people = rng.sample(here, min(len(here), rng.choice([1, 1, 2, 3])))
    words = {"who": _address(people, firm), "product": rng.choice(PRODUCTS)[1]}
    row = Interaction(
        client=firm.row,
        author=author,
        kind=kind,
        direction=direction,
        reached=reaches_by_default(kind, direction),
        occurred_at=_office_hour(day, author, rng),
        occurred_on=day,
        duration_minutes=rng.randint(*MINUTES[kind]) if kind in MINUTES else None,
        sentiment=sentiment,
        summary=_sentences(text.format(**words)),
        outcome=rng.choice(OUTCOMES[VI if firm.is_vietnamese else EN]) if rng.random() < 0.2 else "",
        next_step=next_step.format(**words),
        next_step_on=day + datetime.timedelta(days=rng.randint(3, 14)) if next_step else None,
        source=InteractionSource.DEMO,
        idempotency_key=uuid.UUID(int=rng.getrandbits(128), version=4),
    )
    row.people_met = people
    return row


def _address(people, firm):
    if people:
        return people[0].given_name
    return "đầu mối" if firm.is_vietnamese else "the contact"


def _sentences(text):
    """A form of address may begin a sentence: “anh Thắng” becomes “Anh Thắng” there."""
    return SENTENCE_START.sub(lambda match: match.group().upper(), text)


def _lead_on(spans, day):
    for user, _first, last in spans:
        if last is None or day < last.date():
            return user
    return spans[-1][0]


def _is_shutting_us_out(firm):
    """A key client that is unhappy: one quarrel after the other, then silence, and only two people still talk to us."""
    return firm.profile == "souring" and firm.segment == Segment.KEY


def _working_day(day):
    """Saturdays and Sundays become the Friday before: later could be in the future."""
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def _office_hour(day, author, rng):
    local = datetime.datetime.combine(day, datetime.time(8, 30), tzinfo=zoneinfo.ZoneInfo(author.time_zone))
    return local + datetime.timedelta(minutes=5 * rng.randint(0, 106))
