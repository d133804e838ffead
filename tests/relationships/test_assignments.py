"""The board of the admin: candidates, clients without a lead, loads."""

import pytest

from clients.services.assignment import assign_lead
from clients.services.key_status import mark_key
from tests import factories as make

URL = "/assignments/"


@pytest.fixture
def admin(book, as_user):
    return as_user(book.admin)


def fill(count, **fields):
    for number in range(count):
        make.client(revenue_12m=1000 + number, lead=make.user(), **fields)


def test_board_is_for_admins_alone(book, as_user):
    for person in (book.lan, book.senior, book.manager, book.other_manager):
        assert as_user(person).get(URL).status_code == 403
    answer = as_user(None).get(URL)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_htmx_gets_the_board_without_the_frame(book, as_user):
    answer = as_user(book.admin, htmx=True).get(URL)
    assert "<html" not in answer.text
    assert "Alpha Thép Việt" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]


def test_candidates_are_ranked_with_the_line_where_80_percent_is_reached(admin, book):
    for name, revenue in (("Big", 600), ("Middle", 250), ("Small", 100), ("Tiny", 50)):
        make.client(name, revenue_12m=revenue)
    answer = admin.get(URL)
    rows = answer.context["rows"]
    assert [(row["client"].name, row["within"]) for row in rows[:4]] == [
        ("Big", True),
        ("Middle", True),
        ("Small", False),
        ("Tiny", False),
    ]
    assert [row["together"] for row in rows[:3]] == [60, 85, 95]
    text = answer.text
    assert (
        text.index("Middle")
        < text.index("80% of the revenue is reached here, by 2 of 6")
        < text.index("Small")
    )


def test_place_and_sum_go_on_from_page_to_page(admin, book):
    fill(60)
    first = admin.get(URL)
    cursor = first.context["page"].next_cursor
    second = admin.get(URL, {"cursor": cursor})
    assert [row["place"] for row in second.context["rows"]][:2] == [51, 52]
    assert second.context["rows"][0]["together"] > first.context["rows"][-1]["together"]
    assert second.context["rows"][9]["together"] == 100


def test_share_is_cut_and_not_rounded_over_the_line(admin, book):
    for revenue in (7997, 2000, 3):
        make.client(revenue_12m=revenue)
    assert admin.get(URL).context["rows"][0]["together"] == 79.9


def test_currencies_are_never_mixed(admin, book):
    make.client("Dong", revenue_12m=10)
    make.client("Dollar", revenue_12m=10_000, currency="USD")
    assert "Dollar" not in admin.get(URL).text
    answer = admin.get(URL, {"currency": "USD"})
    assert [row["client"].name for row in answer.context["rows"]] == ["Dollar"]
    assert admin.get(URL, {"currency": "XXX"}).context["line"].currency == "VND"


@pytest.mark.parametrize("order, first", [("prestige", "Known"), ("growth", "Grown"), ("revenue", "Rich")])
def test_candidates_can_be_ranked_by_each_measure(admin, book, order, first):
    make.client("Rich", revenue_12m=900, revenue_12m_before=900)
    make.client("Known", revenue_12m=50, revenue_12m_before=50, prestige=5)
    make.client("Grown", revenue_12m=50, revenue_12m_before=10)
    answer = admin.get(URL, {"order": order})
    assert answer.context["rows"][0]["client"].name == first
    assert {row["client"].name for row in answer.context["rows"] if row["within"]} == {"Rich"}


def test_key_clients_say_since_when_and_whether_the_lead_fits(admin, book):
    mark_key(client=book.alpha, by=book.admin, reason="Three plants")
    text = admin.get(URL).text
    assert "key since" in text
    assert "not for key clients" in text


def test_room_of_the_key_account_managers_is_shown(admin, book):
    kam = make.user("Kim KAM", tier_code="kam")
    for _number in range(2):
        make.client(segment="key", lead=kam)
    answer = admin.get(URL)
    assert answer.context["kams"].totals.clients == 2
    assert "Kim KAM" in answer.text
    assert "have room for 3 more" in answer.text


def test_clients_without_a_lead_stand_key_ones_first(admin, book):
    make.client("Alone")
    make.client("Zeta alone", segment="key")
    make.client("Gone", status="lost", lost_on="2026-01-01", lost_reason="price")
    answer = admin.get(URL, {"tab": "unassigned"})
    assert [client.name for client in answer.context["page"]] == ["Zeta alone", "Alone"]
    assert answer.context["counts"]["unassigned"] == 2


def test_loads_can_be_searched_and_narrowed_to_a_tier(admin, book):
    make.user("Kim KAM", tier_code="kam")
    rows = admin.get(URL, {"tab": "people", "tier": "kam"}).context["load_rows"]
    assert [row["load"].name for row in rows] == ["Kim KAM"]
    rows = admin.get(URL, {"tab": "people", "q": "olga"}).context["load_rows"]
    assert [row["load"].name for row in rows] == ["Olga Berg"]


def test_lately_tells_who_assigned_whom_and_why(admin, book):
    assign_lead(client=book.alpha, user=book.mai, by=book.admin, reason="Closer to the plant")
    text = admin.get(URL).text
    assert "Closer to the plant" in text
    assert "Ada Admin" in text


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "nonsense"},
        {"order": "price"},
        {"currency": "<b>"},
        {"tier": "a b"},
        {"q": "\x00", "tab": "people"},
        {"cursor": "x" * 3000},
    ],
)
def test_senseless_filters_answer_422_with_the_board(admin, book, query):
    answer = admin.get(URL, query)
    assert answer.status_code == 422
    assert "<b>" not in answer.text
    assert "Alpha Thép Việt" in answer.text


@pytest.mark.parametrize("tab", ["candidates", "unassigned", "people"])
@pytest.mark.parametrize("cursor", ["n", "bWzFd", "nWyJhIiwxXQ"])
def test_cursor_made_by_hand_gives_the_first_page(admin, book, tab, cursor):
    assert admin.get(URL, {"tab": tab, "cursor": cursor}).status_code == 200


@pytest.mark.parametrize("query", [{}, {"order": "growth"}, {"tab": "unassigned"}, {"tab": "people"}])
def test_board_takes_the_same_queries_at_2_and_at_20_rows(admin, book, django_assert_max_num_queries, query):
    counts = []
    make.client("Alone one", revenue_12m=5), make.client("Alone two")
    for more in (0, 18):
        fill(more)
        for _number in range(more):
            make.client()
        with django_assert_max_num_queries(12) as queries:
            assert admin.get(URL, query).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_names_are_escaped(admin, book):
    make.client("<i>Lean</i>", revenue_12m=5)
    assert "<i>Lean" not in admin.get(URL).text
