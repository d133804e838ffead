"""The preview of a scoring model: what it says is what publishing then does, and it writes no score."""

import datetime

import pytest
from django.utils import timezone

from clients.models import Client
from relationships.health import preview, refresh, writing
from relationships.health.spec import THIRD_SPEC
from relationships.models import (
    HealthOverride,
    HealthScore,
    HealthSnapshot,
    PreviewChange,
    ScoringModel,
    ScoringPreview,
)
from tests import factories as make
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, Facts, Person, Touch

# Other weights, lines, days, roles and caps than version 3, and another distance to the lines.
DRAFT = THIRD_SPEC | {
    "weights": THIRD_SPEC["weights"] | {"rhythm": {"key": 40, "major": 35, "standard": 30}},
    "switched_on": [name for name in THIRD_SPEC["switched_on"] if name != "breadth"],
    "cadence_days": {"key": 10, "major": 20, "standard": 45},
    "required_roles": {"key": 3, "major": 2, "standard": 2},
    "bands": {"healthy": 80, "watch": 55},
    "hysteresis": {"points": 6, "nights": 3},
    "caps": THIRD_SPEC["caps"] | {"champion_left": None, "single_contact": 60},
}
SEGMENTS = ("key", "major", "standard")
BOOK = [
    Facts(
        SEGMENTS[i % 3],
        managed_days=200 + i,
        touches=[Touch(1 + i * 4, sentiment=(i % 5) - 2, met=[0]), Touch(40 + i * 3, sentiment=1)],
        people=[Person("champion"), Person("user", left_age=3 if i % 4 == 0 else None)],
        months={back: 10 + (i * back) % 7 for back in range(1, 25)},
        currency="USD" if i % 6 == 0 else "VND",
    )
    for i in range(36)
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(refresh, "as_of_today", lambda: AS_OF)
    monkeypatch.setattr(preview, "CHUNK_CLIENTS", 7)


@pytest.fixture
def scored(db):
    """The book, scored by version 3, with revenue; one client has no lead, one is lost."""
    clients = books.create([*BOOK, Facts(), Facts(lost_age=10)])
    clients[-2].assignments.all().delete()
    for number, client in enumerate(clients):
        Client.objects.filter(pk=client.pk).update(revenue_12m=1000 + number * 37)
    refresh.score_clients(as_of=AS_OF)
    return clients


def ask(spec=DRAFT):
    return ScoringPreview.objects.create(spec=spec, model=ScoringModel.objects.current())


def finish(row):
    while preview.work_on_open():
        pass
    row.refresh_from_db()
    return row


def publish(spec=DRAFT):
    current = ScoringModel.objects.current()
    return ScoringModel.objects.create(
        version=current.version + 1, spec=spec, note="Test", published_at=timezone.now()
    )


def shown():
    """{client: (band, score)} of those that a run scores."""
    rows = Client.objects.active().led().values_list("pk", "health_band", "health_score")
    return {pk: (band, score) for pk, band, score in rows}


def check_against_publishing(row):
    """Publishes the draft, scores everyone, and compares with the preview client by client and sum by sum."""
    before, outcome = shown(), preview.outcome(row)
    said = {
        c.client_id: (c.band_before, c.score_before, c.band_after, c.score_after) for c in row.changes.all()
    }
    publish(row.spec)
    refresh.score_not_yet_today()
    after = shown()
    happened = {pk: (*before[pk], *after[pk]) for pk in before if before[pk][0] != after[pk][0]}
    assert said == happened
    assert outcome.changed == len(happened)
    for moment, told in ((before, outcome.before), (after, outcome.after)):
        for band, figure in told.items():
            ids = [pk for pk, (found, _score) in moment.items() if found == band]
            revenue = {}
            for currency, amount in Client.objects.filter(pk__in=ids).values_list("currency", "revenue_12m"):
                revenue[currency] = revenue.get(currency, 0) + amount
            assert (figure.clients, figure.revenue) == (len(ids), revenue)
    return happened


@pytest.mark.django_db
def test_the_preview_says_exactly_what_publishing_does(scored):
    row = finish(ask())
    assert (row.done, row.total, row.error, row.as_of) == (len(BOOK), len(BOOK), "", AS_OF)
    assert len(check_against_publishing(row)) >= 5


@pytest.mark.django_db
def test_hysteresis_and_an_override_count_as_they_would(scored):
    """The lines move by less than the hysteresis for some, and a client shows a person's word over its score."""
    spoken = scored[1]
    HealthOverride.objects.create(
        client=spoken,
        score=77,
        reason="They told us",
        made_by=make.user(),
        made_at=books.noon(0),
        expires_on=AS_OF + datetime.timedelta(days=5),
    )
    refresh.score_clients(as_of=AS_OF)
    assert HealthScore.objects.get(client=spoken).shown_band == "healthy"
    spec = THIRD_SPEC | {"bands": {"healthy": 79, "watch": 53}}
    row = finish(ask(spec))
    happened = check_against_publishing(row)
    assert happened[spoken.pk] == ("healthy", 77, "watch", 77)
    held = HealthScore.objects.exclude(pending_band="")
    assert held.exists()  # otherwise the hysteresis was not put to the test
    assert not set(held.values_list("client", flat=True)) & set(happened)


@pytest.mark.django_db
def test_a_preview_writes_no_score(scored):
    def everything():
        return [
            list(HealthScore.objects.order_by("client").values()),
            list(HealthSnapshot.objects.order_by("client", "taken_on").values()),
            list(Client.objects.order_by("pk").values()),
        ]

    before = everything()
    finish(ask())
    assert everything() == before


@pytest.mark.django_db
def test_the_same_model_changes_nobody(scored):
    row = finish(ask(THIRD_SPEC))
    assert preview.outcome(row).changed == 0
    assert not row.changes.exists()


@pytest.mark.django_db
def test_an_empty_book_ends_at_once():
    row = finish(ask())
    assert (row.total, row.done, preview.outcome(row).clients) == (0, 0, 0)


@pytest.mark.django_db
def test_a_killed_preview_is_taken_up_where_it_stopped(scored, monkeypatch):
    whole = preview.outcome(finish(ask()))
    row, judge, calls = ask(), preview._judge, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt  # as a killed worker: nothing is tidied up
        return judge(*args)

    monkeypatch.setattr(preview, "_judge", dies)
    with pytest.raises(KeyboardInterrupt):
        preview.work_on_open()
    row.refresh_from_db()
    assert (row.done, row.ended_at) == (14, None)
    assert not preview.work_on_open()  # its worker may live
    assert len(calls) == 3
    ScoringPreview.objects.filter(pk=row.pk).update(alive_at=timezone.now() - preview.DEAD_AFTER * 1.1)
    finish(row)
    assert (row.done, row.error) == (len(BOOK), "")
    assert preview.outcome(row) == whole
    assert row.changes.count() == whole.changed


@pytest.mark.django_db
def test_of_two_workers_the_one_that_lost_the_claim_leaves_nothing(scored, monkeypatch):
    """A worker hangs, another takes the preview up; then the first goes on with its chunk."""
    row, judge, calls = ask(), preview._judge, []

    def overtaken(*args):
        calls.append(args)
        if len(calls) == 2:
            ScoringPreview.objects.filter(pk=row.pk).update(alive_at=timezone.now())
        return judge(*args)

    monkeypatch.setattr(preview, "_judge", overtaken)
    assert not preview.work_on_open()
    row.refresh_from_db()
    assert row.done == 7
    assert preview.outcome(row).clients == 7
    first = sorted(client.pk for client in scored)[:7]
    assert set(row.changes.values_list("client", flat=True)) <= set(first)


@pytest.mark.django_db
def test_a_turn_ends_and_the_next_goes_on(scored):
    row = ask()
    assert preview.work_on_open(seconds=0)  # its time was over before its first chunk
    row.refresh_from_db()
    assert (row.alive_at, row.ended_at, row.total) == (None, None, len(BOOK))
    assert finish(row).done == len(BOOK)


@pytest.mark.django_db
def test_a_preview_ends_with_its_day(scored, monkeypatch):
    row, judge = ask(), preview._judge

    def midnight(*args):
        monkeypatch.setattr(refresh, "as_of_today", lambda: AS_OF + datetime.timedelta(days=1))
        return judge(*args)

    monkeypatch.setattr(preview, "_judge", midnight)
    assert (finish(row).error, row.done) == (preview.DAY_OVER, 7)


@pytest.mark.django_db
def test_a_client_that_cannot_be_judged_stops_nobody_else(scored, monkeypatch):
    bad, judging = scored[3].pk, writing.judging

    def divides_by_nothing(ids, work):
        statement, params = judging(ids, work)
        if bad in ids:
            statement = statement.replace(
                "signals AS MATERIALIZED (SELECT ", "signals AS MATERIALIZED (SELECT 1/0, ", 1
            )
        return statement, params

    monkeypatch.setattr(writing, "judging", divides_by_nothing)
    row = finish(ask())
    outcome = preview.outcome(row)
    assert (outcome.failed, outcome.clients, row.error) == (1, len(BOOK) - 1, "")


@pytest.mark.django_db
def test_what_fails_is_told(scored, monkeypatch):
    def fails(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(preview, "_judge", fails)
    assert finish(ask()).error == preview.FAILED


@pytest.mark.django_db
def test_older_previews_go_when_a_newer_one_is_done(scored):
    old = finish(ask())
    assert old.changes.exists()
    finish(ask(THIRD_SPEC))
    assert not ScoringPreview.objects.filter(pk=old.pk).exists()
    assert not PreviewChange.objects.exists()


@pytest.mark.django_db
def test_one_that_was_stopped_is_not_worked_on(scored):
    row = ask()
    ScoringPreview.objects.filter(pk=row.pk).update(ended_at=timezone.now(), error=preview.REPLACED)
    assert not preview.work_on_open()
    row.refresh_from_db()
    assert row.done == 0
