"""Milestones: planned, changed, done, accepted by the client, and the invoices that fall due by it."""

import datetime
import json
import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clients.forms.delivery import MilestoneEditForm
from clients.models import Attachment, CareEvent, Client, Invoice, Milestone
from clients.services import delivery as service
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused
from tests import factories as make
from tests.clients.files import PNG, upload


def day(offset):
    return timezone.localdate() + datetime.timedelta(days=offset)


@pytest.fixture
def contract(book):
    return make.contract(book.alpha, number="C-7", title="Packaging 2026", payment_days=30)


@pytest.fixture
def milestone(contract):
    return make.milestone(contract, title="First delivery", due_in=-4)


def url(name, row):
    return reverse(f"clients:{name}", args=[row.pk])


def saved(milestone):
    return Milestone.objects.get(pk=milestone.pk)


def kinds():
    return list(CareEvent.objects.order_by("id").values_list("kind", flat=True))


def waiting(milestone, *, issued_ago=3, **fields):
    """An invoice that hangs on the milestone."""
    return make.invoice(
        milestone.client,
        milestone=milestone,
        contract=milestone.contract,
        due_on=None,
        issued_on=day(-issued_ago),
        **fields,
    )


def due_on(invoice):
    return Invoice.objects.get(pk=invoice.pk).due_on


def accept(milestone, by, on=None, **more):
    return service.accept_milestone(milestone=milestone, accepted_on=on or day(0), by=by, **more)


# --- The service ----------------------------------------------------------------------------------------------


def test_a_milestone_is_planned_once_for_each_key(book, contract):
    key, values = uuid.uuid4(), {"title": "Proofs", "due_on": day(5)}
    first = service.add_milestone(contract=contract, values=values, idempotency_key=key)
    assert first == service.add_milestone(contract=contract, values=values, idempotency_key=key)
    assert (first.client, first.contract, Milestone.objects.count()) == (book.alpha, contract, 1)
    assert Client.objects.get(pk=book.alpha.pk).health_stale_since is not None
    with pytest.raises(KeyUsedElsewhere):
        service.add_milestone(contract=make.contract(book.omega), values=values, idempotency_key=key)


def test_its_payment_term_is_no_longer_than_the_contracts(contract, milestone):
    values = {"title": "Proofs", "due_on": day(5), "payment_days": 31}
    with pytest.raises(Refused, match="30 days") as refused:
        service.add_milestone(contract=contract, values=values, idempotency_key=uuid.uuid4())
    assert refused.value.field == "payment_days" and Milestone.objects.count() == 1
    with pytest.raises(Refused):
        service.save_milestone(milestone=milestone, version=1, changes={"payment_days": 31})
    assert service.save_milestone(milestone=milestone, version=1, changes={"payment_days": 30}).version == 2


def test_an_edit_of_an_older_version_is_a_conflict_and_writes_nothing(milestone):
    service.save_milestone(milestone=milestone, version=1, changes={"title": "Saved first"})
    with pytest.raises(EditConflict):
        service.save_milestone(milestone=milestone, version=1, changes={"title": "Typed second"})
    again = service.save_milestone(milestone=milestone, version=1, changes={"title": "Saved first"})
    assert (again.title, again.version) == ("Saved first", 2), "the same form sent twice changes nothing"


def test_done_is_told_once_and_its_day_corrected(book, milestone):
    service.mark_done(milestone=milestone, done_on=day(-2), by=book.lan)
    service.mark_done(milestone=milestone, done_on=day(-2), by=book.lan)
    service.mark_done(milestone=milestone, done_on=day(-3), by=book.lan)
    assert saved(milestone).done_on == day(-3) and kinds() == ["milestone_done"]
    facts = CareEvent.objects.get().facts
    assert (facts["title"], facts["number"], facts["day"]) == ("First delivery", "C-7", day(-2).isoformat())


def test_the_acceptance_lets_its_invoices_fall_due(book, milestone):
    milestone.payment_days = 10
    milestone.save()
    mine = waiting(milestone)
    dated = make.invoice(book.alpha, milestone=milestone, days_late=-50)
    other = waiting(make.milestone(milestone.contract))
    cancelled = waiting(milestone, state="cancelled", cancelled_on=day(0), cancel_reason="Wrong")
    row, numbers = accept(milestone, book.lan, on=day(-1))
    assert (row.accepted_on, row.done_on, numbers) == (day(-1), day(-1), [mine.number])
    assert due_on(mine) == day(9) and due_on(dated) == dated.due_on
    assert due_on(other) is None and due_on(cancelled) is None
    assert Invoice.objects.get(pk=mine.pk).version == 2, "an older form of the invoice gets a conflict"


def test_without_a_term_of_its_own_the_contracts_counts(book, milestone):
    mine = waiting(milestone)
    row, _numbers = accept(milestone, book.lan)
    assert due_on(mine) == day(30) == service.due_after(row)


def test_an_invoice_never_falls_due_before_it_was_issued(book, milestone):
    milestone.payment_days = 0
    milestone.save()
    late = waiting(milestone, issued_ago=2)
    accept(milestone, book.lan, on=day(-10))
    assert due_on(late) == day(-2)


def test_before_the_acceptance_nothing_is_due(milestone):
    assert service.due_after(milestone) is None


def test_accepting_tells_who_and_counts_once(book, milestone):
    tram = make.contact(book.alpha, "Đặng Thuỳ Trâm")
    accept(milestone, book.lan, accepted_by=tram, note="Two boxes short")
    assert accept(milestone, book.lan, accepted_by=tram, note="Two boxes short")[1] == []
    assert kinds() == ["milestone_accepted"]
    facts = CareEvent.objects.get().facts
    assert (facts["who"], facts["note"], facts["number"]) == ("Đặng Thuỳ Trâm", "Two boxes short", "C-7")


def test_what_was_accepted_stays_as_it_is(book, milestone):
    accept(milestone, book.lan, on=day(-1))
    version = saved(milestone).version
    with pytest.raises(service.AlreadyAccepted):
        accept(milestone, book.senior, on=day(0))
    with pytest.raises(service.AlreadyAccepted):
        service.mark_done(milestone=milestone, done_on=day(-5), by=book.lan)
    with pytest.raises(service.AlreadyAccepted):
        service.save_milestone(milestone=milestone, version=version, changes={"title": "Other"})
    with pytest.raises(service.AlreadyAccepted):
        service.remove_milestone(milestone=milestone)
    assert saved(milestone).accepted_on == day(-1) and saved(milestone).version == version


def test_nobody_accepts_before_it_was_done(book, milestone):
    service.mark_done(milestone=milestone, done_on=day(-1), by=book.lan)
    mine = waiting(milestone)
    with pytest.raises(Refused) as refused:
        accept(milestone, book.lan, on=day(-2))
    assert refused.value.field == "accepted_on"
    assert saved(milestone).accepted_on is None and due_on(mine) is None


def test_a_milestone_on_which_something_hangs_is_not_removed(book, contract, milestone):
    invoice = waiting(milestone)
    with pytest.raises(Refused, match="invoice"):
        service.remove_milestone(milestone=milestone)
    Invoice.objects.filter(pk=invoice.pk).update(milestone=None)
    document = Attachment.objects.create(client=book.alpha, milestone=milestone, name="a.pdf", size=1)
    with pytest.raises(Refused, match="documents"):
        service.remove_milestone(milestone=milestone)
    document.delete()
    service.remove_milestone(milestone=milestone)
    assert not Milestone.objects.exists()


# --- In the browser -------------------------------------------------------------------------------------------


def typed(**changes):
    return {
        "title": "Second delivery",
        "due_on": day(20).isoformat(),
        "owner": "",
        "department": "",
        "payment_days": "",
        "idempotency_key": uuid.uuid4(),
    } | changes


@pytest.mark.parametrize("htmx", [False, True])
def test_a_milestone_is_planned_in_the_sheet_and_on_a_page(book, contract, as_user, htmx):
    browser = as_user(book.lan, htmx=htmx)
    assert ("<html" in browser.get(url("milestone_new", contract)).content.decode()) is not htmx
    answer = browser.post(url("milestone_new", contract), typed(owner=book.lan.pk, payment_days="15"))
    row = Milestone.objects.get()
    assert (row.owner, row.payment_days, row.contract) == (book.lan, 15, contract)
    if htmx:
        assert {"delivery-changed", "care-changed", "toast"} <= set(json.loads(answer.headers["HX-Trigger"]))
    else:
        assert answer.url == url("delivery", book.alpha)


@pytest.mark.parametrize(
    "field, value",
    [
        ("title", ""),
        ("title", "x" * 201),
        ("due_on", ""),
        ("due_on", "soon"),
        ("payment_days", "31"),
        ("payment_days", "-1"),
        ("owner", "999999"),
        ("department", "999999"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(book, contract, as_user, field, value):
    answer = as_user(book.lan, htmx=True).post(url("milestone_new", contract), typed(**{field: value}))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Milestone.objects.exists()


def test_only_who_serves_the_client_can_be_the_owner(book, contract, as_user):
    answer = as_user(book.lan).post(url("milestone_new", contract), typed(owner=book.olga.pk))
    assert answer.status_code == 422 and "owner" in answer.context["form"].errors


def filled(milestone, **changes):
    form = MilestoneEditForm(instance=Milestone.objects.get(pk=milestone.pk))
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_editor_gets_both_versions(book, milestone, as_user, htmx):
    second = filled(milestone, title="Typed second")
    as_user(book.manager).post(url("milestone_edit", milestone), filled(milestone, title="Saved first"))
    browser = as_user(book.lan, htmx=htmx)
    answer = browser.post(url("milestone_edit", milestone), second)
    page = answer.content.decode()
    assert answer.status_code == 409 and ("<html" in page) is not htmx
    assert "Typed second" in page and "Saved first" in page and "Minh Trần" in page
    again = second | {"keep-title": "mine", "version": saved(milestone).version}
    assert browser.post(url("milestone_edit", milestone), again).status_code == (204 if htmx else 302)
    assert saved(milestone).title == "Typed second"


def test_done_then_accepted_with_its_paper(book, milestone, as_user):
    tram, mine = make.contact(book.alpha, "Đặng Thuỳ Trâm"), waiting(milestone)
    browser = as_user(book.lan, htmx=True)
    assert browser.post(url("milestone_done", milestone), {"done_on": day(-1).isoformat()}).status_code == 204
    shown = browser.get(url("milestone_accept", milestone)).content.decode()
    assert "Đặng Thuỳ Trâm" in shown and 'name="done_on"' not in shown
    answer = browser.post(
        url("milestone_accept", milestone),
        {
            "accepted_on": day(0).isoformat(),
            "accepted_by": tram.pk,
            "note": "All boxes",
            "file": upload("Biên bản.pdf"),
        },
    )
    events = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204 and mine.number in events["toast"]["text"]
    assert {"delivery-changed", "documents-changed", "receivables-changed"} <= set(events)
    row = saved(milestone)
    assert (row.done_on, row.accepted_on, row.accepted_by, row.acceptance_note) == (
        day(-1),
        day(0),
        tram,
        "All boxes",
    )
    assert due_on(mine) == day(30) and Attachment.objects.get().milestone == milestone
    panel = browser.get(url("delivery", book.alpha)).content.decode()
    assert "Biên bản.pdf" in panel and "Accepted" in panel


def test_an_acceptance_with_a_paper_that_lies_writes_nothing(book, milestone, as_user):
    mine = waiting(milestone)
    typed = {"accepted_on": day(0).isoformat(), "file": upload("Biên bản.pdf", PNG)}
    answer = as_user(book.lan).post(url("milestone_accept", milestone), typed)
    assert answer.status_code == 422 and "file" in answer.context["form"].errors
    assert saved(milestone).accepted_on is None and due_on(mine) is None
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name, field", [("milestone_done", "done_on"), ("milestone_accept", "accepted_on")])
def test_days_to_come_are_refused(book, milestone, as_user, name, field):
    answer = as_user(book.lan).post(url(name, milestone), {field: day(1).isoformat()})
    assert answer.status_code == 422 and field in answer.context["form"].errors


def test_a_contact_of_another_client_accepts_nothing(book, milestone, as_user):
    stranger = make.contact(book.omega)
    typed = {"accepted_on": day(0).isoformat(), "accepted_by": stranger.pk}
    answer = as_user(book.admin).post(url("milestone_accept", milestone), typed)
    assert answer.status_code == 422 and "accepted_by" in answer.context["form"].errors


@pytest.mark.parametrize("name", ["milestone_edit", "milestone_done", "milestone_accept", "milestone_delete"])
def test_what_was_accepted_meanwhile_is_told(book, milestone, as_user, name):
    values = filled(milestone, title="Other", done_on=day(-1).isoformat(), accepted_on=day(0).isoformat())
    accept(milestone, book.senior, on=day(-2))
    answer = as_user(book.lan, htmx=True).post(url(name, milestone), values)
    assert answer.status_code == 409 and "Nothing was written" in answer.content.decode()


def test_deleting_asks_first(book, milestone, as_user):
    browser = as_user(book.lan, htmx=True)
    assert "First delivery" in browser.get(url("milestone_delete", milestone)).content.decode()
    assert Milestone.objects.exists()
    invoice = waiting(milestone)
    refused = browser.post(url("milestone_delete", milestone))
    assert refused.status_code == 422 and "Take it off the invoice first" in refused.content.decode()
    Invoice.objects.filter(pk=invoice.pk).delete()
    assert browser.post(url("milestone_delete", milestone)).status_code == 204
    assert not Milestone.objects.exists()


def test_the_panel_shows_contracts_with_their_milestones(book, contract, milestone, as_user):
    make.contract(book.alpha, number="C-OVER", state="ended", ended_on=day(-3))
    make.contract(book.omega, number="C-STRANGE")
    shown = as_user(book.lan, htmx=True).get(url("delivery", book.alpha)).content.decode()
    assert "C-7" in shown and "First delivery" in shown and "4 days late" in shown
    assert "C-OVER" not in shown and "C-STRANGE" not in shown
    part = as_user(book.lan, htmx=True).get(url("contract_delivery", contract)).content.decode()
    assert (
        "First delivery" in part and f'id="contract-{contract.pk}-delivery"' in part and "<html" not in part
    )
    assert "<html" in as_user(book.lan).get(url("contract_delivery", contract)).content.decode()


def test_a_former_lead_sees_the_plan_and_no_buttons(book, contract, milestone, as_user):
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=day(3))
    for page in (url("delivery", book.alpha), url("contract_delivery", contract)):
        shown = as_user(book.mai).get(page).content.decode()
        assert "First delivery" in shown and "milestone-new" not in shown and "-done" not in shown


def test_the_panels_cost_the_same_at_2_and_at_20_rows(book, as_user, django_assert_max_num_queries):
    browser, counts = as_user(book.lan), []
    for count in (2, 18):
        for _ in range(count):
            row = make.contract(book.alpha)
            tram = make.contact(book.alpha)
            make.milestone(row, owner=book.lan, done_on=day(-1), accepted_on=day(0), accepted_by=tram)
        counts.append([])
        for page in (url("delivery", book.alpha), url("contract_delivery", row)):
            with django_assert_max_num_queries(14) as counted:
                assert browser.get(page).status_code == 200
            counts[-1].append(len(counted))
    assert counts[0] == counts[1]


# --- Two at once ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_once_one_counts_and_invoices_follow_it(book, milestone):
    mine = waiting(milestone)
    start, told = threading.Barrier(2), []

    def take(on):
        try:
            start.wait(10)
            accept(milestone, book.lan, on=on)
        except service.AlreadyAccepted:
            told.append(on)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[day(-offset)]) for offset in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = saved(milestone)
    assert len(told) == 1 and row.accepted_on not in told
    assert due_on(mine) == row.accepted_on + datetime.timedelta(days=30)
    assert kinds() == ["milestone_accepted"]
