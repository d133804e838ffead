"""Fixtures that all tests share. The engines start in tests.engines, before settings are read."""

import pgtrigger
import pytest
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import Client as Browser
from django.test import override_settings
from django.utils import translation

from tests import personas, processes

NEEDS_COMMITS = {"transactional_db", "live_server", "worker"}


@pytest.fixture
def book(db):
    """The personas and their two clients, see tests.personas."""
    return personas.book()


@pytest.fixture
def as_user():
    """`as_user(user)` is a test browser logged in as them; `htmx=True` asks for fragments."""

    def log_in(user, *, htmx=False):
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"} if htmx else {}
        browser = Browser(headers=headers)
        if user is not None:
            browser.force_login(user, backend="accounts.backends.EmailBackend")
        return browser

    return log_in


@pytest.fixture
def worker(transactional_db):
    """A Celery worker process on the test database."""
    with processes.running_worker() as process:
        yield process


@pytest.fixture(scope="session", autouse=True)
def files_of_tests(tmp_path_factory):
    """Documents that tests upload go to a folder of their own, never to the house's."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture(autouse=True)
def english_between_requests():
    """A request leaves its reader's language behind in the thread; no test inherits that of another."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def give_back_rows_of_migrations():
    """Two hindrances to Django's own way: rows that a trigger protects, such as the scoring model, and a browser.

    Playwright keeps an event loop running, in which Django opens a connection of its own that has not heard
    what to give back; so every connection is told.
    """
    put_back, read = (
        BaseDatabaseCreation.deserialize_db_from_string,
        BaseDatabaseCreation.serialize_db_to_string,
    )

    def unprotected(self, data):
        with pgtrigger.ignore():
            put_back(self, data)

    def told_to_all(self):
        type(self.connection)._test_serialized_contents = data = read(self)
        return data

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", unprotected)
        patch.setattr(BaseDatabaseCreation, "serialize_db_to_string", told_to_all)
        yield


def pytest_collection_modifyitems(items):
    """Tests that commit empty every table at their end: give the rows that migrations made back to the next.

    The scoring model and the tiers come from migrations, so a flushed database would not be Tend's.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        commits = marker is not None and marker.kwargs.get("transaction")
        if commits or NEEDS_COMMITS & set(item.fixturenames):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
