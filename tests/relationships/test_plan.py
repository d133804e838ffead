"""The plan for a client: its tab, its actions, and what becomes of their follow-ups. Who may: access_areas/plan.py."""

import datetime
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused
from relationships.models import PlanAction
from relationships.services import plan as service
from tests import factories as make

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def day(ahead):
    return timezone.localdate() + datetime.timedelta(days=ahead)


def an_action(client, owner, *, due_in=30, **fields):
    fields = {"what": "Visit the new plant", "due_on": day(due_in)} | fields
    return PlanAction.objects.create(client=client, owner=owner, **fields)


def address(name, row):
    return reverse(f"relationships:{name}", args=[row.pk])


def typed(by_whom, **over):
    return {
        "what": "Offer the service contract",
        "goal": "A second product",
        "owner": by_whom.pk,
        "due_on": day(20).isoformat(),
        "idempotency_key": uuid.uuid4(),
    } | over


# --- Services -------------------------------------------------------------------------------------------------


def test_an_action_is_added_once_for_each_key(book):
    values = {"what": "Visit", "goal": "", "owner": book.lan, "due_on": day(3)}
    key = uuid.uuid4()
    first = service.add_action(client=book.alpha, values=values, by=book.lan, idempotency_key=key)
    again = service.add_action(client=book.alpha, values=values, by=book.lan, idempotency_key=key)
    assert first == again
    with pytest.raises(KeyUsedElsewhere):
        service.add_action(client=book.omega, values=values, by=book.lan, idempotency_key=key)


def test_of_two_editors_the_second_is_told(book):
    action = an_action(book.alpha, book.lan)
    service.save_action(action=action, version=1, changes={"what": "Call first"})
    service.save_action(action=action, version=1, changes={"what": "Call first"})  # sent twice
    with pytest.raises(EditConflict) as conflict:
        service.save_action(action=action, version=1, changes={"what": "Write first"})
    assert conflict.value.saved.what == "Call first"
    assert conflict.value.saved.version == 2


def test_a_closed_action_is_taken_back_before_it_is_changed(book):
    action = an_action(book.alpha, book.lan)
    service.set_state(action=action, state="done")
    with pytest.raises(Refused):
        service.save_action(action=action, version=2, changes={"what": "Call first"})
    taken_back = service.set_state(action=action, state="open")
    assert (taken_back.state, taken_back.closed_on) == ("open", None)
    service.save_action(action=action, version=taken_back.version, changes={"what": "Call first"})


def test_done_twice_keeps_the_first_day(book, time_machine):
    action = an_action(book.alpha, book.lan)
    service.set_state(action=action, state="done")
    done_on = service.set_state(action=action, state="done").closed_on
    time_machine.move_to(timezone.now() + datetime.timedelta(days=2))
    assert service.set_state(action=action, state="done").closed_on == done_on
    assert service.set_state(action=action, state="dropped").closed_on == day(0)


def test_whoever_serves_the_client_or_stands_above_may_own_an_action(book):
    helper = make.user("Hoa Helper", team=book.south)
    make.assignment(book.alpha, helper, role="support")
    assert set(service.possible_owners(book.alpha)) == {book.lan, helper, book.senior, book.manager}
    nobody = make.client("No Lead")
    assert set(service.possible_owners(nobody)) == {book.admin}
    assert book.admin in service.possible_owners(book.alpha, also=[book.admin.pk])


def test_the_follow_up_of_an_action_comes_closes_and_comes_back_with_it(book):
    values = {"what": "Visit", "goal": "", "owner": book.senior, "due_on": day(2)}
    action = service.add_action(client=book.alpha, values=values, by=book.lan, idempotency_key=uuid.uuid4())

    def open_ones():
        return book.alpha.follow_ups.open().filter(rule="plan_action", subject_id=action.pk)

    assert open_ones().get().assignee == book.senior
    service.set_state(action=action, state="done")
    assert not open_ones().exists()
    service.set_state(action=action, state="open")
    assert open_ones().exists()


# --- The tab --------------------------------------------------------------------------------------------------


def test_the_tab_lists_what_is_open_by_day_and_what_is_late(book, as_user):
    an_action(book.alpha, book.lan, what="Later", due_in=40)
    an_action(book.alpha, book.senior, what="Late one", goal="Trust", due_in=-3)
    done = an_action(book.alpha, book.lan, what="Was done")
    service.set_state(action=done, state="done")
    browser = as_user(book.lan)
    page = browser.get(book.alpha.get_absolute_url() + "?tab=plan").content.decode()
    assert 'id="client-tab-plan"' in page and address("plan", book.alpha) in page
    panel = browser.get(address("plan", book.alpha), headers=FRAGMENT).content.decode()
    assert panel.index("Late one") < panel.index("Later") < panel.index("Was done")
    assert "3 days late" in panel and "for: Trust" in panel and book.senior.name in panel
    assert "Take back" in panel


def test_the_tab_counts_what_is_open(book, as_user):
    for n in range(3):
        an_action(book.alpha, book.lan, what=f"Action {n}")
    service.set_state(action=PlanAction.objects.first(), state="dropped")
    an_action(book.omega, book.olga)
    page = as_user(book.lan).get(book.alpha.get_absolute_url())
    counts = {tab["name"]: tab["count"] for tab in page.context["tabs"]}
    assert counts["plan"] == 2


def test_an_empty_plan_asks_for_the_first_action_of_those_who_may(book, as_user):
    assert "Plan the first action" in as_user(book.lan).get(address("plan", book.alpha)).content.decode()
    reader = make.user("Phúc Former", team=book.south)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, reader, since_days=900, ended_at=ended, read_until=day(7))
    shown = as_user(reader).get(address("plan", book.alpha)).content.decode()
    assert "Nothing is open in the plan." in shown and "Plan the first action" not in shown


def test_the_tab_costs_the_same_however_long_the_plan_is(book, as_user, django_assert_num_queries):
    browser = as_user(book.lan)
    for count in (2, 20):
        for n in range(count):
            an_action(book.alpha, book.lan, what=f"Action {n}")
        with django_assert_num_queries(5):
            browser.get(address("plan", book.alpha), headers=FRAGMENT)


# --- Writing --------------------------------------------------------------------------------------------------


def test_an_action_is_added_changed_done_and_taken_back(book, as_user):
    browser = as_user(book.lan, htmx=True)
    data = typed(book.senior)
    added = browser.post(address("plan_action_new", book.alpha), data)
    assert added.status_code == 204
    assert {"plan-changed", "care-changed"} <= set(json.loads(added.headers["HX-Trigger"]))
    browser.post(address("plan_action_new", book.alpha), data)
    action = PlanAction.objects.get()
    assert (action.owner, action.created_by, action.due_on) == (book.senior, book.lan, day(20))
    change = typed(book.lan, what="Offer it again", version=1)
    assert browser.post(address("plan_action_edit", action), change).status_code == 204
    for state in ("done", "open", "dropped"):
        assert browser.post(address("plan_action_state", action), {"state": state}).status_code == 204
        action.refresh_from_db()
        assert (action.state, action.what, action.owner) == (state, "Offer it again", book.lan)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what", ""),
        ("what", "…"),
        ("what", "x" * 301),
        ("goal", "x" * 301),
        ("due_on", ""),
        ("due_on", "2020-01-01"),
        ("owner", "0"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(book, as_user, field, value):
    answer = as_user(book.lan).post(address("plan_action_new", book.alpha), typed(book.lan, **{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not PlanAction.objects.exists()


def test_an_outsider_cannot_be_given_an_action(book, as_user):
    answer = as_user(book.lan).post(address("plan_action_new", book.alpha), typed(book.olga))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["owner"]


def test_a_late_action_keeps_its_day_when_something_else_is_changed(book, as_user):
    action = an_action(book.alpha, book.lan, due_in=-5)
    late = {"due_on": day(-5).isoformat(), "version": 1}
    browser = as_user(book.lan, htmx=True)
    assert browser.post(address("plan_action_edit", action), typed(book.lan, **late)).status_code == 204
    other = {"due_on": day(-4).isoformat(), "version": 2}
    assert browser.post(address("plan_action_edit", action), typed(book.lan, **other)).status_code == 422


def test_the_second_of_two_editors_chooses_between_both_versions(book, as_user):
    action = an_action(book.alpha, book.lan, goal="Trust")
    service.save_action(action=action, version=1, changes={"what": "Theirs"})
    mine = typed(book.lan, what="Mine", goal="Trust", due_on=day(30).isoformat(), version=1)
    browser = as_user(book.senior)
    answer = browser.post(address("plan_action_edit", action), mine)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine" in shown and "Theirs" in shown
    assert browser.post(address("plan_action_edit", action), mine | {"version": 2}).status_code == 302
    action.refresh_from_db()
    assert action.what == "Mine"


def test_an_action_closed_meanwhile_says_so_and_keeps_what_was_typed(book, as_user):
    action = an_action(book.alpha, book.lan)
    service.set_state(action=action, state="done")
    answer = as_user(book.lan).post(
        address("plan_action_edit", action), typed(book.lan, what="Mine", version=1)
    )
    assert answer.status_code == 409
    assert "Take it back first." in answer.content.decode() and "Mine" in answer.content.decode()


def test_a_state_that_is_none_is_refused(book, as_user):
    action = an_action(book.alpha, book.lan)
    answer = as_user(book.lan, htmx=True).post(address("plan_action_state", action), {"state": "gone"})
    assert answer.status_code == 422
