"""The hand-over from sales: intake, kick-off, and promises that stay open until somebody decides."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.working_time import add_working_days, is_working_day
from clients.forms.intake import IntakeEditForm
from clients.models import CareEvent, Client, Commitment, Intake
from clients.services import intake as service
from clients.services.changes import KeyUsedElsewhere
from clients.services.refusals import Refused
from tests import factories as make


def day(offset):
    return timezone.localdate() + datetime.timedelta(days=offset)


def take_over(book, **values):
    values = {
        "client": book.alpha,
        "values": {
            "sold_by": "Trần Hà",
            "handed_over_on": day(-1),
            "what_was_sold": "Boxes for a year",
            "kick_off_by": day(6),
        },
        "people": [],
        "promises": [("Free training", day(30)), ("A hotline", None)],
        "by": book.lan,
        "idempotency_key": uuid.uuid4(),
    } | values
    return service.take_over(**values)


@pytest.fixture
def intake(book):
    return take_over(book)


@pytest.fixture
def promise(book):
    return Commitment.objects.create(client=book.alpha, text="Free training", due_on=day(30))


def url(name, row):
    return reverse(f"clients:{name}", args=[row.pk])


def kinds():
    return list(CareEvent.objects.order_by("id").values_list("kind", flat=True))


# --- The hand-over --------------------------------------------------------------------------------------------


def test_the_kick_off_is_due_after_five_working_days():
    friday = datetime.date(2026, 2, 13)  # Tết begins on the Monday
    assert service.kick_off_by(friday) == add_working_days(friday, 5)
    assert is_working_day(service.kick_off_by(friday))
    assert service.kick_off_by(friday) - friday > datetime.timedelta(days=7)


def test_a_hand_over_keeps_people_and_promises_and_is_told(book):
    tram = make.contact(book.alpha)
    row = take_over(book, people=[tram])
    assert list(row.people.all()) == [tram] and row.created_by == book.lan
    assert set(row.commitments.values_list("text", "due_on", "status", "client")) == {
        ("Free training", day(30), "open", book.alpha.pk),
        ("A hotline", None, "open", book.alpha.pk),
    }
    event = CareEvent.objects.get()
    assert (event.kind, event.subject_id, event.facts["day"]) == ("intake", row.pk, day(6).isoformat())
    assert event.facts["title"] == "Trần Hà" and event.facts["note"] == "Boxes for a year"
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None


def test_the_same_hand_over_sent_twice_exists_once(book):
    key = uuid.uuid4()
    assert take_over(book, idempotency_key=key) == take_over(book, idempotency_key=key)
    assert (Intake.objects.count(), Commitment.objects.count(), kinds()) == (1, 2, ["intake"])
    with pytest.raises(KeyUsedElsewhere):
        take_over(book, client=book.omega, idempotency_key=key)


def test_the_kick_off_is_noted_once(book, intake):
    service.hold_kick_off(intake=intake, held_on=day(0), by=book.lan)
    service.hold_kick_off(intake=intake, held_on=day(0), by=book.lan)
    with pytest.raises(service.AlreadyDecided):
        service.hold_kick_off(intake=intake, held_on=day(-1), by=book.senior)
    assert Intake.objects.get().kicked_off_on == day(0) and kinds() == ["intake", "kick_off"]


def test_a_kick_off_before_the_hand_over_is_refused(book, intake):
    with pytest.raises(Refused) as refused:
        service.hold_kick_off(intake=intake, held_on=day(-2), by=book.lan)
    assert refused.value.field == "held_on" and Intake.objects.get().kicked_off_on is None


# --- Promises -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status, kind", [("kept", "commitment_kept"), ("withdrawn", "commitment_withdrawn")])
def test_a_promise_is_open_until_somebody_decides_once(book, promise, status, kind):
    for _ in range(2):
        decided = service.decide_promise(promise=promise, status=status, by=book.lan, note="As agreed")
    assert (decided.status, decided.decided_on, decided.decided_by) == (status, day(0), book.lan)
    assert kinds() == [kind] and CareEvent.objects.get().facts["text"] == "Free training"
    other = {"kept": "withdrawn", "withdrawn": "kept"}[status]
    with pytest.raises(service.AlreadyDecided):
        service.decide_promise(promise=promise, status=other, by=book.senior, note="No")
    assert Commitment.objects.get().status == status


def test_withdrawing_needs_a_note(book, promise):
    with pytest.raises(Refused) as refused:
        service.decide_promise(promise=promise, status="withdrawn", by=book.lan)
    assert refused.value.field == "note" and Commitment.objects.get().status == "open"


def test_a_promise_typed_twice_in_a_moment_is_one(book):
    words = {"client": book.alpha, "text": "A hotline", "due_on": None}
    assert service.add_promise(by=book.lan, **words) == service.add_promise(by=book.lan, **words)
    service.add_promise(by=book.senior, **words)
    service.add_promise(by=book.lan, **(words | {"due_on": day(3)}))
    assert Commitment.objects.count() == 3
    Commitment.objects.update(created_at=timezone.now() - datetime.timedelta(days=1))
    service.add_promise(by=book.lan, **words)
    assert Commitment.objects.count() == 4


# --- In the browser -------------------------------------------------------------------------------------------


def typed(**changes):
    lines = {"promises-TOTAL_FORMS": "4", "promises-INITIAL_FORMS": "0"}
    return (
        {
            "sold_by": "Trần Hà",
            "handed_over_on": day(0).isoformat(),
            "kick_off_by": day(7).isoformat(),
            "contract": "",
            "what_was_sold": "Boxes",
            "first_steps": "Call the plant",
            "idempotency_key": uuid.uuid4(),
        }
        | lines
        | changes
    )


@pytest.mark.parametrize("htmx", [False, True])
def test_taken_over_with_promises_as_lines(book, as_user, htmx):
    tram, contract = make.contact(book.alpha), make.contract(book.alpha)
    browser = as_user(book.lan, htmx=htmx)
    shown = browser.get(url("intake_new", book.alpha))
    assert shown.context["form"]["kick_off_by"].value() == service.kick_off_by(day(0))
    answer = browser.post(
        url("intake_new", book.alpha),
        typed(
            people=[tram.pk],
            contract=contract.pk,
            **{
                "promises-0-text": "Free training",
                "promises-0-due_on": day(9).isoformat(),
                "promises-2-text": "A hotline",
            },
        ),
    )
    assert answer.status_code == (204 if htmx else 302)
    row = Intake.objects.get()
    assert (list(row.people.all()), row.contract) == ([tram], contract)
    assert list(row.commitments.order_by("id").values_list("text", "due_on")) == [
        ("Free training", day(9)),
        ("A hotline", None),
    ]
    panel = browser.get(url("delivery", book.alpha)).content.decode()
    for words in ("Trần Hà", "Call the plant", "Free training", "A hotline", tram.name):
        assert words in panel


@pytest.mark.parametrize(
    "field, value",
    [
        ("sold_by", ""),
        ("handed_over_on", "2999-01-01"),
        ("handed_over_on", "9999-12-31"),
        ("kick_off_by", ""),
        ("kick_off_by", "2020-01-01"),
        ("contract", "999999"),
        ("people", "999999"),
        ("what_was_sold", "x" * 2001),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(book, as_user, field, value):
    answer = as_user(book.lan, htmx=True).post(url("intake_new", book.alpha), typed(**{field: value}))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "line",
    [{"promises-1-due_on": "2020-01-01", "promises-1-text": "X"}, {"promises-1-due_on": day(2).isoformat()}],
)
def test_a_wrong_line_is_refused_and_nothing_lost(book, as_user, line):
    answer = as_user(book.lan).post(
        url("intake_new", book.alpha), typed(**{"promises-0-text": "Free training"} | line)
    )
    assert answer.status_code == 422 and not Intake.objects.exists()
    assert "Free training" in answer.content.decode()
    assert answer.context["lines"].forms[1].errors


def filled(intake, **changes):
    form = IntakeEditForm(instance=Intake.objects.get(pk=intake.pk))
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_editor_of_a_hand_over_gets_both_versions(book, intake, as_user, htmx):
    tram = make.contact(book.alpha)
    second = filled(intake, sold_by="Typed second", people=[tram.pk])
    as_user(book.manager).post(url("intake_edit", intake), filled(intake, sold_by="Saved first"))
    browser = as_user(book.lan, htmx=htmx)
    answer = browser.post(url("intake_edit", intake), second)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Typed second" in page and "Saved first" in page
    again = second | {"keep-sold_by": "theirs", "version": Intake.objects.get().version}
    assert browser.post(url("intake_edit", intake), again).status_code == (204 if htmx else 302)
    saved = Intake.objects.get()
    assert saved.sold_by == "Saved first" and list(saved.people.all()) == [tram]


def test_people_alone_changed_by_two_are_a_conflict_too(book, intake, as_user):
    first, other = make.contact(book.alpha), make.contact(book.alpha)
    second = filled(intake, people=[other.pk])
    assert (
        as_user(book.lan).post(url("intake_edit", intake), filled(intake, people=[first.pk])).status_code
        == 302
    )
    assert as_user(book.lan).post(url("intake_edit", intake), second).status_code == 409
    assert list(Intake.objects.get().people.all()) == [first]


def test_the_kick_off_in_the_sheet(book, intake, as_user):
    browser = as_user(book.lan, htmx=True)
    assert browser.get(url("intake_kick_off", intake)).status_code == 200
    assert browser.post(url("intake_kick_off", intake), {"held_on": day(1).isoformat()}).status_code == 422
    assert browser.post(url("intake_kick_off", intake), {"held_on": day(-3).isoformat()}).status_code == 422
    assert browser.post(url("intake_kick_off", intake), {"held_on": day(0).isoformat()}).status_code == 204
    late = as_user(book.senior, htmx=True).post(
        url("intake_kick_off", intake), {"held_on": day(-1).isoformat()}
    )
    assert late.status_code == 409 and Intake.objects.get().kicked_off_on == day(0)


def test_promises_in_the_browser(book, as_user):
    browser = as_user(book.lan, htmx=True)
    new = url("commitment_new", book.alpha)
    assert browser.post(new, {"text": "", "due_on": ""}).status_code == 422
    assert browser.post(new, {"text": "Free training", "due_on": "2020-01-01"}).status_code == 422
    assert browser.post(new, {"text": "Free training", "due_on": day(4).isoformat()}).status_code == 204
    row = Commitment.objects.get()
    decision = url("commitment_decision", row)
    assert "Free training" in browser.get(f"{decision}?status=withdrawn").content.decode()
    assert browser.post(decision, {"status": "open", "note": "x"}).status_code == 422
    refused = browser.post(decision, {"status": "withdrawn", "note": " "})
    assert refused.status_code == 422 and "note" in refused.context["form"].errors
    assert browser.post(decision, {"status": "kept"}).status_code == 204
    late = browser.post(decision, {"status": "withdrawn", "note": "Changed"})
    assert late.status_code == 409 and "Kept" in late.content.decode()
    assert Commitment.objects.get().status == "kept"


@pytest.mark.parametrize("name", ["intake_new", "commitment_new"])
def test_contacts_and_contracts_of_other_clients_are_no_choice(book, as_user, name):
    stranger, contract = make.contact(book.omega, "Stranger"), make.contract(book.omega, number="STRANGE")
    shown = as_user(book.admin).get(url(name, book.alpha)).content.decode()
    assert "Stranger" not in shown and "STRANGE" not in shown
    answer = as_user(book.admin).post(
        url("intake_new", book.alpha), typed(people=[stranger.pk], contract=contract.pk)
    )
    assert {"people", "contract"} <= set(answer.context["form"].errors)


def test_the_panel_costs_the_same_at_2_and_at_20_rows(book, as_user, django_assert_max_num_queries):
    browser, counts = as_user(book.lan), []
    for count in (2, 18):
        for _ in range(count):
            take_over(book, people=[make.contact(book.alpha)], promises=[("A", None)])
            kept = Commitment.objects.create(client=book.alpha, text="Kept")
            service.decide_promise(promise=kept, status="kept", by=book.lan)
        with django_assert_max_num_queries(14) as counted:
            assert browser.get(url("delivery", book.alpha)).status_code == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
