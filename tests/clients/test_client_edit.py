"""Adding and editing clients: who may, what is refused at which field, and two editors at once."""

import datetime

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Segment
from clients.forms import ClientEditForm
from clients.models import Client, ClientStatus
from tests import factories as make

NEW = "/clients/new/"


def edit_url(client):
    return reverse("clients:edit", args=[client.pk])


def filled(client, user, **changes):
    """What the browser posts from an edit form in which only `changes` were typed."""
    form = ClientEditForm(instance=Client.objects.get(pk=client.pk), user=user)
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items() if value is not False}
    return data | changes


def row(client):
    return Client.objects.filter(pk=client.pk).values().get()


# --- Adding ---------------------------------------------------------------------------------------------------


def test_an_admin_adds_a_client_and_lands_on_its_page(book, as_user):
    typed = {"name": "  Gạch  Đồng Tâm ", "segment": "major", "currency": "VND", "prestige": "2"}
    answer = as_user(book.admin).post(NEW, typed)
    client = Client.objects.get(name="Gạch Đồng Tâm")
    assert answer.status_code == 302 and answer.url == f"/clients/{client.pk}/"
    assert (client.segment, client.prestige, client.version) == ("major", 2, 1)


@pytest.mark.parametrize("person", ["lan", "senior", "manager"])
def test_only_admins_add_clients(book, as_user, person):
    browser, before = as_user(getattr(book, person)), Client.objects.count()
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, {"name": "X", "segment": "major", "currency": "VND"}).status_code == 403
    assert Client.objects.count() == before


def test_an_empty_form_is_answered_with_its_messages(book, as_user):
    answer = as_user(book.admin).post(NEW, {})
    assert answer.status_code == 422
    assert {"name", "segment", "currency", "prestige"} <= set(answer.context["form"].errors)


def test_key_status_cannot_be_typed(book, as_user):
    browser = as_user(book.admin)
    answer = browser.post(NEW, {"name": "X", "segment": "key", "currency": "VND", "prestige": "0"})
    assert answer.status_code == 422 and "segment" in answer.context["form"].errors
    answer = browser.post(edit_url(book.alpha), filled(book.alpha, book.admin, segment="key"))
    assert answer.status_code == 422
    assert row(book.alpha)["segment"] == Segment.STANDARD


# --- Who may edit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person, shown, saved, htmx",
    [
        *(
            row
            for htmx in (False, True)
            for row in [
                ("lan", 200, 302, htmx),
                ("senior", 200, 302, htmx),
                ("manager", 200, 302, htmx),
                ("admin", 200, 302, htmx),
                ("mai", 404, 404, htmx),
                ("olga", 404, 404, htmx),
                ("other_manager", 404, 404, htmx),
            ]
        ),
        (None, 302, 302, False),
        (None, 401, 401, True),
    ],
)
def test_those_who_answer_for_a_client_edit_it(book, as_user, person, shown, saved, htmx):
    user = getattr(book, person) if person else None
    browser, before = as_user(user, htmx=htmx), row(book.alpha)
    assert browser.get(edit_url(book.alpha)).status_code == shown
    answer = browser.post(edit_url(book.alpha), filled(book.alpha, book.lan, city="Huế"))
    assert answer.status_code == saved
    written = row(book.alpha)["city"] == "Huế"
    assert written is (shown == 200)
    assert written or row(book.alpha) == before


def test_a_former_lead_reads_and_does_not_edit(book, as_user):
    until = timezone.localdate() + datetime.timedelta(days=3)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)
    browser, before = as_user(book.mai), row(book.alpha)
    assert browser.get(edit_url(book.alpha)).status_code == 403
    assert browser.post(edit_url(book.alpha), filled(book.alpha, book.lan, city="Huế")).status_code == 403
    assert row(book.alpha) == before


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999"])
def test_a_client_that_does_not_exist_is_not_found(book, as_user, number):
    assert as_user(book.admin).get(f"/clients/{number}/edit/").status_code == 404


# --- What is refused ------------------------------------------------------------------------------------------

TEXTS = ["name", "parent", "industry", "city", "tax_code", "phone", "website", "note"]
WRONG = {
    "too long": "x" * 5000,
    "NUL": "a\x00b",
    "control": "a\x07b",
    "direction mark": "abc\u202edef",
    "script": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("kind", WRONG)
def test_text_that_makes_no_sense_is_refused_at_its_field(book, as_user, field, kind):
    before = row(book.alpha)
    typed = filled(book.alpha, book.lan, **({"city": "Vinh"} | {field: WRONG[kind]}))
    answer = as_user(book.lan).post(edit_url(book.alpha), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert "<script>alert" not in page
    assert "Vinh" in page or field == "city"
    assert row(book.alpha) == before


@pytest.mark.parametrize(
    "field, value",
    [
        ("name", ""),
        ("name", "\u200b"),
        ("name", " . "),
        ("employees", "many"),
        ("employees", "-1"),
        ("employees", "9" * 40),
        ("employees", "1e9"),
        ("prestige", "6"),
        ("prestige", "five"),
        ("segment", "gold"),
        ("currency", "XXL"),
        ("currency", "vnd"),
        ("country", "QQ"),
        ("country", "vn"),
        ("phone", "call me"),
        ("phone", "1"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://example.com"),
        ("website", "not an address"),
        ("status", "asleep"),
        ("version", "0"),
        ("version", "one"),
        ("version", ""),
        ("version", "9" * 20),
    ],
)
def test_values_of_the_wrong_kind_are_refused(book, as_user, field, value):
    before = row(book.alpha)
    answer = as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, **{field: value}))
    assert answer.status_code == 422
    assert len(answer.context["form"].errors[field]) == 1
    assert row(book.alpha) == before


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "", "99999-01-01"])
def test_a_client_is_lost_on_a_day_that_exists(book, as_user, day):
    before = row(book.alpha)
    typed = filled(book.alpha, book.lan, status="lost", lost_on=day, lost_reason="price")
    answer = as_user(book.lan).post(edit_url(book.alpha), typed)
    assert answer.status_code == 422 and "lost_on" in answer.context["form"].errors
    assert row(book.alpha) == before


def test_a_client_is_not_lost_in_the_future_nor_without_a_reason(book, as_user):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    typed = filled(book.alpha, book.lan, status="lost", lost_on=tomorrow.isoformat())
    answer = as_user(book.lan).post(edit_url(book.alpha), typed)
    assert set(answer.context["form"].errors) == {"lost_on", "lost_reason"}


# --- What is written ------------------------------------------------------------------------------------------


def test_a_client_is_marked_as_lost_and_comes_back(book, as_user):
    browser, today = as_user(book.lan), timezone.localdate()
    typed = filled(book.alpha, book.lan, status="lost", lost_on=today.isoformat(), lost_reason="competitor")
    assert browser.post(edit_url(book.alpha), typed).status_code == 302
    book.alpha.refresh_from_db()
    assert (book.alpha.status, book.alpha.lost_on, book.alpha.lost_reason) == ("lost", today, "competitor")
    assert book.alpha.health_stale_since is not None
    browser.post(edit_url(book.alpha), filled(book.alpha, book.lan, status="active"))
    book.alpha.refresh_from_db()
    assert (book.alpha.status, book.alpha.lost_on, book.alpha.lost_reason) == (ClientStatus.ACTIVE, None, "")


def test_only_what_health_rests_on_marks_it_stale(book, as_user):
    browser = as_user(book.lan)
    browser.post(edit_url(book.alpha), filled(book.alpha, book.lan, city="Huế"))
    assert row(book.alpha)["health_stale_since"] is None
    browser.post(edit_url(book.alpha), filled(book.alpha, book.lan, segment="major"))
    assert row(book.alpha)["health_stale_since"] is not None


def test_a_key_client_keeps_its_segment_whatever_is_posted(book, as_user):
    Client.objects.filter(pk=book.alpha.pk).update(segment="key")
    typed = filled(book.alpha, book.lan, city="Huế", segment="standard")
    assert as_user(book.lan).post(edit_url(book.alpha), typed).status_code == 302
    assert (row(book.alpha)["segment"], row(book.alpha)["city"]) == ("key", "Huế")


def test_the_currency_stays_while_there_are_deals_in_it(book, as_user):
    make.won_deal(book.alpha, amount=5, on=timezone.localdate())
    typed = filled(book.alpha, book.lan, currency="USD")
    assert as_user(book.lan).post(edit_url(book.alpha), typed).status_code == 422
    typed = filled(book.omega, book.admin, currency="USD")
    assert as_user(book.admin).post(edit_url(book.omega), typed).status_code == 302
    assert row(book.omega)["currency"] == "USD"


def test_the_same_form_sent_twice_is_saved_once(book, as_user):
    browser, typed = as_user(book.lan), filled(book.alpha, book.lan, city="Huế")
    assert browser.post(edit_url(book.alpha), typed).status_code == 302
    assert browser.post(edit_url(book.alpha), typed).status_code == 302
    assert row(book.alpha)["version"] == 2


# --- Parent groups --------------------------------------------------------------------------------------------


def test_a_parent_group_is_named_without_its_accents(book, as_user):
    group = make.client("Tập đoàn Hoà Bình", lead=book.lan)
    as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, parent="tap doan hoa binh"))
    assert row(book.alpha)["parent_id"] == group.pk


def test_a_parent_group_is_one_of_ones_own_clients(book, as_user):
    answer = as_user(book.lan).post(
        edit_url(book.alpha), filled(book.alpha, book.lan, parent="Omega Logistics")
    )
    assert answer.status_code == 422 and "parent" in answer.context["form"].errors
    number = filled(book.alpha, book.lan, parent=f"#{book.omega.pk}")
    assert as_user(book.lan).post(edit_url(book.alpha), number).status_code == 422
    assert row(book.alpha)["parent_id"] is None


def test_a_parent_group_that_the_editor_does_not_see_stays(book, as_user):
    Client.objects.filter(pk=book.alpha.pk).update(parent=book.omega)
    assert (
        as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, city="Huế")).status_code
        == 302
    )
    assert (row(book.alpha)["parent_id"], row(book.alpha)["city"]) == (book.omega.pk, "Huế")


def test_namesakes_are_told_apart_by_number(book, as_user):
    twins = [make.client("Song Sinh", lead=book.lan) for _ in range(2)]
    answer = as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, parent="Song Sinh"))
    assert answer.status_code == 422
    as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, parent=f"#{twins[1].pk}"))
    assert row(book.alpha)["parent_id"] == twins[1].pk


def test_a_group_is_never_part_of_itself(book, as_user):
    child = make.client("Con", lead=book.lan, parent=book.alpha)
    grandchild = make.client("Cháu", lead=book.lan, parent=child)
    for name in ("Alpha Thép Việt", child.name, grandchild.name):
        answer = as_user(book.lan).post(edit_url(book.alpha), filled(book.alpha, book.lan, parent=name))
        assert answer.status_code == 422 and "parent" in answer.context["form"].errors


def test_names_to_choose_from_are_ones_own(book, as_user):
    url = reverse("clients:names")
    assert "Alpha" in as_user(book.lan).get(url, {"parent": "thep"}).content.decode()
    assert "Alpha" not in as_user(book.olga).get(url, {"parent": "thep"}).content.decode()
    for nonsense in ("", "a\x00", "x" * 500):
        assert as_user(book.admin).get(url, {"parent": nonsense}).status_code == 200


# --- Two editors at once --------------------------------------------------------------------------------------


def conflict(book, as_user, *, first, second):
    """Lan opens the form, Minh saves `first`, Lan sends `second`; returns her browser and the answer."""
    opened = filled(book.alpha, book.lan, **second)
    as_user(book.manager).post(edit_url(book.alpha), filled(book.alpha, book.manager, **first))
    lan = as_user(book.lan)
    return lan, lan.post(edit_url(book.alpha), opened)


def test_the_second_editor_gets_both_versions_and_overwrites_nothing(book, as_user):
    _lan, answer = conflict(
        book, as_user, first={"city": "Huế"}, second={"city": "Vinh", "industry": "Steel"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Huế" in page and "Vinh" in page and "Steel" in page and "Minh Trần" in page
    assert (row(book.alpha)["city"], row(book.alpha)["industry"]) == ("Huế", "")


def repost(answer, **changes):
    """What the browser posts from the page with both versions."""
    form = answer.context["form"]
    data = {name: form.data.get(name, "") for name in form.fields}
    keep = {f"keep-{d.name}": d.keep for d in answer.context["conflict"].differences}
    return {name: value for name, value in (data | keep | changes).items() if value is not False}


def test_saving_again_keeps_what_the_second_editor_typed(book, as_user):
    lan, answer = conflict(book, as_user, first={"city": "Huế"}, second={"city": "Vinh"})
    assert lan.post(edit_url(book.alpha), repost(answer)).status_code == 302
    assert (row(book.alpha)["city"], row(book.alpha)["version"]) == ("Vinh", 3)


def test_the_second_editor_may_take_theirs(book, as_user):
    lan, answer = conflict(
        book,
        as_user,
        first={"city": "Huế", "phone": "024 3822"},
        second={"city": "Vinh", "industry": "Steel"},
    )
    assert lan.post(edit_url(book.alpha), repost(answer, **{"keep-city": "theirs"})).status_code == 302
    saved = row(book.alpha)
    assert (saved["city"], saved["phone"], saved["industry"]) == ("Huế", "024 3822", "Steel")


def test_what_only_the_first_changed_is_taken_over_unless_the_second_says_otherwise(book, as_user):
    _lan, answer = conflict(
        book, as_user, first={"demanding": "on", "prestige": "4"}, second={"city": "Vinh"}
    )
    kept = {difference.name: difference.keep for difference in answer.context["conflict"].differences}
    assert kept == {"city": "mine", "demanding": "theirs", "prestige": "theirs"}


def test_a_third_save_in_between_is_a_conflict_again(book, as_user):
    lan, answer = conflict(book, as_user, first={"city": "Huế"}, second={"city": "Vinh"})
    as_user(book.admin).post(edit_url(book.alpha), filled(book.alpha, book.admin, city="Đà Lạt"))
    again = lan.post(edit_url(book.alpha), repost(answer))
    assert again.status_code == 409 and "Đà Lạt" in again.content.decode()
    assert row(book.alpha)["city"] == "Đà Lạt"


@pytest.mark.django_db(transaction=True)
def test_an_edit_says_when_the_row_is_held_by_somebody_else(book, as_user):
    lan, typed = as_user(book.lan), filled(book.alpha, book.lan, city="Huế")
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT 1 FROM clients_client WHERE id = %s FOR UPDATE", [book.alpha.pk])
            answer = lan.post(edit_url(book.alpha), typed)
    finally:
        other.rollback()
        other.close()
    assert answer.status_code == 409 and "Huế" in answer.content.decode()
    assert row(book.alpha)["city"] == ""


def test_an_edit_takes_the_same_queries_whatever_the_book(book, as_user, django_assert_max_num_queries):
    browser = as_user(book.admin)
    with django_assert_max_num_queries(12) as few:
        browser.get(edit_url(book.alpha))
    for n in range(20):
        make.client(f"More {n}", lead=book.lan)
    with django_assert_max_num_queries(12) as many:
        browser.get(edit_url(book.alpha))
    assert len(few) == len(many)
