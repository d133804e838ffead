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
from django.db import connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests import access_areas
from tests import factories as make

PERSONAS = ["anon", "other", "boss2", "mate", "former", "lead", "senior", "manager", "admin", "dept"]
AREAS = [
    importlib.import_module(f"{access_areas.__name__}.{found.name}")
    for found in pkgutil.iter_modules(access_areas.__path__)
]
ROWS = [line.split() for area in AREAS for line in area.TABLE.strip().splitlines()]
# Static routes that a server or a proxy answers, and the benchmark's floor, have no client data.
WITHOUT_A_LINE = {"bench"}
WATCHED = sorted({table for area in AREAS for table in area.WATCHED})


@pytest.fixture
def scene(book):
    """The book with every row that an address names, and a former lead who may read until next week."""
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
    route, method, *expected = row
    url, found = address(route, scene), []
    before = contents()
    for persona in PERSONAS:
        browser = as_user(scene["people"][persona])
        answer = browser.generic(method, url)
        is_log_in = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
        found.append("-" if is_log_in else str(answer.status_code))
        if answer.status_code >= 400:
            assert contents() == before, f"{persona} changed something"
        else:
            before = contents()
    assert dict(zip(PERSONAS, found, strict=True)) == dict(zip(PERSONAS, expected, strict=True))


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
    assert contents() == before
