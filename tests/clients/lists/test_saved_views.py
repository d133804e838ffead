"""Saved views: kept, found again as tabs, shared with a team and no further, changed by their owner alone."""

import json

import pytest
from django.http import QueryDict
from django.urls import reverse

from clients.list_queries import columns_of, in_words, normal_query
from clients.models import SavedView
from tests import factories as make

LIST, VIEWS, NEW = "/clients/", "/clients/views/", "/clients/views/new/"


@pytest.fixture
def view(book):
    """Lan's own view, pinned by her."""
    row = SavedView.objects.create(owner=book.lan, name="At risk", query="band=at_risk")
    row.pinned_by.add(book.lan)
    return row


def tabs(browser, address=LIST):
    return [(tab["view"].name, tab["current"]) for tab in browser.get(address).context["views"].tabs]


# --- The query ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, normal",
    [
        ("", ""),
        ("band=at_risk&cursor=nWyJh&q=", "band=at_risk"),
        ("sort=-health&band=at_risk", "band=at_risk&sort=-health"),
        ("sort=name", ""),
        ("cols=city&cols=tags", "cols=tags.city"),
        ("cols=tags,city.tags&next=//evil", "cols=tags.city"),
        ("q=Nguy%E1%BB%85n+A", "q=Nguy%E1%BB%85n+A"),
        ("region=a&region=b", "region=b"),
    ],
)
def test_a_query_is_kept_in_one_form_without_its_page(text, normal):
    assert normal_query(QueryDict(text)) == normal
    assert normal_query(QueryDict(normal)) == normal


def test_a_query_in_words_names_no_row(db):
    words = in_words("q=thep&band=at_risk&tag=7&lead=12&silent=1&country=VN&sort=-revenue&cols=tags,city")
    assert [str(word) for word in words] == [
        "“thep”",
        "At risk",
        "A tag",
        "A lead",
        "Vietnam",
        "Going silent",
        "by revenue",
        "2 columns",
    ]
    assert columns_of("band=at_risk") == ()


# --- Keeping one ----------------------------------------------------------------------------------------------


def test_a_view_is_saved_and_is_a_tab(book, as_user):
    browser = as_user(book.lan)
    form = browser.get(NEW, {"query": "?band=at_risk&cursor=x&sort=-health"})
    assert 'value="band=at_risk&amp;sort=-health"' in form.text and "At risk" in form.text
    answer = browser.post(
        NEW, {"name": " Worst  first ", "query": "sort=-health&band=at_risk", "is_pinned": "on"}
    )
    assert answer.status_code == 302 and answer.url == "/clients/?band=at_risk&sort=-health"
    saved = SavedView.objects.get()
    assert (saved.owner, saved.name, saved.is_shared) == (book.lan, "Worst first", False)
    assert tabs(browser, answer.url) == [("Worst first", True)]
    assert tabs(browser) == [("Worst first", False)]


def test_saving_under_htmx_tells_the_page(book, as_user):
    answer = as_user(book.lan, htmx=True).post(NEW, {"name": "Key", "query": "segment=key"})
    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])
    assert "views-changed" in told and "Key" in told["toast"]["text"]
    assert SavedView.objects.get().pinned_by.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "…", "x" * 61, "<script>a"])
def test_a_view_needs_a_name_that_can_be_read(book, as_user, name):
    answer = as_user(book.lan).post(NEW, {"name": name, "query": "segment=key"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_by_each_owner(book, as_user, view):
    answer = as_user(book.lan).post(NEW, {"name": "At risk", "query": "segment=key"})
    assert answer.status_code == 422 and "You have a view of this name" in answer.text
    assert as_user(book.mai).post(NEW, {"name": "At risk", "query": "segment=key"}).status_code == 302
    assert SavedView.objects.count() == 2


def test_who_is_in_no_team_is_not_offered_to_share(book, as_user):
    assert "Share it with my team" in as_user(book.lan).get(NEW).text
    assert "Share it with my team" not in as_user(book.manager).get(NEW).text
    as_user(book.manager).post(NEW, {"name": "A", "query": "segment=key", "is_shared": "on"})
    assert SavedView.objects.get().is_shared is False


# --- Who sees it ----------------------------------------------------------------------------------------------


def test_a_view_is_its_owners_until_it_is_shared(book, as_user, view):
    assert tabs(as_user(book.mai)) == []
    SavedView.objects.update(is_shared=True)
    found = as_user(book.mai).get(LIST).context["views"]
    assert [one.name for one, _address in found.others] == ["At risk"] and found.tabs == []
    assert as_user(book.olga).get(LIST).context["views"].views == []
    assert as_user(book.manager).get(LIST).context["views"].views == []
    SavedView.objects.update(owner=make.user("Hoa", team=book.south))
    assert as_user(book.lan).get(LIST).context["views"].views == []


def test_a_shared_view_shows_each_their_own_clients(book, as_user, view):
    SavedView.objects.update(is_shared=True, query="status=all")
    make.client("Mai's", lead=book.mai)
    names = [client.name for client in as_user(book.mai).get(f"{LIST}?status=all").context["page"]]
    assert names == ["Mai's"]


def test_a_view_on_screen_is_a_tab_though_it_is_not_pinned(book, as_user, view):
    view.pinned_by.clear()
    browser = as_user(book.lan)
    assert tabs(browser) == []
    assert tabs(browser, f"{LIST}?cursor=&band=at_risk") == [("At risk", True)]
    assert browser.get(f"{LIST}?band=at_risk").context["views"].may_be_saved is False
    assert browser.get(f"{LIST}?band=watch").context["views"].may_be_saved is True
    assert browser.get(LIST).context["views"].may_be_saved is False


def test_pinning_is_each_readers_own(book, as_user, view):
    SavedView.objects.update(is_shared=True)
    pin, mai = reverse("clients:view_pin", args=[view.pk]), as_user(book.mai)
    for _twice in range(2):
        assert mai.post(pin, {"is_pinned": "1"}).status_code == 302
    assert tabs(mai) == [("At risk", False)]
    mai.post(pin, {"is_pinned": "0"})
    assert tabs(mai) == [] and tabs(as_user(book.lan)) == [("At risk", False)]


# --- Changing one ---------------------------------------------------------------------------------------------


def test_the_owner_renames_shares_and_takes_over_what_is_on_screen(book, as_user, view):
    browser, edit = as_user(book.lan), reverse("clients:view_edit", args=[view.pk])
    assert "Take over what the list shows now" not in browser.get(edit).text
    assert "Take over what the list shows now" not in browser.get(edit, {"query": "band=at_risk"}).text
    assert "Take over what the list shows now" in browser.get(edit, {"query": "band=watch"}).text
    browser.post(edit, {"name": "Watch", "query": "band=watch", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.query, view.is_shared) == ("Watch", "band=at_risk", True)
    assert view.pinned_by.count() == 0
    browser.post(edit, {"name": "Watch", "query": "cursor=1&band=watch", "takes_over": "on"})
    view.refresh_from_db()
    assert (view.query, view.is_shared) == ("band=watch", False)


def test_a_view_is_deleted_by_its_owner(book, as_user, view):
    SavedView.objects.update(is_shared=True)
    deletion = reverse("clients:view_delete", args=[view.pk])
    assert as_user(book.mai).post(deletion).status_code == 403
    assert as_user(book.olga).post(deletion).status_code == 404
    assert as_user(book.lan).get(deletion).status_code == 405
    assert as_user(book.lan).post(deletion).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("htmx", [False, True])
def test_the_list_of_views_takes_the_same_queries_at_2_and_at_20(
    book, as_user, django_assert_max_num_queries, htmx
):
    browser = as_user(book.lan, htmx=htmx)
    SavedView.objects.create(owner=book.lan, name="0", query="tag=3&lead=4")
    SavedView.objects.create(owner=book.mai, name="1", query="team=3", is_shared=True)
    with django_assert_max_num_queries(6) as few:
        assert ("<html" in browser.get(VIEWS).text) is not htmx
    for n in range(2, 20):
        SavedView.objects.create(owner=book.mai, name=str(n), query="country=VN", is_shared=True)
    with django_assert_max_num_queries(6) as many:
        assert len(browser.get(VIEWS).context["rows"]) == 20
    assert len(many) == len(few)


def test_no_view_yet_says_how_to_make_one(book, as_user):
    assert "No view yet." in as_user(book.lan).get(VIEWS).text
