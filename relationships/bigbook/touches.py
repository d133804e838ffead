"""Interactions over the last two years, week by week, as a real table would have grown.

Rows of one client are therefore spread over the whole table: reading a timeline touches as many pages as it
would in a book that people typed.
"""

import datetime

from relationships.demo import stories
from relationships.demo.sales import PRODUCTS
from relationships.models import Interaction, InteractionContact

from .copying import NULL, copy_lines, reserve_ids

WEEKS = 104
BATCH = 20_000
KINDS = ("call", "call", "call", "call", "meeting", "visit", "email", "message", "message", "review")
REACHED_OUT = frozenset({"call", "meeting", "visit", "review"})
MINUTES = {"call": 12, "meeting": 60, "visit": 90}
COLUMNS = [
    "id", "client", "author", "kind", "direction", "reached", "occurred_at", "occurred_on", "duration_minutes",
    "sentiment", "summary", "outcome", "next_step", "source", "idempotency_key", "created_at",
]  # fmt: skip
# One client in fifteen is unhappy, one in six has not been touched for a while.
UNHAPPY_EVERY, LAPSED_EVERY, LAPSED_WEEKS = 15, 6, (6, 60)


def create_interactions(layout, rng, today, progress):
    """Writes the interactions with the contacts met. Memory holds a batch at most."""
    first_id = reserve_ids(Interaction, layout.interactions)
    layout.spread_touches()
    touched = [index for index in range(layout.clients) if layout.touches[index]]
    written, texts, rows, met = 0, _texts(), [], []
    for week in range(WEEKS):
        for index in touched:
            for _ in range(_touches_in(week, index, layout.touches[index])):
                _touch(layout, index, first_id + written + len(rows), week, rng, today, texts, rows, met)
            if len(rows) >= BATCH:
                written += _flush(rows, met)
                progress("interactions", written, layout.interactions)
    written += _flush(rows, met)
    progress("interactions", written, layout.interactions)


def _flush(rows, met):
    count = copy_lines(Interaction, COLUMNS, rows)
    copy_lines(InteractionContact, ["interaction", "contact"], met)
    rows.clear()
    met.clear()
    return count


def _touches_in(week, index, total):
    """How many of a client's touches fall into a week: evenly, until it lapses."""
    weeks = WEEKS
    if index % LAPSED_EVERY == 0:
        low, high = LAPSED_WEEKS
        weeks -= low + index * 31 % (high - low)
    if week >= weeks:
        return 0
    phase = index * 7_919 % weeks  # a client with a single touch has it in any week
    return (total * (week + 1) + phase) // weeks - (total * week + phase) // weeks


def _touch(layout, index, number, week, rng, today, texts, rows, met):
    draw = rng.random()
    kind = KINDS[int(draw * 10)]
    inbound = kind in ("email", "message") and rng.random() < 0.5
    reached = inbound or kind in REACHED_OUT
    day = today - datetime.timedelta(days=7 * (WEEKS - week) - int(draw * 997) % 7)
    hour = f"{8 + int(draw * 9_973) % 10:02}:{int(draw * 99_991) % 60:02}"
    unhappy = index % UNHAPPY_EVERY == 0
    sentiment = int(draw * 9_949) % 3 - (2 if unhappy else 0) if rng.random() < 0.6 else NULL
    moment = f"{day} {hour}:00+07"
    # Its number comes first: keys in any order would write a page of their unique index for every row.
    key = f"{number:08x}{rng.getrandbits(96):024x}"
    rows.append(
        f"{number}\t{layout.first_client + index}\t{layout.lead_id(index) or NULL}\t{kind}\t"
        f"{'in' if inbound else 'out'}\t{'t' if reached else 'f'}\t{moment}\t{day}\t{MINUTES.get(kind, NULL)}\t"
        f"{sentiment}\t{texts[int(rng.random() * len(texts))]}\t\t\timport\t{key}\t{moment}"
    )
    first, count = layout.contacts_of(index)
    if reached and count:
        place = int(rng.random() * count)
        met.append(f"{number}\t{first + place}")
        if count > 1 and draw < 0.2:
            met.append(f"{number}\t{first + (place + 1) % count}")


def _texts():
    """Summaries as long as people write them."""
    tables = (stories.GOOD, stories.NEUTRAL)
    plain = [entry[1] for table in tables for entries in table.values() for entry in entries]
    return [
        text.format(who=who, product=product[1])
        for text in plain
        for who in ("chị Hương", "anh Dũng", "Helen", "Marcus")
        for product in PRODUCTS
    ]
