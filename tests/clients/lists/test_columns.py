"""The columns of the client list: chosen in the address, kept as one's own, and what each costs."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.list_columns import COLUMNS, DEFAULT, MOST_COLUMNS, shown_columns
from clients.models import Client, ClientTag, SavedView, Tag
from tests import factories as make

URL = "/clients/"
EVERY = list(COLUMNS)


def heads(answer):
    return [str(column["words"]) for column in answer.context["columns"]]


def test_the_usual_columns_are_shown_where_nothing_is_said(book, as_user):
    answer = as_user(book.lan).get(URL)
    assert list(answer.context["shown"]) == list(DEFAULT)
    assert heads(answer) == [
        "Client",
        "Health",
        "Segment",
        "Lead",
        "Last contact",
        "Next step",
        "Revenue, 12 months",
    ]


@pytest.mark.parametrize(
    "query", ["cols=tags,city", "cols=city&cols=tags", "cols=city.tags", "cols=city,tags,city"]
)
def test_the_address_names_the_columns(book, as_user, query):
    answer = as_user(book.lan).get(f"{URL}?{query}")
    assert heads(answer) == ["Client", "Tags", "Town"]
    assert 'value="tags" checked' in " ".join(answer.text.split())


@pytest.mark.parametrize("query", ["cols=colour", "cols=health,colour", "cols=" + ",".join(EVERY)])
def test_columns_that_make_no_sense_are_refused(book, as_user, query):
    answer = as_user(book.lan).get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and "Columns" in answer.text


def test_small_screens_keep_the_columns_that_matter_most():
    usual = shown_columns(DEFAULT)
    assert {name: column.css.split()[-1] if column.css else "" for name, column in usual.items()} == {
        "health": "",
        "segment": "from-desktop",
        "lead": "from-wide",
        "last": "from-tablet",
        "next": "from-wide",
        "revenue": "from-tablet",
    }
    assert list(shown_columns(["city", "tags"])["tags"].css.split()) == []
    eight = shown_columns(EVERY[:MOST_COLUMNS])
    assert sum("from-full" in column.css for column in eight.values()) == MOST_COLUMNS - 6


def test_each_column_shows_what_there_is(book, as_user):
    today = timezone.localdate()
    group = make.client("Tập đoàn Hoà Bình")
    changes = {"parent": group, "industry": "Steel", "city": "Huế", "contact_due_on": today}
    changes |= {"revenue_12m": 130, "revenue_12m_before": 100, "next_follow_up_on": today}
    Client.objects.filter(pk=book.alpha.pk).update(**changes)
    ClientTag.objects.create(client=book.alpha, tag=Tag.objects.create(name="Chờ giá"))
    make.contract(book.alpha, ends_in=400)
    sooner = make.contract(book.alpha, ends_in=30)
    make.contract(book.alpha, ends_in=-5)
    make.issue(book.alpha)
    make.issue(book.alpha, status="resolved", resolved_at=timezone.now())
    browser = as_user(book.lan)
    for half in (EVERY[:MOST_COLUMNS], EVERY[MOST_COLUMNS:]):
        page = browser.get(f"{URL}?cols={','.join(half)}")
        assert page.status_code == 200
        client = page.context["page"].rows[0]
        if "tags" in half:
            assert [tag["name"] for tag in client.tag_list] == ["Chờ giá"]
        if "ends" in half:
            assert client.contract_ends_on == sooner.ends_on
            assert client.issues_open == 1
            assert "+30%" in page.text
    assert "Huế" in browser.get(f"{URL}?cols=city").text


def test_clients_are_in_order_of_the_day_a_contact_is_due(book, as_user):
    today = timezone.localdate()
    for name, days in (("Soon", 1), ("Later", 9), ("Never", None)):
        due = today + datetime.timedelta(days=days) if days else None
        Client.objects.filter(pk=make.client(name, lead=book.lan).pk).update(contact_due_on=due)
    Client.objects.filter(pk=book.alpha.pk).update(status="lost", lost_on=today)
    rows = as_user(book.lan).get(f"{URL}?sort=due&cols=due").context["page"].rows
    assert [client.name for client in rows] == ["Soon", "Later", "Never"]
    rows = as_user(book.lan).get(f"{URL}?sort=-due").context["page"].rows
    assert [client.name for client in rows] == ["Later", "Soon", "Never"]


@pytest.mark.parametrize("cols", [EVERY[:MOST_COLUMNS], EVERY[-MOST_COLUMNS:]])
@pytest.mark.parametrize("sort", ["name", "-revenue", "-health"])
def test_any_columns_take_the_same_queries_at_2_rows_and_at_20(
    book, as_user, django_assert_max_num_queries, cols, sort
):
    browser, url = as_user(book.lan), f"{URL}?cols={','.join(cols)}&sort={sort}"
    tag = Tag.objects.create(name="Steel")
    ClientTag.objects.create(client=make.client("Second", lead=book.lan), tag=tag)
    with django_assert_max_num_queries(12) as few:
        browser.get(url)
    for n in range(18):
        client = make.client(f"More {n}", lead=book.lan, parent=book.alpha)
        ClientTag.objects.create(client=client, tag=tag)
    with django_assert_max_num_queries(12) as many:
        assert len(browser.get(url).context["page"].rows) == 20
    assert len(many) == len(few)


# --- One's own columns ----------------------------------------------------------------------------------------


def keep(browser, *names):
    return browser.post(reverse("clients:columns"), {"cols": ",".join(names)})


def test_kept_columns_are_shown_to_their_owner_alone(book, as_user):
    lan, mai = as_user(book.lan), as_user(book.mai)
    assert keep(lan, "city", "tags").status_code == 302
    assert heads(lan.get(URL)) == ["Client", "Tags", "Town"]
    assert heads(lan.get(f"{URL}?cols=health")) == ["Client", "Health"]
    assert list(mai.get(URL).context["shown"]) == list(DEFAULT)
    assert keep(lan, "lead").status_code == 302
    assert heads(lan.get(URL)) == ["Client", "Lead"]
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("names", [(), DEFAULT, tuple(reversed(DEFAULT))])
def test_the_usual_columns_come_back(book, as_user, names):
    browser = as_user(book.lan)
    keep(browser, "city")
    assert keep(browser, *names).status_code == 302
    assert not SavedView.objects.exists()
    assert list(browser.get(URL).context["shown"]) == list(DEFAULT)


@pytest.mark.parametrize("names", [("colour",), tuple(EVERY)])
def test_columns_that_make_no_sense_are_not_kept(book, as_user, names):
    answer = as_user(book.lan, htmx=True).post(reverse("clients:columns"), {"cols": ",".join(names)})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_kept_columns_are_no_view_in_any_list(book, as_user):
    browser = as_user(book.lan)
    keep(browser, "city")
    assert browser.get(reverse("clients:views")).context["rows"] == []
    assert browser.get(URL).context["views"].views == []
    kept = SavedView.objects.get()
    assert browser.get(reverse("clients:view_edit", args=[kept.pk])).status_code == 404
    SavedView.objects.update(is_shared=True)
    assert list(as_user(book.mai).get(URL).context["shown"]) == list(DEFAULT)


def test_the_page_says_whose_columns_these_are(book, as_user):
    browser = as_user(book.lan)
    assert "The usual columns." in browser.get(URL).text
    assert "Keep as my columns" in browser.get(f"{URL}?cols=city").text
    keep(browser, "city")
    page = browser.get(URL).text
    assert "These are your columns." in page and "Back to the usual ones" in page
    assert re.search(r'id="columns-keep"[^>]*data-usual="city"', page)


def test_the_fragment_carries_views_and_columns_out_of_band(book, as_user):
    page = as_user(book.lan, htmx=True).get(f"{URL}?cols=city").text
    for part in ("client-views", "columns-keep"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob', page)
