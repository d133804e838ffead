"""The portfolio's figures: whose they are, that each equals the list behind it, and what they cost."""

import datetime
import re
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from clients.candidates import Line
from clients.filters import house_today
from clients.models import Client, ExchangeRate
from relationships.dashboards import queries
from relationships.dashboards.views import curve_of, shares_of
from tests import factories as make

URL = "/portfolio/"
YESTERDAY = datetime.timedelta(days=1)


def gone_silent(days=1):
    return house_today() - datetime.timedelta(days=days)


@pytest.fixture
def rich(book):
    """A book with every band and segment in two regions, two currencies, silence, and clients without a lead."""
    places = [
        (segment, band, lead)
        for segment in queries.SEGMENTS
        for band in queries.BANDS
        for lead in (book.lan, book.mai, book.olga)
    ]
    for number, (segment, band, lead) in enumerate(places):
        make.client(
            lead=lead if number % 7 else None,
            segment=segment,
            health_band=band,
            currency="USD" if number % 5 == 0 else "VND",
            revenue_12m=100 * number,
            contact_due_on=gone_silent() if number % 3 == 0 else house_today(),
            health_as_of=timezone.now(),
            health_trend=(None, -8, -4, 6)[number % 4],
        )
    make.client(lead=book.lan, status="lost", lost_on=house_today(), lost_reason="price", revenue_12m=9)
    return book


def counted(browser, url):
    """How many clients the real list holds behind an address, page by page."""
    total, cursor, joint = 0, "", "&" if "?" in url else "?"
    while True:
        answer = browser.get(f"{url}{joint}cursor={cursor}" if cursor else url)
        assert answer.status_code == 200, url
        total += len(answer.context["page"])
        cursor = answer.context["page"].next_cursor
        if not cursor:
            return total


def linked_figures(text):
    """{address: figure} of every link to the client list whose words are a number."""
    links = re.findall(r'<a[^>]*href="(/clients/(?:\?[^"]*)?)"[^>]*>\s*([\d,]+)\b', text)
    return {(unescape(url), int(words.replace(",", ""))) for url, words in links}


@pytest.mark.parametrize("persona", ["lan", "senior", "manager", "other_manager", "admin"])
def test_every_figure_equals_the_list_behind_it(rich, as_user, persona):
    browser = as_user(getattr(rich, persona))
    figures = linked_figures(browser.get(URL).text)
    assert len(figures) > 12
    for url, figure in sorted(figures):
        assert counted(browser, url) == figure, url


def test_figures_of_a_team_equal_the_lists_behind_them(rich, as_user):
    browser = as_user(rich.admin)
    for query in ({"region": "South"}, {"team": rich.north.pk}):
        for url, figure in sorted(linked_figures(browser.get(URL, query).text)):
            assert counted(browser, url) == figure, url


@pytest.mark.parametrize("persona", ["senior", "manager", "admin"])
def test_every_load_equals_the_list_behind_it(rich, as_user, persona):
    browser = as_user(getattr(rich, persona))
    rows = browser.get(URL).context["load_rows"]
    assert sum(row["load"].clients for row in rows) > 10
    for row in rows:
        assert counted(browser, row["url"]) == row["load"].clients


def total(answer):
    return answer.context["book"].total.clients


def test_whose_clients_are_counted(rich, as_user):
    def seen(person):
        return total(as_user(person).get(URL))

    led = Client.objects.active()
    assert seen(rich.lan) == led.led_by(rich.lan.pk).count()
    assert seen(rich.senior) == seen(rich.manager) == led.led_by(rich.lan.pk, rich.mai.pk).count()
    assert seen(rich.other_manager) == led.led_by(rich.olga.pk).count()
    assert seen(rich.admin) == led.count()


def test_senior_without_a_team_sees_their_own_book(book, as_user):
    book.north.lead = None
    book.north.save()
    make.client(lead=book.senior)
    assert total(as_user(book.senior).get(URL)) == 1


def test_anonymous_is_sent_to_the_log_in(db, as_user):
    assert as_user(None).get(URL).url.startswith("/accounts/login/")


def test_nobody_elses_name_or_figure_is_shown(rich, as_user):
    make.client("Omega secret", lead=rich.olga, revenue_12m=10**9, contact_due_on=gone_silent())
    text = as_user(rich.manager).get(URL).text
    assert "Omega secret" not in text
    assert "Olga Berg" not in text
    assert "South" not in text


def test_teams_outside_the_scope_cannot_be_asked_for(rich, as_user):
    for query in ({"team": rich.south.pk}, {"region": "South"}, {"team": "x"}, {"region": "a\x00b"}):
        answer = as_user(rich.manager).get(URL, query)
        assert answer.status_code == 422
        assert "do not go together with your portfolio" in answer.text
        assert "tiles" not in answer.context


@pytest.mark.parametrize("query", [{"currency": "<b>"}, {"currency": "vnd"}, {"cursor": "x" * 3000}])
def test_senseless_parameters_answer_422(rich, as_user, query):
    answer = as_user(rich.admin).get(URL, query)
    assert answer.status_code == 422
    assert "<b>" not in answer.text


def test_currencies_stand_side_by_side_and_are_never_added(book, as_user):
    make.client(lead=book.lan, revenue_12m=2_000_000)
    make.client(lead=book.lan, revenue_12m=300, currency="USD")
    answer = as_user(book.lan).get(URL)
    assert answer.context["book"].total.amounts == [("VND", 2_000_000), ("USD", 300)]
    assert answer.context["currency"] == "VND"
    assert as_user(book.lan).get(URL, {"currency": "USD"}).context["currency"] == "USD"
    assert as_user(book.lan).get(URL, {"currency": "EUR"}).context["currency"] == "VND"


def plain_text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def house_totals(answer):
    """{label: what the tile says in the house currency} of the tiles."""
    return {str(tile["label"]): tile["house"] for tile in answer.context["tiles"]}


def test_currencies_are_added_in_the_house_currency_by_the_rates_of_the_day(book, as_user):
    make.client(lead=book.lan, revenue_12m=2_000_000, health_band="at_risk")
    make.client(lead=book.lan, revenue_12m=300, currency="USD", health_band="watch")
    since = house_today() - datetime.timedelta(days=3)
    ExchangeRate.objects.create(currency="USD", valid_from=since, rate=25_000)
    ExchangeRate.objects.create(currency="USD", valid_from=house_today() + YESTERDAY, rate=99_000)
    answer = as_user(book.lan).get(URL)
    found = house_totals(answer)
    assert found["Clients"] == {"amount": 9_500_000, "missing": [], "known": True}
    assert found["Watch"]["amount"] == 7_500_000
    assert found["At risk"] is None  # already in the house currency
    text = plain_text(answer)
    assert "Together ₫9,500,000 a year by the rates of" in text
    assert "1 USD = ₫25,000 since" in text
    assert "without a rate" not in text


def test_currencies_without_a_rate_are_named(book, as_user):
    make.client(lead=book.lan, revenue_12m=2_000_000)
    make.client(lead=book.lan, revenue_12m=300, currency="EUR")
    make.client(lead=book.lan, revenue_12m=300, currency="USD")
    ExchangeRate.objects.create(currency="USD", valid_from=house_today(), rate=25_000)
    answer = as_user(book.lan).get(URL)
    assert house_totals(answer)["Clients"] == {"amount": 9_500_000, "missing": ["EUR"], "known": True}
    assert "EUR, without a rate on that day" in plain_text(answer)


def test_a_book_in_one_foreign_currency_without_a_rate_has_no_total(book, as_user):
    make.client(lead=book.lan, revenue_12m=300, currency="EUR")
    answer = as_user(book.lan).get(URL)
    assert house_totals(answer)["Clients"] == {"amount": 0, "missing": ["EUR"], "known": False}
    assert "Together" not in plain_text(answer)
    assert "EUR, without a rate on that day" in plain_text(answer)


def test_a_book_in_the_house_currency_says_nothing_of_rates(book, as_user):
    make.client(lead=book.lan, revenue_12m=2_000_000)
    assert "portfolio-house" not in as_user(book.lan).get(URL).text


def test_going_silent_is_led_by_revenue_with_the_days_of_silence(book, as_user):
    reached = house_today() - datetime.timedelta(days=41)
    make.client("Small", lead=book.lan, revenue_12m=5, contact_due_on=gone_silent())
    make.client(
        "Great", lead=book.lan, revenue_12m=500, contact_due_on=gone_silent(11), last_reached_on=reached
    )
    make.client("Due today", lead=book.lan, revenue_12m=900, contact_due_on=house_today())
    answer = as_user(book.manager).get(URL)
    rows = [(row.name, row.silent_days, row.late_days) for row in answer.context["silent"]]
    assert rows == [("Great", 41, 11), ("Small", None, 1)]
    assert "41 days" in answer.text
    assert "never reached" in answer.text


def test_going_silent_lists_every_currency_led_by_its_worth_in_the_house_currency(book, as_user):
    ExchangeRate.objects.create(currency="USD", rate=25_000, valid_from=house_today())
    for name, currency, revenue in (
        ("Dong", "VND", 40_000),
        ("Dollar", "USD", 2),
        ("Kip", "LAK", 10**9),
        ("Cent", "USD", 1),
    ):
        make.client(name, lead=book.lan, currency=currency, revenue_12m=revenue, contact_due_on=gone_silent())
    answer = as_user(book.manager).get(URL)
    assert [row.name for row in answer.context["silent"]] == ["Dollar", "Dong", "Cent", "Kip"]
    assert answer.context["book"].silent.clients == 4
    assert "with the most revenue" not in answer.text


def test_line_tells_how_few_make_80_percent(book, as_user):
    for revenue in (600, 200, 100, 100):
        make.client(lead=book.lan, revenue_12m=revenue)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", as_user(book.lan).get(URL).text))
    assert "2 of 5 clients (40%) make 80% of the" in text


def test_loads_show_figure_word_and_limit_fullest_first(book, as_user):
    for _number in range(21):
        make.client(lead=book.mai)
    answer = as_user(book.manager).get(URL)
    assert [row["load"].name for row in answer.context["load_rows"]][0] == "Mai Đỗ"
    assert answer.context["loads"].totals.over == 1
    assert "1 over" in answer.text


def test_loads_page_is_a_fragment_for_htmx(book, as_user):
    for number in range(60):
        make.user(f"Person {number:02}", team=book.north)
    first = as_user(book.manager).get(URL)
    cursor = first.context["loads"].next_cursor
    answer = as_user(book.manager, htmx=True).get(URL, {"cursor": cursor})
    assert "<html" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    names = [{row["load"].name for row in page.context["load_rows"]} for page in (first, answer)]
    assert len(names[0]) == 50
    assert not names[0] & names[1]
    whole = as_user(book.manager).get(URL, {"cursor": cursor})
    assert "<html" in whole.text
    assert total(whole) == total(first)


def test_clients_without_a_lead_are_told_to_admins_alone(rich, as_user):
    assert "Without a lead" in as_user(rich.admin).get(URL).text
    assert "Without a lead" not in as_user(rich.manager).get(URL).text


def test_empty_portfolio_says_what_to_do(book, as_user):
    answer = as_user(book.mai).get(URL)
    assert answer.status_code == 200
    assert "No clients here yet" in answer.text


def test_time_of_the_figures_is_told(rich, as_user):
    text = as_user(rich.admin).get(URL).text
    assert "as of" in text
    assert "health as of" in text


@pytest.mark.parametrize("persona", ["lan", "senior", "manager", "admin"])
def test_portfolio_takes_the_same_queries_at_2_and_at_20_clients(
    book, as_user, django_assert_max_num_queries, persona
):
    browser, counts = as_user(getattr(book, persona)), []
    make.client(lead=book.lan, contact_due_on=gone_silent(), revenue_12m=5)
    make.client(lead=book.lan, currency="USD")
    for more in (0, 18):
        for _number in range(more):
            make.client(lead=book.lan, contact_due_on=gone_silent(), revenue_12m=5)
            make.client(lead=make.user(team=book.north), currency="USD")
        with django_assert_max_num_queries(12) as queries_run:
            assert browser.get(URL).status_code == 200
        counts.append(len(queries_run))
    assert counts[0] == counts[1]


def test_names_are_escaped(book, as_user):
    make.client("<i>Lean</i>", lead=book.lan, contact_due_on=gone_silent())
    assert "<i>Lean" not in as_user(book.manager).get(URL).text


# --- Drawing --------------------------------------------------------------------------------------------------


def figure(**revenue):
    found = queries.Figure()
    for currency, amount in revenue.items():
        found.add(currency, 1, amount)
    return found


@pytest.mark.parametrize(
    "amounts, widths",
    [
        ([50, 25, 25, 0], [50, 25, 25]),
        ([1, 1, 1, 0], [33, 34, 33]),
        ([0, 0, 0, 0], []),
        ([10, -5, 0, 0], [100]),
        ([999, 1, 0, 0], [100]),
    ],
)
def test_shares_fill_the_bar_exactly(amounts, widths):
    shares = shares_of([figure(VND=amount) for amount in amounts], "VND")
    assert [share["width"] for share in shares] == widths
    assert sum(widths) in (0, 100)


def test_shares_are_of_one_currency():
    shares = shares_of([figure(VND=50, USD=1000), figure(VND=50)], "VND")
    assert [share["width"] for share in shares] == [50, 50]


def test_curve_is_also_a_table_of_the_clients_and_what_they_make_together():
    steps = [[Decimal(share), Decimal(min(100, share * 3))] for share in range(5, 105, 5)]
    line = Line(currency="VND", clients=40, revenue=1000, within=11, curve=steps)
    rows = curve_of(line)["rows"]
    assert rows[:3] == [(2, 15), (6, 45), (10, 75)]
    assert len(rows) == 10


def test_curve_is_left_out_where_nothing_was_earned():
    assert curve_of(None) is None
