"""One key each: no two things in the sheet share one, and what is shown is what works."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(book, as_user):
    for number in range(8):
        make.contact(book.alpha, f"Person {number}")
        make.follow_up(book.alpha, book.lan, due_in=number)
    return (
        as_user(book.lan, htmx=True).get(reverse("relationships:log_for_client", args=[book.alpha.pk])).text
    )


def test_no_two_things_share_a_key(body):
    keys = re.findall(r'data-key="(.)"', body)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert {*"cmvezgtr", *"12345", *"67890", *"abfhjk", *"pqyl", *"niwxuods"} <= set(keys)


def test_every_key_of_a_chip_is_shown_on_it(body):
    chips = re.findall(r'<label[^>]*data-key="(.)"[^>]*>(.*?)</label>', body, re.S)
    assert len(chips) > 25
    for key, inside in chips:
        assert re.search(rf"<kbd[^>]*>{re.escape(key.upper())}</kbd>", inside), key
