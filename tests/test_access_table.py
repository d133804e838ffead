"""The access table: every address, by every method it takes, for every persona.

Reading: `lead` leads the client, `senior` leads their team, `manager` answers for their region; `mate` is in the
same team, `former` led the client and may still read, `other` and `boss2` are of another region, `dept` is a member
of the production department. A dash is the answer of a log-in page (302). POST sends an empty form: 422 means
"allowed, but nothing typed". Whatever is refused must leave the database as it was. The lines stand in
tests/access_areas, one module an area; columns in the order of PERSONAS.
"""

import datetime
import importlib
import pkgutil

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests import access_areas, personas
from tests import factories as make

PERSONAS = ["anon", "other", "boss2", "mate", "former", "lead", "senior", "manager", "admin", "dept"]
AREAS = [
    importlib.import_module(f"{access_areas.__name__}.{found.name}")
    for found in pkgutil.iter_modules(access_areas.__path__)
]
ROWS = [line.split() for area in AREAS for line in area.TABLE.strip().splitlines()]
# Static routes that a server or a proxy answers, and the benchmark's floor, have no client data.
WITHOUT_A_LINE = {"bench"}
KEPT_OUT = {"-", "403", "404", "405"}
WATCHED = sorted({table for area in AREAS for table in area.WATCHED})


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The scene, once for all tests of this module: each of them works in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def scene(built, db):
    return built


def build():
    """The book with every row that an address names, and a former lead who may read until next week."""
    book = personas.book()
    former = make.user("Phúc Former", team=book.south)
    make.assignment(
        book.alpha,
        former,
        since_days=900,
        ended_at=timezone.now() - datetime.timedelta(days=500),
        read_until=timezone.localdate() + datetime.timedelta(days=7),
    )
    people = {
        "anon": None,
        "other": book.olga,
        "boss2": book.other_manager,
        "mate": book.mai,
        "former": former,
        "lead": book.lan,
        "senior": book.senior,
        "manager": book.manager,
        "admin": book.admin,
        "dept": book.dept,
    }
    names = {}
    for area in AREAS:
        names |= area.scene(book)
    return {"people": people, "names": names}


def address(route, scene):
    """The route's URL; its keywords are filled from the scenes."""
    wanted = [params for _path, params in get_resolver_entry(route)][0]
    return reverse(route, kwargs={name: scene["names"][name] for name in wanted})


def get_resolver_entry(route):
    """[(path, its keywords)] of a route."""
    namespace, _, name = route.rpartition(":")
    resolver = get_resolver()
    if namespace:
        resolver = resolver.namespace_dict[namespace][1]
    return resolver.reverse_dict.getlist(name)[0][0]


def contents():
    """{table: a hash of its rows}: equal before and after means that nothing was written. One query."""
    parts = [
        f"SELECT '{table}', coalesce(md5(jsonb_agg(to_jsonb(t) {_without(table)} ORDER BY t.id)::text), '')"
        f" FROM {table} t"
        for table in WATCHED
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def _without(table):
    """Logging in writes its time, which is no change."""
    return "- 'last_login'" if table == "accounts_user" else ""


@pytest.mark.parametrize("row", ROWS, ids=[" ".join(row[:2]) for row in ROWS])
def test_every_address_answers_each_persona_as_the_table_says(scene, as_user, row):
    """Those whom the table keeps out come first: together they must leave the database as it was. Others who are
    refused, for what they typed or who came before, must each."""
    route, method, *expected = row
    wanted, url = dict(zip(PERSONAS, expected, strict=True)), address(route, scene)
    refused = [persona for persona in PERSONAS if wanted[persona] in KEPT_OUT]
    before = contents()
    found = {persona: answer(as_user(scene["people"][persona]), method, url) for persona in refused}
    assert contents() == before, f"one of {refused} changed something"
    for persona in [persona for persona in PERSONAS if persona not in found]:
        before = contents() if wanted[persona] >= "400" else None
        found[persona] = answer(as_user(scene["people"][persona]), method, url)
        assert before is None or contents() == before, f"{persona} changed something"
    assert found == wanted


def answer(browser, method, url):
    """The status as text; a dash for the log-in page."""
    response = browser.generic(method, url)
    is_log_in = response.status_code == 302 and "/accounts/login/" in response.headers["Location"]
    return "-" if is_log_in else str(response.status_code)


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
        found = answer(as_user(scene["people"]["other"]), method, address(route, scene))
        assert found == "404", f"{method} {route} gave {found}"
    assert contents() == before
