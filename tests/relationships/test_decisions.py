"""The two sheets of the admin: who leads a client, and whether it is key."""

import datetime

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from accounts.db import is_lock_timeout
from clients.models import Assignment, Client, KeyStatus
from clients.services.assignment import assign_lead, running_lead
from clients.services.key_status import mark_key
from relationships import tasks
from relationships.views import decisions
from tests import factories as make


@pytest.fixture(autouse=True)
def queued(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.score_clients, "apply_async", lambda args: sent.append(list(args)))
    return sent


@pytest.fixture
def admin(book, as_user):
    return as_user(book.admin)


def assign_url(client):
    return f"/clients/{client.pk}/assign/"


def key_url(client):
    return f"/clients/{client.pk}/key-status/"


def filled_in(book, *, to=None, **fields):
    """The assign form of Alpha, filled in to give it to Mai."""
    seen = running_lead(book.alpha)
    defaults = {"lead": (to or book.mai).pk, "reason": "Closer to the plant", "seen_lead": seen.pk}
    return defaults | fields


def full_kam(clients=5):
    kam = make.user("Kim KAM", tier_code="kam")
    for _number in range(clients):
        make.client(lead=kam, segment="key")
    return kam


# --- Assigning a lead -----------------------------------------------------------------------------------------


def test_sheet_shows_the_lead_the_people_with_their_load_and_the_history(admin, book):
    make.user("Kim KAM", tier_code="kam")
    text = admin.get(assign_url(book.alpha)).text
    for words in ("Lan Nguyễn", "Mai Đỗ", "Olga Berg", "Set up in a test", "<html"):
        assert words in text
    assert "Kim KAM" not in text  # a KAM may not lead a standard client


def test_sheet_for_htmx_is_the_form_alone(book, as_user):
    text = as_user(book.admin, htmx=True).get(assign_url(book.alpha)).text
    assert "<html" not in text
    assert f'hx-post="{assign_url(book.alpha)}"' in text


def test_key_client_offers_key_account_managers_first(admin, book):
    client = make.client("Strategic", segment="key")
    make.user("Kim KAM", tier_code="kam")
    names = [row.name for row in admin.get(assign_url(client)).context["people"]]
    assert names == ["Kim KAM", "Sơn Phạm"]


def test_people_can_be_searched(book, as_user):
    answer = as_user(book.admin, htmx=True).get(assign_url(book.alpha), {"q": "mai"})
    assert "Mai Đỗ" in answer.text
    assert "Olga Berg" not in answer.text
    assert "<form" not in answer.text


def test_search_keeps_the_one_already_chosen_in_sight(book, as_user):
    asked = {"q": "mai", "lead": book.olga.pk}
    answer = as_user(book.admin, htmx=True).get(assign_url(book.alpha), asked)
    assert [row.name for row in answer.context["people"]] == ["Olga Berg", "Mai Đỗ"]


def test_assigning_gives_the_client_to_the_new_lead(admin, book, as_user):
    planned = make.follow_up(book.alpha, book.lan)
    answer = admin.post(assign_url(book.alpha), filled_in(book), follow=True)
    assert answer.redirect_chain == [(f"/clients/{book.alpha.pk}/", 302)]
    assert "Mai Đỗ leads Alpha Thép Việt now." in answer.text
    planned.refresh_from_db()
    assert planned.assignee == book.mai
    assert as_user(book.lan).get(f"/clients/{book.alpha.pk}/").status_code == 404
    assert as_user(book.mai).get(f"/clients/{book.alpha.pk}/").status_code == 200


def test_assigning_by_htmx_tells_the_page_and_closes_the_sheet(book, as_user):
    answer = as_user(book.admin, htmx=True).post(assign_url(book.alpha), filled_in(book))
    assert answer.status_code == 204
    assert '"lead-assigned"' in answer.headers["HX-Trigger"]


def test_who_when_and_why_stay_in_the_history(admin, book):
    day = timezone.localdate() + datetime.timedelta(days=9)
    admin.post(assign_url(book.alpha), filled_in(book, read_until=day.isoformat()))
    newest, first = admin.get(assign_url(book.alpha)).context["decisions"]
    assert (newest.name, newest.former, newest.by) == ("Mai Đỗ", "Lan Nguyễn", "Ada Admin")
    assert (newest.reason, newest.read_until) == ("Closer to the plant", day)
    assert (first.name, first.former) == ("Lan Nguyễn", "")


def test_double_click_assigns_once(admin, book):
    form = filled_in(book)
    assert [admin.post(assign_url(book.alpha), form).status_code for _click in range(2)] == [302, 302]
    assert Assignment.objects.filter(client=book.alpha).count() == 2
    assert book.alpha.follow_ups.count() == 1


def test_second_admin_is_told_who_was_first_and_can_decide_again(admin, book):
    form = filled_in(book, to=book.senior, reason="I know them")
    assign_lead(client=book.alpha, user=book.mai, by=make.user("Eve Admin", role="admin"), reason="First")
    answer = admin.post(assign_url(book.alpha), form)
    assert answer.status_code == 409
    for words in ("Mai Đỗ has led this client since", "assigned by Eve Admin", "I know them"):
        assert words in answer.text
    assert running_lead(book.alpha).user == book.mai
    form["seen_lead"] = answer.context["form"]["seen_lead"].value()
    assert admin.post(assign_url(book.alpha), form).status_code == 302
    assert running_lead(book.alpha).user == book.senior


def test_form_without_the_lead_it_rests_on_changes_nothing(admin, book):
    form = filled_in(book)
    del form["seen_lead"]
    assert admin.post(assign_url(book.alpha), form).status_code == 409
    assert running_lead(book.alpha).user == book.lan


def test_lead_that_leads_already_is_said_at_the_field(admin, book):
    answer = admin.post(assign_url(book.alpha), filled_in(book, to=book.lan))
    assert answer.status_code == 422
    assert answer.context["form"].errors["lead"] == ["Lan Nguyễn leads this client already."]


def test_full_key_account_manager_asks_for_a_written_reason_at_the_field(admin, book):
    kam, client = full_kam(), make.client("Strategic", segment="key")
    form = {"lead": kam.pk, "reason": "Three plants", "seen_lead": ""}
    assert 'name="override_reason"' not in admin.get(assign_url(client)).text
    answer = admin.post(assign_url(client), form)
    assert answer.status_code == 422
    assert "Kim KAM leads 5 clients" in answer.context["form"].errors["override_reason"][0]
    assert 'name="override_reason"' in answer.text
    assert "Three plants" in answer.text
    assert running_lead(client) is None
    answer = admin.post(assign_url(client), form | {"override_reason": "Until June"}, follow=True)
    assert running_lead(client).override_reason == "Until June"
    assert "That makes 6 clients, over the maximum of 5." in answer.text
    assert "Over the maximum: “Until June”" in admin.get(assign_url(client)).text


def test_full_account_manager_of_another_tier_is_only_a_warning(admin, book):
    for _number in range(20):
        make.client(lead=book.mai)
    answer = admin.post(assign_url(book.alpha), filled_in(book), follow=True)
    assert "That makes 21 clients, over the maximum of 20." in answer.text
    assert running_lead(book.alpha).override_reason == ""


def test_lost_client_is_refused_with_the_reason(admin, book):
    Client.objects.filter(pk=book.omega.pk).update(
        status="lost", lost_on=timezone.localdate(), lost_reason="price"
    )
    seen = running_lead(book.omega).pk
    answer = admin.post(
        assign_url(book.omega), {"lead": book.mai.pk, "reason": "Win back", "seen_lead": seen}
    )
    assert answer.status_code == 422
    assert "This client is lost" in answer.text


@pytest.mark.parametrize(
    "field, value",
    [
        ("lead", ""),
        ("lead", "abc"),
        ("lead", "9" * 40),
        ("lead", "9" * 5000),
        ("lead", "-1"),
        ("reason", ""),
        ("reason", "   "),
        ("reason", "x" * 501),
        ("reason", "nul \x00 byte"),
        ("reason", "<script>alert(1)</script>"),
        ("reason", "right \u202e to left"),
        ("override_reason", "x" * 501),
        ("override_reason", "\u2066isolated"),
        ("read_until", "soon"),
        ("read_until", "0001-01-01"),
        ("read_until", "9999-12-31"),
        ("read_until", "2020-01-01"),
        ("seen_lead", "abc"),
        ("seen_lead", "9" * 40),
    ],
)
def test_wrong_input_is_said_at_the_field_and_writes_nothing(admin, book, field, value):
    answer = admin.post(assign_url(book.alpha), filled_in(book, **{field: value}))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert running_lead(book.alpha).user == book.lan
    assert "<script>alert" not in answer.text
    if field != "reason":
        assert "Closer to the plant" in answer.text


def test_people_who_may_not_lead_it_cannot_be_posted(admin, book):
    kam = make.user(tier_code="kam")
    for person in (kam, book.manager, book.admin):
        assert admin.post(assign_url(book.alpha), filled_in(book, to=person)).status_code == 422
    assert running_lead(book.alpha).user == book.lan


def test_senseless_search_answers_422(admin, book):
    assert admin.get(assign_url(book.alpha), {"q": "\x00"}).status_code == 422
    assert admin.get(assign_url(book.alpha), {"q": "a", "lead": "x"}).status_code == 422


@pytest.mark.parametrize("path", ["assign/", "key-status/", "key-status/end/"])
def test_decisions_are_for_admins_alone(book, as_user, path):
    before = list(Assignment.objects.values()), list(KeyStatus.objects.values())
    form = filled_in(book)
    expected = {book.lan: 403, book.senior: 403, book.manager: 403, book.mai: 404, book.olga: 404}
    for person, status in expected.items():
        for htmx in (False, True):
            browser = as_user(person, htmx=htmx)
            assert browser.get(f"/clients/{book.alpha.pk}/{path}").status_code == status
            assert browser.post(f"/clients/{book.alpha.pk}/{path}", form).status_code == status
    assert as_user(None).post(f"/clients/{book.alpha.pk}/{path}", form).status_code == 302
    assert (list(Assignment.objects.values()), list(KeyStatus.objects.values())) == before


@pytest.mark.parametrize("path", ["assign/", "key-status/", "key-status/end/"])
def test_client_that_is_not_there_is_404(admin, path):
    assert admin.get(f"/clients/999999999999999999999/{path}").status_code == 404
    assert admin.post(f"/clients/0/{path}").status_code == 404


def test_assign_sheet_takes_the_same_queries_for_2_people_and_20(admin, book, django_assert_max_num_queries):
    counts = []
    for more in (0, 18):
        for _number in range(more):
            make.client(lead=make.user())
        with django_assert_max_num_queries(12) as queries:
            assert admin.get(assign_url(book.alpha)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Key status -----------------------------------------------------------------------------------------------


def test_making_key_goes_on_to_the_choice_of_a_lead_who_may(
    admin, book, queued, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(key_url(book.alpha), {"reason": "Three plants"}, follow=True)
    assert answer.redirect_chain == [(assign_url(book.alpha), 302)]
    assert "Alpha Thép Việt is a key client now." in answer.text
    assert "Lan Nguyễn may not lead a client of the segment “Key”" in answer.text
    assert queued == [[[book.alpha.pk]]]
    (period,) = KeyStatus.objects.all()
    assert (period.reason, period.approved_by) == ("Three plants", book.admin)


def test_making_key_by_htmx_answers_with_the_choice_of_a_lead(book, as_user):
    answer = as_user(book.admin, htmx=True).post(key_url(book.alpha), {"reason": "Three plants"})
    assert answer.status_code == 200
    assert f'hx-post="{assign_url(book.alpha)}"' in answer.text
    assert '"key-status-changed"' in answer.headers["HX-Trigger"]


def test_making_key_is_done_where_the_lead_fits(book, as_user):
    client = make.client("Strategic", lead=book.senior)
    answer = as_user(book.admin, htmx=True).post(key_url(client), {"reason": "Three plants"})
    assert answer.status_code == 204
    assert '"toast"' in answer.headers["HX-Trigger"]


def test_ending_key_status_makes_a_major_client(admin, book):
    client = make.client("Strategic", lead=book.senior)
    mark_key(client=client, by=book.admin, reason="Three plants")
    sheet = admin.get(key_url(client)).text
    assert f'action="{key_url(client)}end/"' in sheet
    assert "Three plants" in sheet
    answer = admin.post(f"{key_url(client)}end/", {"reason": "Sold two"})
    assert answer.status_code == 302
    client.refresh_from_db()
    assert client.segment == "major"
    assert [decision.kind for decision in admin.get(key_url(client)).context["decisions"]] == [
        "key_end",
        "key",
        "lead",
    ]


def test_double_click_makes_key_once(admin, book):
    for _click in range(2):
        assert admin.post(key_url(book.alpha), {"reason": "Three plants"}).status_code == 302
    assert KeyStatus.objects.count() == 1


def test_second_admin_is_told_that_it_is_key(admin, book):
    mark_key(client=book.alpha, by=make.user("Eve Admin", role="admin"), reason="First")
    answer = admin.post(key_url(book.alpha), {"reason": "Three plants"})
    assert answer.status_code == 409
    assert "decided by Eve Admin: “First”" in answer.text


def test_second_admin_is_told_that_it_is_not_key_any_more(admin, book):
    answer = admin.post(f"{key_url(book.alpha)}end/", {"reason": "Sold two"})
    assert answer.status_code == 409
    assert "This client is not key." in answer.text


@pytest.mark.parametrize("value", ["", "  ", "x" * 501, "\x00", "<script>", "\u202e"])
@pytest.mark.parametrize("path", ["", "end/"])
def test_wrong_reason_is_said_at_the_field(admin, book, path, value):
    answer = admin.post(f"{key_url(book.alpha)}{path}", {"reason": value})
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]
    assert not KeyStatus.objects.exists()
    assert "<script>\n" not in answer.text


# --- A row that somebody else holds -----------------------------------------------------------------------------


def held_row(**_arguments):
    raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()


def test_row_held_by_somebody_else_is_a_conflict(admin, book, monkeypatch):
    monkeypatch.setattr(decisions, "hand_over_client", held_row)
    monkeypatch.setattr(decisions.key_status, "mark_key", held_row)
    for url, form in ((assign_url(book.alpha), filled_in(book)), (key_url(book.alpha), {"reason": "Key"})):
        answer = admin.post(url, form)
        assert answer.status_code == 409
        assert "Somebody else is changing this client right now" in answer.text


def test_other_database_errors_are_not_called_a_conflict(admin, book, monkeypatch):
    def gone(**_arguments):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(decisions, "hand_over_client", gone)
    with pytest.raises(OperationalError):
        admin.post(assign_url(book.alpha), filled_in(book))


@pytest.mark.django_db
def test_lock_timeout_is_told_from_other_errors():
    with connection.cursor() as cursor, pytest.raises(DatabaseError) as wrong:
        cursor.execute("SELECT nonsense")
    assert not is_lock_timeout(wrong.value)
