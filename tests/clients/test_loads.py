"""How full account managers are, and the pages of it."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.web.pagination import encode_cursor
from clients.loads import load_page
from clients.people import found_by_words, people_for_segment
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


def everyone():
    return User.objects.account_managers()


def loaded(name, clients, **fields):
    person = make.user(name, **fields)
    for _number in range(clients):
        make.client(lead=person)
    return person


def test_load_counts_running_leads_of_active_clients():
    person = loaded("Lan", 2)
    make.client(lead=person, status="lost", lost_on=TODAY, lost_reason="price")
    former = make.client()
    make.assignment(former, person, ended_at=timezone.now())
    make.assignment(make.client(), person, role="support")
    (row,) = load_page(everyone(), today=TODAY)
    assert (row.id, row.clients, row.maximum, row.tier) == (person.pk, 2, 20, "AM")


def test_load_counts_who_is_at_risk_and_going_silent():
    person = make.user()
    make.client(lead=person, health_band="at_risk", contact_due_on=TODAY)
    make.client(lead=person, contact_due_on=TODAY - datetime.timedelta(days=1))
    (row,) = load_page(everyone(), today=TODAY)
    assert (row.clients, row.at_risk, row.silent) == (2, 1, 1)


def test_fullest_come_first_by_share_of_their_maximum():
    loaded("AM", 6)
    loaded("KAM", 3, tier_code="kam")
    make.user("Empty")
    assert [row.name for row in load_page(everyone(), today=TODAY)] == ["KAM", "AM", "Empty"]
    emptiest = load_page(everyone(), today=TODAY, fullest_first=False)
    assert [row.name for row in emptiest] == ["Empty", "AM", "KAM"]


def test_one_tier_can_come_first():
    loaded("KAM", 3, tier_code="kam")
    make.user("Empty")
    rows = load_page(everyone(), today=TODAY, fullest_first=False, first_tier="kam")
    assert [row.name for row in rows] == ["KAM", "Empty"]


def test_totals_are_of_everyone_and_not_of_the_page():
    loaded("Over", 6, tier_code="kam")
    loaded("Full", 5, tier_code="kam")
    make.user("Room", tier_code="kam")
    totals = load_page(everyone(), today=TODAY, size=1).totals
    assert totals == (3, 11, 15, 1, 1, 5)  # who is over leaves no room, and takes none from others


@pytest.mark.parametrize("fullest_first", [True, False])
def test_pages_hold_each_person_once_in_both_directions(fullest_first):
    people = [loaded(f"Person {number}", number % 3) for number in range(8)]
    pages, cursor = [], ""
    while True:
        pages.append(load_page(everyone(), today=TODAY, cursor=cursor, size=3, fullest_first=fullest_first))
        cursor = pages[-1].next_cursor
        if not cursor:
            break
    assert sorted(row.id for page in pages for row in page) == sorted(person.pk for person in people)
    back = load_page(
        everyone(), today=TODAY, cursor=pages[2].previous_cursor, size=3, fullest_first=fullest_first
    )
    assert [row.id for row in back] == [row.id for row in pages[1]]
    assert back.previous_cursor and back.next_cursor
    assert not pages[0].previous_cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "n",
        "nonsense",
        "x" * 500,
        "n" + encode_cursor(["a", 1]),
        "b" + encode_cursor([2**70, 1]),
        "n" + encode_cursor([True, None]),
    ],
)
def test_cursor_made_by_hand_gives_the_first_page(cursor):
    make.user()
    assert len(load_page(everyone(), today=TODAY, cursor=cursor)) == 1


def test_nobody_has_an_empty_page():
    page = load_page(User.objects.none(), today=TODAY)
    assert (page.rows, page.totals.people, page.next_cursor) == ([], 0, "")


def test_load_page_is_one_query(django_assert_num_queries):
    loaded("Lan", 3)
    with django_assert_num_queries(1):
        load_page(everyone(), today=TODAY)


def test_people_for_segment_follow_the_tier():
    kam, senior = make.user(tier_code="kam"), make.user(tier_code="senior")
    make.user(tier_code="am"), make.user(tier_code="kam", is_active=False)
    assert set(people_for_segment("key")) == {kam, senior}


@pytest.mark.parametrize("words", ["nguyen lan", "LÂN", "bac 1", "lan@", "north"])
def test_people_are_found_without_accents(words):
    team = make.team("Bắc 1", region="North")
    lan = make.user("Nguyễn Thị Lan", email="lan@example.com", team=team)
    make.user("Trần Văn Đức", email="duc@example.com")
    assert list(found_by_words(everyone(), words)) == [lan]


def test_search_takes_wildcards_as_letters():
    make.user("Lan")
    assert not found_by_words(everyone(), "%").exists()
    assert not found_by_words(everyone(), "_").exists()
