"""The board of what is owed: its sums equal the invoices, pages, filters, scope, the export."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, ExchangeRate, Invoice
from clients.receivable_board import BUCKETS, DISPUTED, NO_LEAD, figures, receivables_board
from tests import factories as make

pytestmark = pytest.mark.django_db
URL = "/receivables/"


def today():
    return timezone.localdate()


def board(clients=None, **options):
    return receivables_board(Client.objects.all() if clients is None else clients, today=today(), **options)


def owe(client, *late, **fields):
    return [make.invoice(client, days_late=days, **fields) for days in late]


EDGES = {-5: "not_due", 0: "not_due", 1: "d1_30", 30: "d1_30", 31: "d31_60", 60: "d31_60"} | {
    61: "d61_90",
    90: "d61_90",
    91: "d90_plus",
    400: "d90_plus",
}


@pytest.mark.parametrize("late, bucket", EDGES.items())
def test_bucket_of_each_edge_is_that_of_the_invoice_list(late, bucket):
    client = make.client()
    owe(client, late, amount=Decimal("12.34"))
    (line,) = board()
    assert {name: getattr(line, name) for name in BUCKETS} == {
        name: Decimal("12.34") if name == bucket else 0 for name in BUCKETS
    }
    assert Invoice.objects.with_age(today()).get().bucket == bucket


def test_invoice_without_a_due_day_is_not_due_and_last():
    late, hanging = make.client(), make.client()
    owe(hanging, 0, due_on=None, issued_ago=10)
    owe(late, 1)
    first, last = board()
    assert (first.id, last.id, last.not_due) == (late.pk, hanging.pk, 100)


def test_line_adds_up_what_is_open_and_nothing_else():
    client = make.client()
    owe(client, 10, 100, amount=100)
    make.payment(make.invoice(client, amount=100, days_late=10), amount=40)
    make.invoice(client, amount=50, days_late=10, payments_known=False)
    make.invoice(client, amount=50, state="cancelled", cancelled_on=today(), cancel_reason="x")
    make.invoice(client, amount=-30, kind="credit_note", due_on=None, issued_ago=0)
    make.invoice(client, amount=7, days_late=40, disputed_on=today(), dispute_reason="x")
    (line,) = board()
    assert (line.outstanding, line.d1_30, line.d31_60, line.d90_plus, line.disputed) == (267, 160, 7, 100, 7)
    assert (line.invoices, line.oldest) == (4, today() - datetime.timedelta(days=100))


def test_client_has_a_line_for_each_currency_and_the_totals_agree():
    one, two = make.client(), make.client()
    owe(one, 5, 50, currency="VND")
    owe(one, 20, currency="USD", amount=7)
    owe(two, 200, currency="USD", amount=9)
    found = board()
    assert [(line.id, line.currency) for line in found] == [
        (two.pk, "USD"),
        (one.pk, "VND"),
        (one.pk, "USD"),
    ]
    assert (found.clients, found.invoices) == (2, 4)
    assert [(line.currency, line.outstanding, line.clients) for line in found.totals] == [
        ("VND", 200, 1),
        ("USD", 16, 2),
    ]


@pytest.mark.parametrize("by", ["client", "lead"])
def test_pages_hold_every_line_once_in_both_directions(by):
    for n in range(7):
        owe(make.client(lead=make.user()), 10 * (n % 3) + 1)
    everything = [(line.id, line.outstanding) for line in board(by=by)]
    seen, cursor, pages = [], "", []
    while True:
        page = board(by=by, cursor=cursor, size=3)
        pages.append([(line.id, line.outstanding) for line in page])
        seen += pages[-1]
        assert page.clients == 7
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    assert seen == everything
    back = board(by=by, cursor=page.previous_cursor, size=3)
    assert [(line.id, line.outstanding) for line in back] == pages[-2]


@pytest.mark.parametrize(
    "cursor", ["n", "nonsense", "bWzEsMiwzXQ", "nWyJ4IiwxLCJVU0QiXQ", "nWyIyMDI2LTk5LTk5IiwxLCJVU0QiXQ"]
)
def test_cursor_made_by_hand_gives_page_one(cursor):
    owe(make.client(), 5)
    assert len(board(cursor=cursor)) == 1


def test_by_account_manager_adds_up_their_clients():
    lan, olga = make.user("Lan"), make.user("Olga")
    for _n in range(2):
        owe(make.client(lead=lan), 40)
    owe(make.client(lead=olga), 5)
    owe(make.client(), 100)
    lines = {line.id: (line.clients, line.outstanding, line.d31_60) for line in board(by="lead")}
    assert lines == {lan.pk: (2, 200, 200), olga.pk: (1, 100, 0), NO_LEAD: (1, 100, 0)}


@pytest.mark.parametrize("bucket", [*BUCKETS, DISPUTED])
def test_bucket_leaves_those_with_something_in_it_also_in_the_totals(bucket):
    clients = {name: make.client() for name in (*BUCKETS, DISPUTED)}
    for (name, client), late in zip(clients.items(), [-1, 1, 31, 61, 91, 5], strict=True):
        fields = {"disputed_on": today(), "dispute_reason": "x"} if name == DISPUTED else {}
        owe(client, late, **fields)
        owe(client, -9)
    found = board(bucket=bucket)
    everyone = set(clients.values()) if bucket == "not_due" else {clients[bucket]}
    if bucket == "d1_30":
        everyone |= {clients[DISPUTED]}
    assert {line.id for line in found} == {client.pk for client in everyone}
    (total,) = found.totals
    assert total.outstanding == sum(line.outstanding for line in found)
    assert found.clients == len(everyone)


def test_house_currency_total_names_what_has_no_rate():
    owe(make.client(), 5, currency="VND", amount=1000)
    owe(make.client(), 5, currency="USD", amount=2)
    owe(make.client(), 5, currency="THB", amount=3)
    ExchangeRate.objects.create(currency="USD", valid_from=today(), rate=25_000)
    found, missing = figures(board().totals, today())
    assert found["outstanding"][0] == 51_000
    assert missing == ["THB"]


# --- The page -------------------------------------------------------------------------------------------------


def text_of(answer):
    return answer.content.decode()


def test_page_shows_what_the_readers_clients_owe(book, as_user):
    owe(book.alpha, 35, amount=1000)
    owe(book.omega, 35, amount=1000)
    page = text_of(as_user(book.lan).get(URL))
    assert "Alpha" in page and "Omega" not in page
    assert "1 client owes on 1 open invoice" in page
    assert "By account manager" not in page
    everyone = text_of(as_user(book.admin).get(URL))
    assert "Alpha" in everyone and "Omega" in everyone and "By account manager" in everyone


def test_lost_client_still_owes(book, as_user):
    owe(book.alpha, 35)
    Client.objects.filter(pk=book.alpha.pk).update(status="lost", lost_on=today())
    assert "Alpha" in text_of(as_user(book.lan).get(URL))


def test_filters_by_lead_segment_region_and_bucket(book, as_user):
    owe(book.alpha, 35)
    owe(book.omega, 5)
    admin = as_user(book.admin)
    for query in (f"lead={book.lan.pk}", "region=North", "bucket=d31_60", "q=alpha"):
        page = text_of(admin.get(f"{URL}?{query}"))
        assert "Alpha" in page and "Omega" not in page, query
    assert "Nothing outstanding fits" in text_of(admin.get(f"{URL}?segment=key"))


@pytest.mark.parametrize("query", ["bucket=many", "by=planet", "lead=999999", "region=Nowhere", "segment=x"])
def test_senseless_filters_say_so(book, as_user, query):
    assert as_user(book.manager).get(f"{URL}?{query}").status_code == 422


def test_fragment_under_htmx(book, as_user):
    owe(book.alpha, 35)
    answer = as_user(book.lan, htmx=True).get(URL)
    page = text_of(answer)
    assert "<html" not in page and 'hx-swap-oob="true"' in page
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("by", ["client", "lead"])
def test_page_takes_the_same_few_queries_for_many_rows(book, as_user, by, django_assert_max_num_queries):
    ExchangeRate.objects.create(currency="USD", valid_from=today(), rate=25_000)
    browser = as_user(book.manager)
    browser.get(f"{URL}?by={by}")

    def queries():
        with django_assert_max_num_queries(12) as counted:
            browser.get(f"{URL}?by={by}")
        return len(counted)

    owe(book.alpha, 10, currency="USD")
    owe(book.alpha, 10)
    few = queries()
    for _n in range(18):
        owe(make.client(lead=make.user(team=book.north)), 10)
    assert queries() == few


def test_export_has_every_row_and_no_formula(book, as_user):
    Client.objects.filter(pk=book.alpha.pk).update(name="=HYPERLINK(1)")
    owe(book.alpha, 35, amount=Decimal("1000.50"))
    owe(book.alpha, -3, currency="USD", amount=20)
    for n in range(60):
        owe(make.client(f"Client {n}", lead=book.lan), 1)
    answer = as_user(book.lan).get(reverse("clients:receivables_export"))
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert answer["Content-Disposition"].startswith("attachment")
    assert len(rows) == 62
    first = dict(zip(header, rows[0], strict=True))
    assert (first["Client"], first["Days late"], first["Outstanding"]) == ("'=HYPERLINK(1)", "35", "1000.50")
    assert (first["31–60 days late"], first["Not due"]) == ("1000.50", "0")
    assert rows[-1][5] == "-3"


def test_export_of_senseless_filters_is_empty(book, as_user):
    answer = as_user(book.lan).get(reverse("clients:receivables_export") + "?bucket=many")
    assert len(answer.content.decode().splitlines()) == 1
