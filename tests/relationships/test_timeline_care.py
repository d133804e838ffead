"""The timeline tells of the care after the signature: every kind of event in words, with a way to its row."""

import re

import pytest
import time_machine
from django.utils import timezone, translation

from clients.models import CareEvent, CareEventKind
from relationships import timeline, timeline_care
from relationships.followups.care import refresh_care_follow_ups
from relationships.followups.subjects import url_of_event
from tests import factories as make
from tests.relationships.followups import care_scenes as scene

pytestmark = pytest.mark.django_db
KINDS = CareEventKind.values
FULL = {
    "number": "HD-7",
    "title": "Care of both lines",
    "amount": "40000000.00",
    "currency": "VND",
    "day": "2026-11-20",
    "reason": "price",
    "note": "They found a cheaper one",
    "who": "Chị Hoa",
    "department": "Production",
    "department_vi": "Sản xuất",
    "state": "done",
    "decision": "approved",
    "answer": "accepted",
    "discount": "12.50",
    "days": 60,
    "severity": 10,
    "satisfaction": 4,
    "clock": "response",
    "late": True,
    "automatic": True,
    "renews": "HD-6",
    "invoice": "INV-1",
    "text": "It drips",
    "times": 2,
    "value": 4,
    "source": "handover",
    "score": 40.5,
    "computed": 78,
    "right": False,
    "step": "senior",
    "to": "Sơn",
    "whose": "Lan",
    "end": "touched",
    "follow_up": {"rule": "manual", "kind": "call", "reason": "Care of both lines", "facts": {}},
}
# What was thought of the relationship as a whole, and what became of a follow-up, has no page of its own.
ABOUT_THE_CLIENT = {"rated", "overridden", "override_ended"}
ABOUT_THE_CLIENT |= {"snoozed", "reassigned", "reopened", "escalated", "escalation_ended"}


def event(client, kind, *, by=None, **facts):
    return CareEvent.objects.create(
        client=client, kind=kind, at=timezone.now(), by=by, subject_id=7, facts=facts
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sentence_an_icon_and_a_place(kind):
    label = str(CareEventKind(kind).label)
    assert timeline_care.sentence(kind, {}).startswith(label)
    told = timeline_care.sentence(kind, FULL)
    assert told.startswith(f"{label}: ") and "Care of both lines" in told
    assert "None" not in told and "%(" not in told and timeline_care.note(kind, FULL)
    assert kind in timeline_care.ICONS
    assert url_of_event(kind, 1, 7).startswith("/") == (kind not in ABOUT_THE_CLIENT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_fact_breaks_nothing(kind):
    for missing in FULL:
        without = {name: value for name, value in FULL.items() if name != missing}
        for facts in (without, FULL | {missing: None}, FULL | {missing: ""}):
            assert timeline_care.sentence(kind, facts)
            assert "None" not in timeline_care.sentence(kind, facts) + timeline_care.note(kind, facts)


def test_facts_of_another_shape_are_left_out():
    facts = {
        "amount": "much",
        "currency": "VND",
        "day": "soon",
        "severity": 99,
        "state": "lost",
        "title": "T",
    }
    assert timeline_care.sentence("promise_made", facts) == "Promise to pay: T"
    assert timeline_care.sentence("issue_opened", facts) == "Issue opened: T"


@time_machine.travel("2026-11-23T03:00Z", tick=False)
@pytest.mark.parametrize(
    ("kind", "facts", "sentence", "note"),
    [
        (
            "payment",
            {"number": "INV-1", "amount": "40000.00", "currency": "VND", "day": "2026-11-20", "reason": ""},
            "Payment received: INV-1 · ₫40,000 · on Fri, Nov 20",
            "",
        ),
        (
            "promise_broken",
            {"number": "INV-1", "amount": "40000.00", "currency": "VND", "day": "2026-11-20"},
            "Promise to pay broken: INV-1 · ₫40,000 · by Fri, Nov 20",
            "",
        ),
        (
            "contract_signed",
            {"number": "HD-7", "title": "Care", "day": "2026-11-20", "automatic": True, "renews": "HD-6"},
            "Contract signed: HD-7 Care · from Fri, Nov 20 · by itself · renews HD-6",
            "",
        ),
        (
            "renewal_lost",
            {"number": "HD-7", "title": "Care", "reason": "price", "note": "Cheaper elsewhere"},
            "Renewal lost: HD-7 Care · Price",
            "Cheaper elsewhere",
        ),
        (
            "issue_opened",
            {
                "title": "Pump leaks",
                "severity": 10,
                "category": "technical",
                "who": "Chị Hoa",
                "text": "It drips",
            },
            "Issue opened: Pump leaks · Critical · Chị Hoa",
            "It drips",
        ),
        (
            "rated",
            {"value": 1, "note": "They want out"},
            "Relationship rated: 1 of 5, In danger",
            "They want out",
        ),
        (
            "rated",
            {"value": 2, "source": "handover"},
            "Relationship rated: 2 of 5, Weak · set at the handover",
            "",
        ),
        (
            "overridden",
            {"score": 40.0, "computed": 78.9, "day": "2026-11-30", "reason": "New owner"},
            "Health overridden: said 40 · computed 78 · until Mon, Nov 30",
            "New owner",
        ),
        (
            "override_ended",
            {"score": 40.0, "computed": 52.1, "right": True, "automatic": True},
            "Override ended: said 40 · computed 52 · was right · by itself",
            "",
        ),
        (
            "override_ended",
            {"score": 0.0, "computed": None, "right": None, "automatic": False},
            "Override ended: said 0",
            "",
        ),
        (
            "issue_rated",
            {"title": "Pump leaks", "satisfaction": 4},
            "Solution rated: Pump leaks · 4 of 5",
            "",
        ),
        (
            "request_closed",
            {"title": "A pump", "department": "Production", "state": "declined", "reason": "None left"},
            "Internal request closed: Production · A pump · Declined",
            "None left",
        ),
        (
            "approval_decided",
            {"title": "Line 3", "discount": "12.00", "days": 0, "decision": "declined", "answer": "Too much"},
            "Approval decided: Line 3 · 12% discount · Declined",
            "Too much",
        ),
        (
            "advice_answered",
            {"title": "Keep it", "reason": "It lasts", "answer": "postponed", "note": "Next year"},
            "Advice answered: Keep it · Later",
            "Next year",
        ),
        ("commitment_kept", {"text": "Two spare pumps"}, "Promise kept: Two spare pumps", ""),
    ],
)
def test_sentences(kind, facts, sentence, note):
    assert timeline_care.sentence(kind, facts) == sentence
    assert timeline_care.note(kind, facts) == note


def test_departments_are_named_in_the_readers_language():
    with translation.override("vi"):
        assert "Sản xuất" in timeline_care.sentence("request_asked", FULL)


def test_a_long_note_is_cut():
    assert (
        len(timeline_care.note("disputed", {"number": "1", "reason": "x" * 900}))
        == timeline_care.LONGEST_NOTE + 1
    )


# --- In the timeline -------------------------------------------------------------------------------------------------


def rows(browser, client, **query):
    return browser.get(f"/clients/{client.pk}/timeline/", query)


def test_events_stand_between_the_touches_newest_first_in_one_statement(book, django_assert_num_queries):
    make.interaction(book.alpha, days_ago=3)
    for kind in KINDS:
        event(book.alpha, kind, by=book.lan, **FULL)
    event(book.omega, "payment")
    make.interaction(book.alpha, days_ago=-1)
    with django_assert_num_queries(1):
        found, _more = timeline.entries(book.alpha, size=100)
    sources = [entry.source for entry in found]
    assert sources[0] == "touch" and sources[-2:] == ["touch", "joined"]
    assert [entry.facts["event"] for entry in found if entry.source == "care"] == KINDS[::-1]
    assert {entry.facts["by"] for entry in found if entry.source == "care"} == {"Lan Nguyễn"}


def test_pages_hold_every_event_once(book):
    moment = timezone.now()
    CareEvent.objects.bulk_create(
        CareEvent(client=book.alpha, kind="payment", at=moment, subject_id=n) for n in range(7)
    )
    seen, after = [], None
    while True:
        page, more = timeline.entries(book.alpha, after=after, size=2)
        seen += [entry.dom_id for entry in page]
        if not more:
            break
        after = timeline.read_cursor(page[-1].cursor)
    assert len(seen) == len(set(seen)) == 8


def test_the_page_tells_and_leads_to_the_row(book, as_user):
    event(book.alpha, "disputed", by=book.lan, number="INV-7", reason="<b>Wrong</b> price")
    event(book.alpha, "promise_made", number="INV-7")
    for query in ({}, {"kind": "changes"}):
        body = re.sub(r"\s+", " ", rows(as_user(book.lan, htmx=True), book.alpha, **query).content.decode())
        assert "Invoice disputed: INV-7</a>" in body and "&lt;b&gt;Wrong&lt;/b&gt; price" in body
        assert f"/clients/{book.alpha.pk}/?tab=receivables" in body
    assert "INV-7" not in rows(as_user(book.lan), book.alpha, kind="call").content.decode()


def test_an_unknown_kind_is_told_by_its_name(book, as_user):
    event(book.alpha, "later_kind", title="T")
    assert "later_kind: T" in rows(as_user(book.lan), book.alpha).content.decode()


def test_what_was_due_and_closed_by_itself_says_why_and_what_is_done_names_the_row(book, as_user):
    scene.commitment(book.alpha)
    invoice = make.invoice(book.alpha, amount=40_000_000, days_late=9)
    refresh_care_follow_ups()
    invoice.paid = invoice.amount
    invoice.save(update_fields=["paid"])
    refresh_care_follow_ups()
    book.alpha.follow_ups.filter(rule="commitment").update(status="done", closed_at=timezone.now())
    told = [entry.sentence for entry in timeline.entries(book.alpha)[0] if entry.source == "settled"]
    assert sorted(told) == [
        "Closed by itself: Remind them of ₫40,000,000 overdue: nothing is overdue any more",
        "Done: Keep the promise: Two spare pumps",
    ]
