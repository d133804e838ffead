"""People are addressed by their given name, and lists are in the order of the Vietnamese alphabet."""

import random

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from accounts.alphabet import by_alphabet
from accounts.models import Team, User
from accounts.names import given_name
from clients.models import Contact, Product, SavedView
from clients.places import countries
from tests import factories as make

ALPHABET = [
    "Dung",
    "Dũng",
    "Dương",
    "Đan",
    "Đào",
    "Đức",
    "Em",
    "Hoa",
    "Hòa",
    "Hỏa",
    "Hóa",
    "Họa",
    "Hôm",
    "Hơn",
    "Ý",
]


@pytest.mark.parametrize(
    "name, given",
    [
        ("Nguyễn Thị Lan", "Lan"),
        ("Lan Nguyễn", "Lan"),
        ("NGUYEN THI LAN", "LAN"),
        ("Đặng Thùy Trâm", "Trâm"),
        ("Lê Mai", "Mai"),
        ("Mai Đỗ", "Mai"),
        ("Vũ Hà", "Hà"),
        ("Olga Berg", "Olga"),
        ("Lan Baker", "Lan"),
        ("Linh", "Linh"),
        ("", ""),
    ],
)
def test_given_name_is_found_at_its_end_of_the_name(name, given):
    assert given_name(name) == given_name(User(name=name)) == given


def test_given_name_that_was_entered_counts():
    assert given_name(Contact(name="Nguyễn Thị Lan Anh", given_name="Lan Anh")) == "Lan Anh"


def test_order_of_python_is_that_of_the_database(db):
    names = [*ALPHABET, "Đặng Văn An", "Dang", "an 2", "An", "Zürich", "", "ơ", "ô"]
    random.Random(7).shuffle(names)
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT name FROM unnest(%s::text[]) name ORDER BY tend_sort(name) COLLATE "C", name', [names]
        )
        in_database = [name for (name,) in cursor.fetchall()]
    assert sorted(names, key=lambda name: (by_alphabet(name), name)) == in_database


def shuffled():
    names = list(ALPHABET)
    random.Random(3).shuffle(names)
    return names


def test_lists_of_names_follow_the_alphabet(db):
    user, client = make.user("Zoe"), make.client("Zeta")
    for name in shuffled():
        make.user(name)
        make.team(name)
        make.contact(client, name)
        make.client(name)
        make.product(name=name, series="A")
        SavedView.objects.create(owner=user, name=name, query="")
    assert [person.name for person in User.objects.all()] == [*ALPHABET, "Zoe"]
    for model in (Team, Contact, Product, SavedView):
        assert [row.name for row in model.objects.all()] == ALPHABET, model


def test_countries_follow_the_alphabet_of_the_reader():
    with translation.override("vi"):
        names = [name for _code, name in countries()][1:]
    assert names == sorted(names, key=by_alphabet)
    assert names.index("Dominica") < names.index("Đan Mạch") < names.index("Đức") < names.index("Gabon")


@pytest.mark.parametrize("asked", ["Đặng", "dang", "ĐẶNG", "đăng", "dặng"])
def test_calendar_finds_people_with_and_without_accents(book, as_user, asked):
    make.user("Đặng Thùy Trâm", team=book.north)
    make.user("Dang Khoa", team=book.north)
    page = as_user(book.manager).get(reverse("relationships:calendar"), {"who": asked}).content.decode()
    assert "Đặng Thùy Trâm" in page and "Dang Khoa" in page
