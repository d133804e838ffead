"""The access table: every address, by every method it takes, for every persona.

Reading: `lead` leads the client, `senior` leads their team, `manager` answers for their region; `mate` is in the
same team, `former` led the client and may still read, `other` and `boss2` are of another region. A dash is the
answer of a log-in page (302). POST sends an empty form: 422 means "allowed, but nothing typed". Whatever is
refused must leave the database as it was.
"""

import datetime

import pytest
from django.db import connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests import factories as make

PERSONAS = ["anon", "other", "boss2", "mate", "former", "lead", "senior", "manager", "admin"]

TABLE = """
route                           method anon other boss2 mate former lead senior manager admin
home                            GET    -    302   302   302  302    302  302    302     302
healthz                         GET    503  503   503   503  503    503  503    503     503
preferences                     POST   -    302   302   302  302    302  302    302     302
account_login                   GET    200  302   302   302  302    302  302    302     302
account_logout                  GET    -    200   200   200  200    200  200    200     200
account_change_password         GET    -    200   200   200  200    200  200    200     200
account_reset_password          GET    200  200   200   200  200    200  200    200     200
account_reset_password_done     GET    200  200   200   200  200    200  200    200     200
account_reset_password_from_key GET    200  200   200   200  200    200  200    200     200
account_reset_password_from_key_done GET 200 200  200   200  200    200  200    200     200
clients:list                    GET    -    200   200   200  200    200  200    200     200
clients:names                   GET    -    200   200   200  200    200  200    200     200
clients:filters                 GET    -    200   200   200  200    200  200    200     200
clients:new                     GET    -    403   403   403  403    403  403    403     200
clients:new                     POST   -    403   403   403  403    403  403    403     422
clients:edit                    GET    -    404   404   404  403    200  200    200     200
clients:edit                    POST   -    404   404   404  403    422  422    422     422
clients:contact_new             GET    -    404   404   404  403    200  200    200     200
clients:contact_new             POST   -    404   404   404  403    422  422    422     422
clients:contact_edit            GET    -    404   404   404  403    200  200    200     200
clients:contact_edit            POST   -    404   404   404  403    422  422    422     422
relationships:today             GET    -    200   200   200  200    200  200    200     200
relationships:log               GET    -    200   200   200  200    200  200    200     200
relationships:log_for_client    GET    -    404   404   404  403    200  200    200     200
relationships:log_for_client    POST   -    404   404   404  403    422  422    422     422
relationships:client_follow_ups GET    -    404   404   404  302    302  302    302     302
relationships:follow_up_new     GET    -    404   404   404  403    200  200    200     200
relationships:follow_up_new     POST   -    404   404   404  403    422  422    422     422
relationships:follow_up_done    POST   -    404   404   404  403    302  302    302     302
relationships:follow_up_snooze  POST   -    404   404   404  403    422  422    422     422
relationships:client_page       GET    -    404   404   404  200    200  200    200     200
relationships:client_health     GET    -    404   404   404  302    302  302    302     302
relationships:client_timeline   GET    -    404   404   404  200    200  200    200     200
relationships:portfolio         GET    -    200   200   200  200    200  200    200     200
relationships:assignments       GET    -    403   403   403  403    403  403    403     200
relationships:assign_client     GET    -    404   404   404  403    403  403    403     200
relationships:assign_client     POST   -    404   404   404  403    403  403    403     422
relationships:key_status        GET    -    404   404   404  403    403  403    403     200
relationships:key_status        POST   -    404   404   404  403    403  403    403     422
relationships:key_status_end    GET    -    404   404   404  403    403  403    403     200
relationships:key_status_end    POST   -    404   404   404  403    403  403    403     422
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
# Static routes that a server or a proxy answers, and the benchmark's floor, have no client data.
WITHOUT_A_LINE = {"bench"}
WATCHED = [
    "accounts_user",
    "clients_client",
    "clients_contact",
    "clients_assignment",
    "clients_keystatus",
    "relationships_interaction",
    "relationships_followup",
]


@pytest.fixture
def scene(book):
    """The book, with a former lead who may read until next week, a contact and an open follow-up."""
    former = make.user("Phúc Former", team=book.south)
    make.assignment(
        book.alpha,
        former,
        since_days=900,
        ended_at=timezone.now() - datetime.timedelta(days=500),
        read_until=timezone.localdate() + datetime.timedelta(days=7),
    )
    contact = make.contact(book.alpha)
    follow_up = make.follow_up(book.alpha, book.lan)
    return {
        "people": {
            "anon": None,
            "other": book.olga,
            "boss2": book.other_manager,
            "mate": book.mai,
            "former": former,
            "lead": book.lan,
            "senior": book.senior,
            "manager": book.manager,
            "admin": book.admin,
        },
        "client": book.alpha.pk,
        "contact": contact.pk,
        "follow_up": follow_up.pk,
    }


def address(route, scene):
    if "from_key" in route and not route.endswith("done"):
        return reverse(route, kwargs={"uidb36": "1", "key": "abc-def"})
    if ":contact_edit" in route:
        return reverse(route, args=[scene["contact"]])
    if "follow_up_" in route and not route.endswith("_new"):
        return reverse(route, args=[scene["follow_up"]])
    takes_client = route.startswith(("clients:", "relationships:")) and route not in {
        "clients:list",
        "clients:names",
        "clients:filters",
        "clients:new",
        "relationships:today",
        "relationships:log",
        "relationships:portfolio",
        "relationships:assignments",
    }
    return reverse(route, args=[scene["client"]] if takes_client else [])


def contents():
    """Every watched row as text: equal before and after means that nothing was written."""
    rows = {}
    with connection.cursor() as cursor:
        for table in WATCHED:
            cursor.execute(
                f"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]')::text FROM {table} t"
            )
            rows[table] = cursor.fetchone()[0]
    return rows


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row[:2]) for row in ROWS])
def test_every_address_answers_each_persona_as_the_table_says(scene, as_user, row):
    route, method, *expected = row
    url, found = address(route, scene), []
    before = contents()
    for persona in PERSONAS:
        browser = as_user(scene["people"][persona])
        answer = browser.generic(method, url)
        is_log_in = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
        found.append("-" if is_log_in else str(answer.status_code))
        if answer.status_code >= 400:
            assert _without_log_in_times(contents()) == _without_log_in_times(before), (
                f"{persona} changed something"
            )
        else:
            before = contents()
    assert dict(zip(PERSONAS, found, strict=True)) == dict(zip(PERSONAS, expected, strict=True))


def _without_log_in_times(rows):
    return {table: text for table, text in rows.items() if table != "accounts_user"}


def names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        else:
            yield f"{prefix}{pattern.name}" if pattern.name else "bench"


def test_every_address_has_its_line():
    listed = {row[0] for row in ROWS}
    assert set(names(get_resolver())) - WITHOUT_A_LINE - listed == set()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods_never_reach_a_client_outside_the_portfolio(scene, as_user, method):
    before = contents()
    for route in sorted({row[0] for row in ROWS if row[3] == "404"}):
        answer = as_user(scene["people"]["other"]).generic(method, address(route, scene))
        assert answer.status_code == 404, f"{method} {route} gave {answer.status_code}"
    assert _without_log_in_times(contents()) == _without_log_in_times(before)
