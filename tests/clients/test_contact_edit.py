"""Adding and editing contacts: in the sheet and as a page, what is refused, and two editors at once."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.forms import ContactEditForm
from clients.models import Client, Contact
from tests import factories as make


def new_url(client):
    return reverse("clients:contact_new", args=[client.pk])


def edit_url(contact):
    return reverse("clients:contact_edit", args=[contact.pk])


@pytest.fixture
def tram(book):
    return make.contact(book.alpha, "Đặng Thuỳ Trâm", title="Kế toán trưởng")


def filled(contact, **changes):
    form = ContactEditForm(instance=Contact.objects.get(pk=contact.pk))
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def row(contact):
    return Contact.objects.filter(pk=contact.pk).values().get()


def stale(client):
    return Client.objects.get(pk=client.pk).health_stale_since is not None


# --- Adding ---------------------------------------------------------------------------------------------------


def test_a_contact_is_added_on_a_page_of_its_own(book, as_user):
    browser = as_user(book.lan)
    assert "<html" in browser.get(new_url(book.alpha)).content.decode()
    answer = browser.post(
        new_url(book.alpha), {"name": "Phạm Văn  Đức", "role": "champion", "influence": "4"}
    )
    assert answer.status_code == 302 and answer.url == f"/clients/{book.alpha.pk}/"
    contact = Contact.objects.get()
    assert (contact.client, contact.name, contact.influence) == (book.alpha, "Phạm Văn Đức", 4)
    assert stale(book.alpha)


def test_a_contact_is_added_in_the_sheet_and_the_page_is_told(book, as_user):
    browser = as_user(book.lan, htmx=True)
    assert "<html" not in browser.get(new_url(book.alpha)).content.decode()
    answer = browser.post(new_url(book.alpha), {"name": "Phạm Văn Đức"})
    events = json.loads(answer.headers["HX-Trigger"])
    assert answer.status_code == 204
    assert events["contact-saved"] == {"client": book.alpha.pk} and "Đức" in events["toast"]["text"]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("person", ["mai", "olga", "other_manager"])
def test_outsiders_find_neither_client_nor_contact(book, tram, as_user, person, htmx):
    browser, before = as_user(getattr(book, person), htmx=htmx), row(tram)
    for url in (new_url(book.alpha), edit_url(tram)):
        assert browser.get(url).status_code == 404
        assert browser.post(url, filled(tram, name="Taken over")).status_code == 404
    assert row(tram) == before and Contact.objects.count() == 1


def test_a_former_lead_reads_and_writes_no_contact(book, tram, as_user):
    until = timezone.localdate() + datetime.timedelta(days=3)
    ended = timezone.now() - datetime.timedelta(days=500)
    make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)
    browser, before = as_user(book.mai), row(tram)
    for url in (new_url(book.alpha), edit_url(tram)):
        assert browser.get(url).status_code == 403
        assert browser.post(url, filled(tram, name="Taken over")).status_code == 403
    assert row(tram) == before


def test_nobody_writes_without_a_log_in(book, tram, as_user):
    for url in (new_url(book.alpha), edit_url(tram)):
        assert "/accounts/login/" in as_user(None).post(url, {"name": "X"}).url
    assert Contact.objects.count() == 1


# --- What is refused ------------------------------------------------------------------------------------------

WRONG = {
    "too long": "x" * 5000,
    "NUL": "a\x00b",
    "control": "a\x07b",
    "direction mark": "abc\u202edef",
    "script": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("field", ["name", "given_name", "title", "email", "phone"])
@pytest.mark.parametrize("kind", WRONG)
def test_text_that_makes_no_sense_is_refused_at_its_field(book, tram, as_user, field, kind):
    before = row(tram)
    for browser in (as_user(book.lan), as_user(book.lan, htmx=True)):
        typed = filled(tram, **({"given_name": "Trâm"} | {field: WRONG[kind]}))
        answer = browser.post(edit_url(tram), typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {field}
        assert "<script>alert" not in page
        assert 'value="Trâm"' in page or field == "given_name"
    assert row(tram) == before


@pytest.mark.parametrize(
    "field, value",
    [
        ("name", ""),
        ("name", "…"),
        ("role", "king"),
        ("influence", "6"),
        ("influence", "0"),
        ("influence", "much"),
        ("email", "not an address"),
        ("phone", "ring twice"),
        ("reports_to", "abc"),
        ("reports_to", "9" * 40),
        ("birthday", "0001-01-01"),
        ("birthday", "9999-12-31"),
        ("birthday", "2026-02-30"),
        ("left_on", "0001-01-01"),
        ("left_on", "9999-12-31"),
        ("left_on", "soon"),
        ("version", ""),
        ("version", "x"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(book, tram, as_user, field, value):
    before = row(tram)
    answer = as_user(book.lan).post(edit_url(tram), filled(tram, **{field: value}))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert row(tram) == before


def test_a_boss_is_someone_of_the_same_client(book, tram, as_user):
    stranger = make.contact(book.omega, "Somebody Else")
    for user in (book.lan, book.admin):
        answer = as_user(user).post(edit_url(tram), filled(tram, reports_to=stranger.pk))
        assert answer.status_code == 422 and "reports_to" in answer.context["form"].errors
    answer = as_user(book.lan).post(new_url(book.alpha), {"name": "New", "reports_to": stranger.pk})
    assert answer.status_code == 422
    assert "Somebody Else" not in as_user(book.admin).get(edit_url(tram)).content.decode()


def test_nobody_is_their_own_boss_even_through_others(book, tram, as_user):
    middle = make.contact(book.alpha, "Middle", reports_to=tram)
    low = make.contact(book.alpha, "Low", reports_to=middle)
    for boss in (tram, middle, low):
        assert as_user(book.lan).post(edit_url(tram), filled(tram, reports_to=boss.pk)).status_code == 422
    assert as_user(book.lan).post(edit_url(low), filled(low, reports_to=tram.pk)).status_code == 302


# --- What is written, and conflicts ---------------------------------------------------------------------------


def test_leaving_and_roles_mark_the_health_stale_and_names_do_not(book, tram, as_user):
    browser = as_user(book.lan)
    browser.post(edit_url(tram), filled(tram, title="Giám đốc tài chính"))
    assert not stale(book.alpha)
    browser.post(edit_url(tram), filled(tram, left_on=timezone.localdate().isoformat()))
    assert stale(book.alpha) and row(tram)["left_on"] == timezone.localdate()


@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_editor_gets_both_versions(book, tram, as_user, htmx):
    typed = filled(tram, title="Typed second", given_name="Trâm")
    as_user(book.manager).post(edit_url(tram), filled(tram, title="Saved first", phone="024 3822 9999"))
    lan = as_user(book.lan, htmx=htmx)
    answer = lan.post(edit_url(tram), typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and ("<html" in page) is not htmx
    assert "Typed second" in page and "Saved first" in page and "Minh Trần" in page
    assert (row(tram)["title"], row(tram)["given_name"]) == ("Saved first", "")
    kept = {f"keep-{d.name}": d.keep for d in answer.context["conflict"].differences}
    assert kept == {"keep-title": "mine", "keep-given_name": "mine", "keep-phone": "theirs"}
    again = typed | kept | {"version": row(tram)["version"]}
    assert lan.post(edit_url(tram), again).status_code == (204 if htmx else 302)
    saved = row(tram)
    assert (saved["title"], saved["given_name"], saved["phone"]) == ("Typed second", "Trâm", "024 3822 9999")
