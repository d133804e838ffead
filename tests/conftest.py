"""Fixtures that all tests share. The engines start in tests.engines, before settings are read."""

import pytest
from django.test import Client as Browser
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import emptying, personas, processes

# A busy machine is slow at times, which says nothing about the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleared up after by tests.emptying, which gives back what migrations wrote."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        emptying.put_rows_aside()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: emptying.empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once():
    """Every test browser loads the middleware anew, and WhiteNoise looks at each static file."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(self):
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield
