"""Keyset pages cover every row once, both ways."""

import pytest

from accounts.web.pagination import keyset_page
from clients.models import Client
from tests import factories as make


@pytest.fixture
def names(db):
    for name in ["Đỗ", "Dũng", "An", "Ân", "Ấn", "Zoo", "Mai", "Mai"]:
        make.client(name)
    return [c.name for c in Client.objects.order_by("name_sort", "id")]


def walk(size, keys):
    forward, cursor = [], ""
    while True:
        page = keyset_page(Client.objects.all(), keys=keys, cursor=cursor, size=size)
        forward.append([row.name for row in page])
        if not page.next_cursor:
            return forward, page
        cursor = page.next_cursor


@pytest.mark.parametrize("size", [1, 2, 3, 8, 50])
def test_pages_cover_every_row_once_in_vietnamese_order(names, size):
    pages, last = walk(size, ["name_sort", "id"])
    assert sum(pages, []) == names
    assert names == ["An", "Ân", "Ấn", "Dũng", "Đỗ", "Mai", "Mai", "Zoo"]
    back, page = [], last
    while page.previous_cursor:
        page = keyset_page(
            Client.objects.all(), keys=["name_sort", "id"], cursor=page.previous_cursor, size=size
        )
        back.insert(0, [row.name for row in page])
    assert back + pages[-1:] == pages


def test_descending_keys_page_too(names):
    pages, _last = walk(3, ["-name_sort", "-id"])
    assert sum(pages, []) == names[::-1]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "n",
        "b!!!",
        "nWzFd",
        "nWyJ4IiwgIm5vdCBhIG51bWJlciJd",
        "nWyJcdTAwMDAiLCAxXQ",
        "nWyJcdWQ4MDAiLCAxXQ",
        "\x00",
    ],
)
def test_a_cursor_made_by_hand_gives_page_one(names, cursor):
    page = keyset_page(Client.objects.all(), keys=["name_sort", "id"], cursor=cursor, size=3)
    assert [row.name for row in page] == names[:3]
    assert page.previous_cursor == ""
