"""A Friday morning before eight in Hanoi, the person whose reminders are looked at, and a client of theirs."""

import pytest

from tests import factories as make
from tests.relationships.followups.delivery_scenes import FRIDAY_EARLY


@pytest.fixture
def friday(time_machine, settings):
    """The clock, which stands still until it is moved."""
    settings.TEND_BASE_URL = "https://tend.example"
    time_machine.move_to(FRIDAY_EARLY, tick=False)
    return time_machine


@pytest.fixture
def lan(db):
    return make.user("Lan Nguyễn", language="vi", email="lan@example.com")


@pytest.fixture
def alpha(lan):
    return make.client("Alpha Thép Việt", lead=lan)
