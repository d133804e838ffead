"""Commands of the search: found in both languages, for whom they are, and with which client."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from relationships.search import commands
from relationships.search.finding import find
from relationships.search.words import plain
from tests import factories as make

pytestmark = pytest.mark.django_db


def hits(user, text, group="commands", **more):
    groups = find(user, text=text, brief=True, **more)
    return next((found.hits for found in groups if found.name == group), [])


def urls(user, text, **more):
    return [hit.url for hit in hits(user, text, **more)]


@pytest.mark.parametrize("text", ["calendar", "cal", "go to calendar", "CALENDAR"])
def test_place_is_found_by_its_words(book, text):
    assert urls(book.lan, text)[0] == reverse("relationships:calendar")


def test_place_is_found_by_its_words_in_any_language(book):
    with translation.override("vi"):
        name = str(next(place.label for place in commands.PLACES if place.route == "clients:receivables"))
    assert reverse("clients:receivables") in urls(book.lan, plain(name))


def test_words_to_go_alone_name_no_place(book):
    assert hits(book.lan, "open") == []


def test_places_are_those_that_one_may_open(book):
    assert urls(book.lan, "assignments") == []
    assert urls(book.admin, "assignments") == [reverse("relationships:assignments")]
    assert urls(book.senior, "portfolio") == [reverse("relationships:portfolio")]
    assert urls(book.lan, "new client") == []
    assert urls(book.admin, "new client")[0] == reverse("clients:new")


def test_every_place_opens(book, as_user):
    browser = as_user(book.admin)
    for place in commands.PLACES:
        assert browser.get(reverse(place.route)).status_code == 200, place.route


def test_every_deed_opens_for_a_client(book, as_user):
    for deed in commands.DEEDS:
        url = reverse(deed.route, args=[book.alpha.pk])
        answer = as_user(book.lan, htmx=deed.in_sheet).get(url)
        assert answer.status_code == 200, deed.route
        assert ("<html" in answer.content.decode()) is not deed.in_sheet, deed.route


@pytest.mark.parametrize(
    "text", ["log alpha", "log for alpha", "log a contact with thep viet", "contact alp"]
)
def test_log_for_a_client(book, text):
    assert reverse("relationships:log_for_client", args=[book.alpha.pk]) in urls(book.lan, text)


@pytest.mark.parametrize(
    "text, route",
    [
        ("new issue alpha", "clients:issue_new"),
        ("new deal for alpha", "clients:deal_new"),
        ("plan alpha", "relationships:follow_up_new"),
        ("new note alpha", "relationships:note_new"),
        ("ask a department alpha", "clients:request_new"),
    ],
)
def test_something_new_for_a_client_comes_first(book, text, route):
    (first, *_others) = find(book.lan, text=text, brief=True)
    assert first.name == "commands"
    assert first.hits[0].url == reverse(route, args=[book.alpha.pk])
    assert first.hits[0].sub == "Alpha Thép Việt"


def test_nothing_new_for_a_client_of_others(book):
    make.client("Alpha Beta", lead=book.olga)
    assert {hit.sub for hit in hits(book.lan, "new issue alpha")} == {"Alpha Thép Việt"}
    assert hits(book.lan, "new issue omega") == []


def test_deed_without_a_client_waits_for_one(book):
    (hit,) = [hit for hit in hits(book.lan, "new issue") if hit.fill]
    assert hit.fill == "New issue " and hit.title == "New issue for …"
    assert urls(book.lan, "log a contact")[0] == reverse("relationships:log")


def test_deed_is_for_the_client_whose_page_is_open(book):
    url = reverse("clients:issue_new", args=[book.alpha.pk])
    assert urls(book.lan, "new issue", here=book.alpha.pk)[0] == url


def test_before_typing_a_clients_page_offers_what_can_be_begun_for_it(book):
    found = hits(book.lan, "", "here", here=book.alpha.pk)
    assert [hit.url for hit in found] == [
        reverse(deed.route, args=[book.alpha.pk]) for deed in commands.DEEDS
    ]


def test_client_that_is_found_can_be_logged_for_at_once(book):
    assert urls(book.lan, "alpha") == [
        reverse("relationships:log_for_client", args=[book.alpha.pk]),
        reverse("relationships:follow_up_new", args=[book.alpha.pk]),
    ]


def test_command_stands_above_what_only_reads_alike(book):
    make.client("Todey", lead=book.lan)
    assert find(book.lan, text="today", brief=True)[0].name == "commands"


def test_client_called_as_a_command_begins_comes_before_it(book):
    make.client("Hoa Sen", lead=book.lan)  # "hóa đơn" begins alike
    make.client("Logistics Beta", lead=book.lan)
    for text, name in (("hoa sen", "Hoa Sen"), ("log beta", "Logistics Beta")):
        assert find(book.lan, text=text, brief=True)[0].hits[0].title == name


def test_words_are_folded_as_in_the_database():
    assert plain("Đặng Thị ÁNH") == "dang thi anh"


def test_languages_of_commands_are_those_of_tend():
    said = commands._in_every_language(commands.LOG.label)
    assert len(said) >= len(plain(str(commands.LOG.label))) and settings.LANGUAGES


def test_the_small_words_of_a_command_leave_the_clients_name_alone(book):
    client = make.client("Tô Hiệu", lead=book.lan)
    assert reverse("relationships:log_for_client", args=[client.pk]) in urls(book.lan, "log for Tô Hiệu")
    assert [left for _deed, left in commands.deeds_asked_for(["log", "to", "Tô"])] == [["Tô"]]
