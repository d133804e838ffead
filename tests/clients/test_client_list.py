"""The client list: whose clients, filters that agree with their figures, order, pages, and how many queries."""

import datetime
import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role
from clients.filters import SORTS, matching
from clients.models import Client, ClientStatus
from clients.templatetags.rows import band_cell
from clients.views.client_list import ROWS_PER_PAGE, standing
from tests import factories as make

URL = "/clients/"


def listed(answer):
    return [client.name for client in answer.context["page"]]


def set_columns(client, **columns):
    Client.objects.filter(pk=client.pk).update(**columns)


# --- Who sees what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "person, names",
    [
        ("lan", ["Alpha Thép Việt"]),
        ("mai", []),
        ("olga", ["Omega Logistics"]),
        ("senior", ["Alpha Thép Việt"]),
        ("manager", ["Alpha Thép Việt"]),
        ("other_manager", ["Omega Logistics"]),
        ("admin", ["Alpha Thép Việt", "Omega Logistics"]),
    ],
)
def test_everyone_sees_their_own_clients(book, as_user, person, names, htmx):
    answer = as_user(getattr(book, person), htmx=htmx).get(URL)
    assert answer.status_code == 200
    assert listed(answer) == names
    assert ("<html" in answer.content.decode()) is not htmx
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]


def test_nobody_reads_the_list_without_a_log_in(book, as_user):
    answer = as_user(None).get(URL)
    assert answer.status_code == 302 and "/accounts/login/" in answer.url


def test_a_row_links_to_the_client_and_names_lead_and_group(book, as_user):
    group = make.client("Tập đoàn Hoà Bình")
    set_columns(book.alpha, parent=group)
    page = as_user(book.admin).get(URL).content.decode()
    assert f'href="/clients/{book.alpha.pk}/"' in page
    assert "Lan Nguyễn" in page and "Tập đoàn Hoà Bình" in page


# --- Filters --------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(book):
    """Five more clients of Lan, each the only one of something; and what every filter should find."""
    today = timezone.localdate()
    make.client("Bệnh viện Bạch Mai", lead=book.lan, segment="key", country="VN", industry="Healthcare")
    make.client("Cà phê Sài Gòn", lead=book.lan, segment="major", country="JP", industry="Food")
    set_columns(Client.objects.get(name="Cà phê Sài Gòn"), health_band="at_risk", health_score=31.9)
    set_columns(Client.objects.get(name="Cà phê Sài Gòn"), health_trend=-12.4)
    set_columns(
        Client.objects.get(name="Bệnh viện Bạch Mai"), health_trend=5, health_band="healthy", health_score=80
    )
    make.client(
        "Đồng Tâm", lead=book.lan, status=ClientStatus.LOST, lost_on=today, lost_reason="price", country="VN"
    )
    silent = make.client("Ếch Xanh", lead=book.lan)
    set_columns(silent, contact_due_on=today - datetime.timedelta(days=3), next_follow_up_on=today)
    make.client("Nguyễn và Con", country="VN")
    return book


@pytest.mark.parametrize(
    "query, names",
    [
        ("band=at_risk", ["Cà phê Sài Gòn"]),
        ("trend=falling", ["Cà phê Sài Gòn"]),
        ("trend=rising", ["Bệnh viện Bạch Mai"]),
        ("segment=major", ["Cà phê Sài Gòn"]),
        ("segment=key", ["Bệnh viện Bạch Mai"]),
        ("key=1", ["Bệnh viện Bạch Mai"]),
        ("status=lost", ["Đồng Tâm"]),
        ("status=all&country=VN", ["Bệnh viện Bạch Mai", "Đồng Tâm", "Nguyễn và Con"]),
        ("country=VN", ["Bệnh viện Bạch Mai", "Nguyễn và Con"]),
        ("industry=Food", ["Cà phê Sài Gòn"]),
        ("silent=1", ["Ếch Xanh"]),
        ("unassigned=1", ["Nguyễn và Con"]),
        ("region=South", ["Omega Logistics"]),
        ("q=ech", ["Ếch Xanh"]),
        ("q=bach benh", ["Bệnh viện Bạch Mai"]),
        ("q=dong tam", []),
        ("q=dong tam&status=all", ["Đồng Tâm"]),
        ("band=at_risk&segment=key", []),
    ],
)
def test_each_filter_finds_its_clients(mixed, as_user, query, names):
    answer = as_user(mixed.admin).get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert listed(answer) == names
    assert answer.context["standing"]["clients"] == len(names)


def test_a_trend_shows_from_five_points_with_a_word(mixed, as_user):
    set_columns(mixed.alpha, health_trend=-4.9, health_band="watch", health_score=60)
    page = " ".join(as_user(mixed.lan).get(URL).text.split())
    assert page.count("in 30 days") == 2
    assert (
        'down</span> <span class="num">12</span>' in page and 'up</span> <span class="num">5</span>' in page
    )
    chips = as_user(mixed.lan).get(f"{URL}?trend=falling").context["bar"].applied
    assert [words for words, _without in chips] == ["Falling"]


def test_lead_and_team_are_those_that_lead_now(mixed, as_user):
    browser = as_user(mixed.admin)
    of_lan = listed(browser.get(f"{URL}?lead={mixed.lan.pk}"))
    assert of_lan == ["Alpha Thép Việt", "Bệnh viện Bạch Mai", "Cà phê Sài Gòn", "Ếch Xanh"]
    assert listed(browser.get(f"{URL}?team={mixed.north.pk}")) == of_lan
    make.assignment(mixed.omega, mixed.lan, role="technical")
    assert listed(browser.get(f"{URL}?lead={mixed.lan.pk}")) == of_lan


def test_without_a_next_step_finds_those_with_nothing_planned(mixed, as_user):
    names = listed(as_user(mixed.lan).get(f"{URL}?no_next=1"))
    assert "Ếch Xanh" not in names and "Alpha Thép Việt" in names


def test_the_sentence_counts_what_the_filters_let_through(mixed, as_user):
    figures = as_user(mixed.lan).get(URL).context["standing"]
    assert (figures["clients"], figures["at_risk"], figures["silent"]) == (4, 1, 1)
    assert figures["no_next"] == 3


def test_the_sentence_gives_the_worth_of_each_currency(book, as_user):
    set_columns(book.alpha, revenue_12m=5_000_000)
    assert standing(Client.objects.all())["worth"] == [("VND", 5_000_000)]
    set_columns(book.omega, currency="USD", revenue_12m=70_000)
    make.client("Third", currency="USD")
    assert standing(Client.objects.all())["worth"] == [("USD", 70_000), ("VND", 5_000_000)]
    assert "$70K + ₫5M" in as_user(book.admin).get(URL).content.decode()


def test_revenue_is_in_order_within_each_currency(book, as_user):
    set_columns(book.alpha, revenue_12m=5_000_000)
    set_columns(book.omega, currency="USD", revenue_12m=70_000)
    set_columns(make.client("Poor"), revenue_12m=1)
    browser = as_user(book.admin)
    assert listed(browser.get(f"{URL}?sort=-revenue")) == ["Alpha Thép Việt", "Poor", "Omega Logistics"]
    assert listed(browser.get(f"{URL}?sort=revenue")) == ["Poor", "Alpha Thép Việt", "Omega Logistics"]


@pytest.mark.parametrize(
    "query",
    [
        "band=purple",
        "segment=%00",
        "status=gone",
        "silent=maybe",
        "lead=abc",
        "lead=999999999999999999999999",
        "lead=1e400",
        "lead=-1",
        "team=0",
        "region=Atlantis",
        "country=QQ",
        "country=<script>",
        "sort=colour",
        "q=" + "x" * 101,
        "q=a%00b",
        "q=%E2%80%AEabc",
        "industry=%3Cscript%3E",
        "cursor=" + "n" * 2001,
    ],
)
def test_nonsense_is_answered_with_a_message(book, as_user, query):
    answer = as_user(book.admin).get(f"{URL}?{query}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page and "Clear the filters" in page
    assert "<script>alert" not in page and "country=<script>" not in page
    assert listed(answer) == []


@pytest.mark.parametrize("cursor", ["nonsense", "nWyJhIiwgMV0", "bWyJhIiwgMV0", "n%20"])
def test_a_cursor_made_by_hand_is_no_error(book, as_user, cursor):
    for sort in SORTS:
        answer = as_user(book.admin).get(f"{URL}?sort={sort}&cursor={cursor}")
        assert answer.status_code == 200


def test_people_and_teams_outside_ones_scope_are_refused(book, as_user):
    browser = as_user(book.manager)
    assert browser.get(f"{URL}?lead={book.lan.pk}").status_code == 200
    assert browser.get(f"{URL}?lead={book.olga.pk}").status_code == 422
    assert browser.get(f"{URL}?team={book.south.pk}").status_code == 422
    assert browser.get(f"{URL}?region=South").status_code == 422


def test_the_menu_of_more_filters_offers_what_there_is(mixed, as_user):
    for htmx in (False, True):
        page = as_user(mixed.admin, htmx=htmx).get(reverse("clients:filters")).content.decode()
        assert "Japan" in page and "Healthcare" in page and "North A" in page and "Going silent" in page
    page = as_user(mixed.olga).get(reverse("clients:filters")).content.decode()
    assert "Japan" not in page and "North A" not in page


def test_filters_out_of_sight_stand_above_the_table_and_can_be_taken_away(mixed, as_user):
    page = as_user(mixed.admin).get(f"{URL}?country=JP&band=at_risk&cursor=").content.decode()
    assert 'href="/clients/?band=at_risk"' in page and "Japan" in page


def test_a_search_that_finds_no_active_client_offers_the_lost_ones(mixed, as_user):
    page = as_user(mixed.admin).get(f"{URL}?q=dong+tam").content.decode()
    assert "/clients/?q=dong+tam&amp;status=all" in page


def test_leads_are_offered_while_they_are_few(book, as_user, monkeypatch):
    monkeypatch.setattr("clients.filters.PEOPLE_OFFERED", 3)
    browser = as_user(book.admin)
    assert browser.get(URL).context["bar"].leads == []
    chosen = browser.get(f"{URL}?team={book.south.pk}").context["bar"].leads
    assert chosen == [(str(book.olga.pk), "Olga Berg")]
    assert browser.get(f"{URL}?lead={book.lan.pk}").context["bar"].leads == [(str(book.lan.pk), "Lan Nguyễn")]


# --- Search ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["nguyen", "NGUYEN", "Nguyễn", "nguyễn va", "con nguyen", "0312", "v\u00e0"])
def test_search_ignores_accents_and_case(db, text):
    make.client("Nguyễn và Con", tax_code="0312345678")
    make.client("Trần & Partners")
    assert [client.name for client in matching(Client.objects.all(), text)] == ["Nguyễn và Con"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "100%", "a_b"])
def test_search_takes_signs_literally(db, text):
    make.client(f"Sign {text} here")
    make.client("No sign at all")
    assert [client.name for client in matching(Client.objects.all(), text)] == [f"Sign {text} here"]


def test_search_uses_the_trigram_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = matching(Client.objects.order_by(), "nguyễn").explain()
    assert "client_name_search" in plan


# --- Order and pages ------------------------------------------------------------------------------------------


@pytest.fixture
def thirteen(book):
    """Clients with equal values and gaps in every column that can be sorted by."""
    now = timezone.now()
    for n in range(13):
        client = make.client(f"Client {n % 5} {n}", lead=book.lan)
        set_columns(
            client,
            health_score=[None, 10.5, 10.5, 80.25][n % 4],
            last_interaction_at=None if n % 3 == 0 else now - datetime.timedelta(days=n % 4),
            next_follow_up_on=None if n % 3 == 1 else now.date() + datetime.timedelta(days=n % 2),
            revenue_12m=n % 3 * 100,
            currency=["VND", "USD"][n % 5 == 0],
        )
    return book


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_client_once_both_ways(thirteen, as_user, monkeypatch, sort):
    monkeypatch.setattr("clients.views.client_list.ROWS_PER_PAGE", 4)
    browser, forward, cursor = as_user(thirteen.lan), [], ""
    while True:
        answer = browser.get(URL, {"sort": sort, "cursor": cursor})
        forward.append(listed(answer))
        cursor = answer.context["page"].next_cursor
        if not cursor:
            break
    own = Client.objects.led_by(thirteen.lan).values_list("name", flat=True)
    assert sorted(sum(forward, [])) == sorted(own)
    backward, cursor = forward[-1:], answer.context["page"].previous_cursor
    while cursor:
        answer = browser.get(URL, {"sort": sort, "cursor": cursor})
        backward.insert(0, listed(answer))
        cursor = answer.context["page"].previous_cursor
    assert backward == forward


@pytest.mark.parametrize(
    "sort, column",
    [("health", "health_score"), ("last", "last_interaction_at"), ("next", "next_follow_up_on")],
)
@pytest.mark.parametrize("minus", ["", "-"])
def test_clients_without_a_value_come_last_in_both_directions(thirteen, as_user, sort, column, minus):
    page = as_user(thirteen.lan).get(URL, {"sort": f"{minus}{sort}"}).context["page"]
    values = [getattr(client, column) for client in page]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=bool(minus))
    assert values == known + [None] * (len(values) - len(known))


def test_names_are_in_vietnamese_order(book, as_user):
    for name in ["Ấn Độ", "Ăn Ngon", "An Phát", "Đức Anh", "Dung", "Ánh Dương"]:
        make.client(name, lead=book.lan)
    names = [name for name in listed(as_user(book.lan).get(URL)) if name != "Alpha Thép Việt"]
    assert names == ["An Phát", "Ánh Dương", "Ăn Ngon", "Ấn Độ", "Dung", "Đức Anh"]


def test_a_head_turns_its_order_round(book, as_user):
    page = as_user(book.lan).get(f"{URL}?sort=health&band=unknown").content.decode()
    assert re.search(r'aria-sort="ascending".*?sort=-health', page, re.S)
    assert "sort=-revenue" in page


def test_the_table_carries_on_under_htmx(book, as_user):
    """The fragment holds the table, and out of band the sentence, the order and the leads to choose from."""
    page = as_user(book.admin, htmx=True).get(f"{URL}?sort=-name").content.decode()
    for part in ("client-standing", "client-sort", "lead-filter"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob', page)
    assert 'value="-name"' in page


# --- Queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "senior", "manager", "admin"])
def test_the_list_takes_the_same_queries_at_2_rows_and_at_20(
    book, as_user, person, django_assert_max_num_queries
):
    browser, url = as_user(getattr(book, person)), f"{URL}?region=North" if person != "lan" else URL
    make.client("Second", lead=book.lan, parent=book.alpha)
    with django_assert_max_num_queries(12) as few:
        browser.get(url)
    for n in range(18):
        make.client(f"More {n}", lead=make.user(team=book.north), parent=book.alpha)
        make.client(f"Own {n}", lead=book.lan, country="JP", industry=f"Industry {n}")
    with django_assert_max_num_queries(12) as many:
        answer = browser.get(url)
    assert len(answer.context["page"].rows) >= 20
    assert len(many) == len(few)


def test_the_default_order_walks_its_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = Client.objects.active().order_by("name_sort", "id")[:ROWS_PER_PAGE].explain()
    assert "client_by_name" in plan


def test_a_manager_without_clients_reads_why(db, as_user):
    page = as_user(make.user(role=Role.MANAGER)).get(URL).content.decode()
    assert "No client is assigned to you yet" in page


def test_a_band_is_drawn_once_for_each_language(db):
    shown = [band_cell("watch", score) for score in (74.2, 74.9)]
    assert shown[0] is shown[1] and "74" in shown[0] and "Watch" in shown[0]
    with translation.override("vi"):
        assert band_cell("watch", 74.2) is not shown[0]
    assert "74" not in band_cell("unknown", None)
