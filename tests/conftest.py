"""Fixtures that all tests share. The engines start in tests.engines, before settings are read."""

import pytest
from django.test import Client as Browser

from tests import personas


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
