"""Scoring in bulk: signals, totals, hysteresis, current rows, snapshots and the columns on Client.

A chunk of clients is one short transaction: it locks those Client rows in the order of their ids, leaving out
what someone else holds, and then one statement reads and writes everything. The lock comes first, so the
statement sees every change whose mark (`health_stale_since`) it clears, and a change that comes later waits
a moment and sets its mark anew: none is lost. Two scorings at once take different clients or follow each
other. A killed one leaves whole chunks; what it did not reach is still marked, or not yet scored today.
"""

import logging
import zoneinfo
from dataclasses import dataclass

from django.conf import settings
from django.db import DataError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clients.models import Assignment, Client
from relationships.models import HealthScore, ScoringModel

from . import signals, writing
from .spec import Spec

CHUNK_CLIENTS = 1000  # about a tenth of a second, the longest that an edit of one of them waits
PAGE_CLIENTS = 20_000  # ids held at once

logger = logging.getLogger(__name__)


@dataclass
class Scoring:
    """What one scoring did: clients written, left to their holder (another scoring, an edit), and failed."""

    written: int = 0
    skipped: int = 0
    failed: int = 0

    def wrote(self, count, left):
        """A chunk is written but for the ids in `left`. Called in its transaction: what a run adds stands or falls
        with it."""
        self.written += count
        self.skipped += len(left)

    def could_not(self, client_id):
        """A client could not be scored; its transaction is rolled back."""
        self.failed += 1


def as_of_today():
    """Today in the house zone: the day that health is as of."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(settings.TIME_ZONE))


def effective_cadence_days(client_ids, as_of=None):
    """{client id: days of silence we accept, a float}; see scoring.effective_cadence. Two queries."""
    spec = Spec.from_json(ScoringModel.objects.current().spec)
    return signals.effective_cadence_days(client_ids, as_of or as_of_today(), spec)


def score_clients(client_ids=None, *, as_of=None):
    """Score the clients named, or all, as of a day (today in the house zone). Returns a Scoring.

    Clients without a running lead, and lost ones, end as unknown without a HealthScore. A client already scored
    for a later day is left alone. Ids that do not exist count as skipped. For each 1,000 clients one
    transaction of two statements, beside the few queries of a run.
    """
    chunks = _pages(Client.objects.all()) if client_ids is None else _slices(client_ids)
    return _run(chunks, as_of or as_of_today())


def score_not_yet_today(scoring=None, *, go_on=lambda: True):
    """Score whoever has a running lead and no score of today by the current model. Returns a Scoring (`scoring`).

    The ids are read 20,000 at a time, so the memory it takes does not grow with the book. `go_on()` as below.
    """
    today, model_id, last = as_of_today(), ScoringModel.objects.current().pk, 0
    scoring = Scoring() if scoring is None else scoring
    while go_on() and (ids := list(due_ids(today, model_id, first_id=last + 1)[:PAGE_CLIENTS])):
        score_chunks(ids, today, scoring, go_on=go_on)
        last = ids[-1]
    return scoring


def due_ids(as_of, model_id, *, first_id=0, last_id=None):
    """Ids, in their order, of the clients with a running lead that have no score of the day by the model: a lazy
    query, over clients `first_id` to `last_id`. It is the truth about what is due; run rows only tell of it."""
    within = Q(client__gte=first_id) & (Q() if last_id is None else Q(client__lte=last_id))
    here = Q(pk__gte=first_id) & (Q() if last_id is None else Q(pk__lte=last_id))
    active = Client.objects.active().filter(here)
    led = Assignment.objects.leads().filter(within, ended_at__isnull=True)
    scored = HealthScore.objects.filter(within, Q(as_of=as_of, model=model_id) | Q(as_of__gt=as_of))
    # Set operations hash. Joins would trust the statistics, which know nothing of a book just loaded or of today's
    # scores and promise a row or none: then each client is looked for in all of them, minutes for 20,000.
    led, scored = (rows.order_by().values_list("client", flat=True) for rows in (led, scored))
    return active.order_by().values_list("pk", flat=True).intersection(led).difference(scored).order_by("pk")


def count_due(as_of, model_id, *, limit=1000):
    """How many clients `due_ids` would name, for a page; one more than `limit` stands for all above it.

    Three queries that read no wide row: those with an older score or one by another model, leads of clients without
    any, and which of these count. Joined in one, a million clients were looked up to find that nobody is due.
    """
    older = Q(as_of__lt=as_of) | Q(as_of=as_of) & ~Q(model=model_id)
    found = set(HealthScore.objects.filter(older).order_by().values_list("client", flat=True)[: limit + 1])
    leads = Assignment.objects.leads().filter(ended_at__isnull=True).order_by()
    unscored = leads.filter(~Exists(HealthScore.objects.filter(client=OuterRef("client"))))
    found.update(unscored.values_list("client", flat=True)[: limit + 1])
    return min(Client.objects.active().led().filter(pk__in=found).count(), limit + 1)


def marked_ids(limit=PAGE_CLIENTS):
    """Ids of the clients marked as changed, the longest waiting first: a lazy query."""
    marked = Client.objects.filter(health_stale_since__isnull=False).order_by("health_stale_since")
    return marked.values_list("pk", flat=True)[:limit]


def sweep(scoring=None, limit=PAGE_CLIENTS):
    """Score the clients marked as changed. Returns a Scoring (`scoring`)."""
    return score_chunks(marked_ids(limit), as_of_today(), scoring)


def score_chunks(client_ids, as_of, scoring=None, *, go_on=lambda: True):
    """Score these clients in chunks, which `scoring` counts, as long as `go_on()` says so before each."""
    return _run(_slices(client_ids), as_of, scoring, go_on)


def _slices(ids):
    ids = sorted(set(ids))
    return (ids[at : at + CHUNK_CLIENTS] for at in range(0, len(ids), CHUNK_CLIENTS))


def _pages(clients):
    """Ids of a queryset, a chunk at a time by id; the next ones are read when they are needed."""
    last = 0
    while ids := list(
        clients.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK_CLIENTS]
    ):
        yield ids
        last = ids[-1]


def _run(chunks, as_of, scoring=None, go_on=lambda: True):
    scoring = Scoring() if scoring is None else scoring
    work = None
    for ids in chunks:
        if not go_on():
            break
        if work is None:  # nothing to do costs no query
            work = _work(as_of)
            writing.make_partitions(as_of)
        _score_or_split(ids, work, scoring)
    return scoring


def _work(as_of):
    model = ScoringModel.objects.current()
    return writing.Work(
        as_of=as_of,
        is_now=signals.is_today(as_of),
        model_id=model.pk,
        spec=Spec.from_json(model.spec),
    )


def _score_or_split(ids, work, scoring):
    """Score one chunk. If a value in it cannot be computed with, halve it: one bad row never stops the rest.

    Anything else that fails ends the run; the next sweep or hour goes on where it stopped.
    """
    try:
        with transaction.atomic():
            held = list(
                Client.objects.filter(pk__in=ids)
                .order_by("pk")
                .select_for_update(skip_locked=True, no_key=True)
                .values_list("pk", flat=True)
            )
            scoring.wrote(writing.write(held, work), left=set(ids).difference(held))
    except DataError:
        if len(ids) == 1:
            logger.exception("Client %s could not be scored", ids[0])
            scoring.could_not(ids[0])
            return
        _score_or_split(ids[: len(ids) // 2], work, scoring)
        _score_or_split(ids[len(ids) // 2 :], work, scoring)
