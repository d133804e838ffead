"""What the client page says of expected purchases, and of whom it says nothing."""

import datetime
import re

import pytest
from django.utils import timezone, translation

from clients.models import Client
from relationships.models import ExpectedValue
from tests import factories as make


def expect(client, **fields):
    today = timezone.localdate()
    fields = {
        "as_of": today,
        "purchases_so_far": 9,
        "first_on": today - datetime.timedelta(days=600),
        "last_on": today - datetime.timedelta(days=12),
        "alive": 0.864,
        "purchases": 4.24,
        "value": 310_000_000,
        "currency": "VND",
    } | fields
    return ExpectedValue.objects.create(client=client, **fields)


@pytest.fixture
def said(book, as_user):
    """() → the words of the money panel about what is expected, "" where it says nothing."""

    def read():
        with translation.override("en"):
            page = as_user(book.lan).get(f"/clients/{book.alpha.pk}/").content.decode()
        _before, found, rest = page.partition('<div class="expected">')
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", rest.split("</div>")[0])) if found else ""

    return read


def test_purchases_and_value_are_said_with_what_they_rest_on(book, said):
    expect(book.alpha)
    text = said()
    assert "Buys without a contract." in text
    assert "Expected in the next 12 months: 4.2 purchases, about ₫310M." in text
    assert "Bought 9 times since" in text and "still a buyer with a chance of 86%." in text
    assert "as of" in text


@pytest.mark.parametrize(
    "fields, words, never",
    [
        ({"purchases_so_far": 1, "alive": 1}, ["Bought once, on", "After a single purchase"], "chance"),
        ({"alive": 0.997}, ["Bought 9 times"], "chance"),
        (
            {"value": None, "currency": "USD"},
            ["4.2 purchases.", "too few clients have bought again in USD"],
            "about",
        ),
        ({"purchases": 0.01, "value": 5}, ["Hardly any purchase"], "₫"),
        ({"purchases": 0.98}, ["1 purchase, about"], "purchases,"),
    ],
)
def test_nothing_is_said_that_is_not_known(book, said, fields, words, never):
    expect(book.alpha, **fields)
    text = said()
    assert all(word in text for word in words)
    assert never not in text


def test_a_client_with_a_running_contract_has_none(book, said):
    expect(book.alpha)
    contract = make.contract(book.alpha)
    assert said() == ""
    contract.delete()
    assert said()


def test_a_lost_client_or_one_without_a_row_has_none(book, said):
    assert said() == ""
    expect(book.alpha)
    Client.objects.filter(pk=book.alpha.pk).update(status="lost", lost_on=timezone.localdate())
    assert said() == ""
