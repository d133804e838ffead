"""The people at a client: how we stand with them, the page of each, and the map with its table."""

import datetime

import pytest
from django.utils import timezone

from relationships.acquaintance import Bond, acquaintances, bond_of
from relationships.views.contact_page import next_birthday
from tests import factories as make

TODAY = datetime.date(2026, 11, 22)
database = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "touches", "mood", "bond"),
    [
        (None, 0, None, Bond.NEVER),
        (10, 6, 1.0, Bond.STRONG),
        (90, 4, 0.5, Bond.STRONG),
        (91, 6, 1.0, Bond.STEADY),
        (10, 3, 2.0, Bond.STEADY),
        (10, 6, 0.4, Bond.STEADY),
        (10, 6, None, Bond.STEADY),
        (180, 1, 0.0, Bond.STEADY),
        (181, 1, 2.0, Bond.FADING),
        (700, 0, None, Bond.FADING),
        (10, 6, -0.25, Bond.STRAINED),
        (300, 1, -2.0, Bond.STRAINED),
    ],
)
def test_the_word_for_a_relationship(days, touches, mood, bond):
    last_met = None if days is None else TODAY - datetime.timedelta(days=days)
    assert bond_of(last_met=last_met, touches=touches, mood=mood, today=TODAY) == bond


@database
def test_who_knows_whom_counts_what_reached_them(book, django_assert_num_queries):
    tram, hoa = make.contact(book.alpha, "Trâm"), make.contact(book.alpha, "Hoa")
    for days, author, mood in (
        (400, book.senior, -2),
        (40, book.lan, 1),
        (3, book.lan, 2),
        (2, book.mai, None),
    ):
        make.interaction(book.alpha, days_ago=days, author=author, sentiment=mood, contacts=[tram])
    make.interaction(book.alpha, days_ago=1, author=book.lan, contacts=[tram, hoa], reached=False)
    make.interaction(book.omega, author=book.olga, contacts=[make.contact(book.omega)])
    with django_assert_num_queries(1):
        known = acquaintances(client=book.alpha.pk)
    assert set(known) == {tram.pk}
    between = known[tram.pk]
    assert between.last_met == timezone.localdate() - datetime.timedelta(days=2)
    assert (between.touches, between.mood, between.bond) == (3, 1.5, Bond.STEADY)
    assert [(who.name, who.touches) for who in between.known_by] == [
        ("Mai Đỗ", 1),
        ("Lan Nguyễn", 2),
        ("Sơn Phạm", 1),
    ]
    book.mai.is_active = False
    book.mai.save()
    gone = acquaintances(pk=tram.pk)[tram.pk]
    assert [who.name for who in gone.known_by] == [
        "Lan Nguyễn",
        "Sơn Phạm",
    ] and gone.last_met == between.last_met


# --- The page of a contact ----------------------------------------------------------------------------------------


@pytest.fixture
def people(book):
    """Alpha's people: a head, a report of hers, somebody alone, somebody who left."""
    head = make.contact(
        book.alpha,
        "Đặng Thuỳ Trâm",
        title="Giám đốc tài chính",
        role="decision_maker",
        influence=5,
        given_name="chị Trâm",
        email="tram@alpha.example",
        phone="+84 28 3822 9999",
        birthday=datetime.date(1980, 2, 29),
    )
    report = make.contact(book.alpha, "Lê Hoa", title="Kế toán trưởng", role="finance", reports_to=head)
    alone = make.contact(book.alpha, "<b>Minh</b>")
    gone = make.contact(book.alpha, "Phạm Đức", role="champion", left_on=timezone.localdate())
    make.interaction(
        book.alpha, days_ago=3, author=book.lan, sentiment=1, contacts=[head], summary="Met at noon"
    )
    make.interaction(book.alpha, days_ago=1, author=book.lan, contacts=[report], summary="Not with her")
    return {"head": head, "report": report, "alone": alone, "gone": gone}


@database
def test_the_page_says_who_they_are_and_shows_their_touches_alone(book, people, as_user):
    page = as_user(book.lan).get(people["head"].get_absolute_url()).content.decode()
    for words in (
        "Giám đốc tài chính",
        "Decision maker",
        "influence 5 of 5",
        "chị Trâm",
        "tram@alpha.example",
        "tel:+842838229999",
        "Lê Hoa",
        "Kế toán trưởng",
        "Steady",
        "Lan Nguyễn",
        "1 touch",
        "Met at noon",
        f"?contact={people['head'].pk}",
    ):
        assert words in page
    assert "Not with her" not in page


@database
def test_the_page_of_a_report_leads_to_whom_they_report_to(book, people, as_user):
    page = as_user(book.lan).get(people["report"].get_absolute_url()).content.decode()
    assert f'href="{people["head"].get_absolute_url()}"' in page


@database
def test_whom_nobody_met_and_who_left_say_so(book, people, as_user):
    browser = as_user(book.lan)
    page = browser.get(people["alone"].get_absolute_url()).content.decode()
    assert "None of us has met them yet." in page and "Log the first one" in page and "<b>Minh" not in page
    gone = browser.get(people["gone"].get_absolute_url()).content.decode()
    assert "Left on" in gone and "?contact=" not in gone


@database
def test_the_page_refreshes_itself_and_pages_its_touches(book, people, as_user, monkeypatch):
    monkeypatch.setattr("relationships.views.client_timeline.ENTRIES_PER_PAGE", 1)
    make.interaction(
        book.alpha, days_ago=30, author=book.lan, contacts=[people["head"]], summary="Long before"
    )
    browser = as_user(book.lan, htmx=True)
    address = people["head"].get_absolute_url()
    first = browser.get(address)
    body = first.content.decode()
    assert "<html" not in body and f'id="contact-{people["head"].pk}"' in body
    assert "contact-saved from:body" in body and "Long before" not in body
    more = browser.get(first.context["more_url"]).content.decode()
    assert "Long before" in more and "Our relationship" not in more
    assert as_user(book.lan).get(address, {"cursor": "gone"}).status_code == 422


@database
def test_a_former_lead_reads_a_contact_without_a_way_to_write(book, people, as_user):
    former = make.user("Phúc Former", team=book.south)
    ended = timezone.now() - datetime.timedelta(days=500)
    until = timezone.localdate() + datetime.timedelta(days=7)
    make.assignment(book.alpha, former, since_days=900, ended_at=ended, read_until=until)
    for address in (people["head"].get_absolute_url(), f"/clients/{book.alpha.pk}/stakeholders/"):
        page = as_user(former).get(address).content.decode()
        assert "Trâm" in page
        for way in ("/edit/", f"/clients/{book.alpha.pk}/log/", "contacts/new/"):
            assert way not in page


@pytest.mark.parametrize(
    ("birthday", "day", "soon"),
    [
        (datetime.date(1980, 11, 22), datetime.date(2026, 11, 22), True),
        (datetime.date(1980, 11, 21), datetime.date(2027, 11, 21), False),
        (datetime.date(1980, 12, 6), datetime.date(2026, 12, 6), True),
        (datetime.date(1980, 12, 7), datetime.date(2026, 12, 7), False),
        (datetime.date(1980, 2, 29), datetime.date(2027, 2, 28), False),
    ],
)
def test_the_next_birthday(birthday, day, soon):
    assert next_birthday(birthday, TODAY) == (day, soon)


def test_no_birthday_is_none():
    assert next_birthday(None, TODAY) is None


# --- The map ------------------------------------------------------------------------------------------------------


def map_of(browser, client):
    return browser.get(f"/clients/{client.pk}/stakeholders/")


@database
def test_the_map_draws_who_is_there_and_says_it_again_in_a_table(book, people, as_user):
    answer = map_of(as_user(book.lan), book.alpha)
    page = answer.content.decode()
    drawn, table = page.split('<svg class="map map-wide"')[1].split("<table")[:2]
    for part in (drawn, table):
        assert "Đặng Thuỳ Trâm" in part and "Lê Hoa" in part and "Steady" in part and "Never met" in part
        assert "<b>Minh" not in part and people["head"].get_absolute_url() in part
    assert "Phạm Đức" not in drawn
    assert "1 person has left" in page and people["gone"].get_absolute_url() in page
    assert [(name, len(drawing.lines)) for name, drawing, _placed in answer.context["maps"]] == [
        ("wide", 1),
        ("narrow", 1),
    ]
    assert "<polyline" in drawn


@database
def test_empty_seats_are_drawn_and_lead_to_a_new_contact_with_that_role(book, people, as_user):
    answer = map_of(as_user(book.lan), book.alpha)
    assert [seat.text for seat in answer.context["seats"]] == ["No champion known"]
    people["head"].role = ""
    people["head"].save()
    seats = map_of(as_user(book.lan), book.alpha).context["seats"]
    assert [seat.text for seat in seats] == ["No decision maker known", "No champion known"]
    form = as_user(book.lan).get(seats[0].url).context["form"]
    assert form["role"].value() == "decision_maker"
    assert as_user(book.lan).get(seats[0].url.split("?")[0] + "?role=nothing").status_code == 200


@database
def test_a_client_without_people_invites_to_begin(book, as_user):
    page = map_of(as_user(book.lan), book.alpha).content.decode()
    assert "Begin with whoever decides" in page and '<svg class="map ' not in page


@database
def test_the_tab_of_the_map_has_its_own_address(book, as_user):
    page = as_user(book.lan).get(f"{book.alpha.get_absolute_url()}?tab=stakeholders").content.decode()
    assert f'hx-get="/clients/{book.alpha.pk}/stakeholders/"' in page


@database
def test_people_cost_the_same_at_2_and_at_20(book, as_user, django_assert_max_num_queries):
    browser, counts = as_user(book.lan), []
    boss = None
    for more in (2, 18):
        for n in range(more):
            boss = make.contact(book.alpha, reports_to=boss if n % 3 else None)
            make.interaction(book.alpha, days_ago=n, author=book.lan, contacts=[boss])
        for address in (f"/clients/{book.alpha.pk}/stakeholders/", boss.get_absolute_url()):
            with django_assert_max_num_queries(9) as found:
                browser.get(address)
            counts.append(len(found))
    assert counts[:2] == counts[2:]
