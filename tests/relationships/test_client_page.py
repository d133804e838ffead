"""The client page: who sees it, what it says, what refreshes, and how many queries it takes."""

import datetime

import pytest
from django.utils import timezone

from clients.models import Client, KeyStatus
from relationships.health.refresh import score_clients
from tests import factories as make


def url(client):
    return f"/clients/{client.pk}/"


def page_of(browser, client):
    answer = browser.get(url(client))
    assert answer.status_code == 200
    return answer.content.decode()


def hand_over(book, *, days):
    """Mai led Alpha until 500 days ago and may read it for `days` more."""
    until = timezone.localdate() + datetime.timedelta(days=days)
    ended = timezone.now() - datetime.timedelta(days=500)
    return make.assignment(book.alpha, book.mai, since_days=600, ended_at=ended, read_until=until)


# --- Who sees it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("part", ["", "health/", "timeline/"])
@pytest.mark.parametrize(
    "person, sees",
    [
        ("lan", True),
        ("senior", True),
        ("manager", True),
        ("admin", True),
        ("mai", False),
        ("olga", False),
        ("other_manager", False),
    ],
)
def test_those_who_answer_for_a_client_see_every_part(book, as_user, person, sees, part, htmx):
    answer = as_user(getattr(book, person), htmx=htmx).get(url(book.alpha) + part)
    if not sees:
        assert answer.status_code == 404
    elif part == "health/" and not htmx:
        assert answer.status_code == 302 and answer.url == url(book.alpha)
    else:
        assert answer.status_code == 200
        assert ("<html" in answer.content.decode()) is not htmx
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_sees_it_without_a_log_in(book, as_user):
    for part in ("", "health/", "timeline/"):
        assert "/accounts/login/" in as_user(None).get(url(book.alpha) + part).url


def test_a_former_lead_reads_without_a_way_to_write(book, as_user):
    make.contact(book.alpha, "Đặng Thuỳ Trâm")
    make.follow_up(book.alpha, book.lan)
    hand_over(book, days=7)
    page = page_of(as_user(book.mai), book.alpha)
    assert "You handed this client over" in page and "Đặng Thuỳ Trâm" in page
    for way in ("/edit/", f"{url(book.alpha)}log/", "contacts/new/", "follow-ups/new/", "/done/", "/snooze/"):
        assert way not in page


def test_a_former_lead_stops_reading_when_the_handover_says(book, as_user):
    hand_over(book, days=-1)
    assert as_user(book.mai).get(url(book.alpha)).status_code == 404


def test_a_lead_is_offered_what_a_lead_does(book, as_user):
    page = page_of(as_user(book.lan), book.alpha)
    for way in ("/edit/", "log/", "contacts/new/", "follow-ups/new/"):
        assert way in page
    assert "/assign/" not in page
    assert "/assign/" in page_of(as_user(book.admin), book.alpha)


# --- What it says ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(book):
    """Alpha with everything that the header tells of."""
    group = make.client("Tập đoàn Hoà Bình")
    Client.objects.filter(pk=book.alpha.pk).update(
        parent=group,
        industry="Steel",
        city="Đà Nẵng",
        country="JP",
        segment="key",
        demanding=True,
        revenue_12m=3_000_000,
        revenue_12m_before=2_000_000,
    )
    KeyStatus.objects.create(
        client=book.alpha,
        reason="Largest buyer of the region",
        approved_by=book.admin,
        started_at=timezone.now() - datetime.timedelta(days=40),
    )
    make.won_deal(
        book.alpha,
        amount=1_000_000,
        on=timezone.localdate() - datetime.timedelta(days=9),
        product_row=make.product("GTX"),
    )
    make.won_deal(
        book.alpha,
        amount=700,
        on=timezone.localdate() - datetime.timedelta(days=90),
        product_row=make.product("MG"),
    )
    make.assignment(book.alpha, book.olga, role="technical")
    make.contact(book.alpha, "Đặng Thuỳ Trâm", title="CFO", role="decision_maker", influence=5)
    make.contact(book.alpha, "Phạm Đức", left_on=timezone.localdate())
    return book


def test_the_header_says_who_they_are(known, as_user):
    page = page_of(as_user(known.lan), known.alpha)
    for words in (
        "Tập đoàn Hoà Bình",
        "Steel",
        "Đà Nẵng, Japan",
        "Key since",
        "Demanding",
        "Lan Nguyễn · AM",
    ):
        assert words in page
    known.lan.language = "vi"
    known.lan.save()
    assert "Đà Nẵng, Nhật Bản" in page_of(as_user(known.lan), known.alpha)


def test_a_group_is_a_link_for_those_who_see_it(known, as_user):
    link = f'href="/clients/{Client.objects.get(name="Tập đoàn Hoà Bình").pk}/"'
    assert link not in page_of(as_user(known.lan), known.alpha)
    assert link in page_of(as_user(known.admin), known.alpha)


def test_the_money_line_compares_and_names_the_last_win(known, as_user):
    answer = as_user(known.lan).get(url(known.alpha))
    money = answer.context["money"]
    assert money.change == pytest.approx(0.5)
    assert money.last_won.product.code == "GTX" and len(money.products) == 2
    assert "₫1,000,000" in answer.content.decode() and "+50%" in answer.content.decode().replace("\xa0", "")


def test_the_team_shows_everyone_with_their_role(known, as_user):
    page = page_of(as_user(known.lan), known.alpha)
    assert "Lead since" in page and "Olga Berg" in page and "Technical" in page


def test_contacts_come_by_influence_and_those_who_left_last(known, as_user):
    make.interaction(
        known.alpha, days_ago=3, contacts=[known.alpha.contacts.get(name="Đặng Thuỳ Trâm")], reached=True
    )
    answer = as_user(known.lan).get(url(known.alpha))
    contacts = answer.context["contacts"]
    assert [contact.name for contact in contacts] == ["Đặng Thuỳ Trâm", "Phạm Đức"]
    assert contacts[0].last_met == timezone.localdate() - datetime.timedelta(days=3)
    assert contacts[1].last_met is None
    assert answer.context["empty_seats"] == ["Champion"]


def test_a_touch_that_did_not_reach_anyone_is_no_meeting(known, as_user):
    tram = known.alpha.contacts.get(name="Đặng Thuỳ Trâm")
    make.interaction(known.alpha, days_ago=3, contacts=[tram], reached=False)
    assert as_user(known.lan).get(url(known.alpha)).context["contacts"][0].last_met is None


def test_the_next_step_is_the_earliest_follow_up(book, as_user):
    make.follow_up(book.alpha, book.lan, due_in=5, reason="Later")
    make.follow_up(book.alpha, book.lan, due_in=-2, reason="Send the quotation")
    answer = as_user(book.lan).get(url(book.alpha))
    assert answer.context["next_item"].what == "Send the quotation"
    assert "2 days late" in answer.content.decode()


def test_a_lost_client_says_when_and_why(book, as_user):
    Client.objects.filter(pk=book.alpha.pk).update(
        status="lost", lost_on=timezone.localdate(), lost_reason="price"
    )
    page = page_of(as_user(book.lan), book.alpha)
    assert "Lost on" in page and "Price" in page and "no longer a client" in page


def test_a_new_client_invites_to_begin(book, as_user):
    client = make.client("Mới Toanh")
    page = page_of(as_user(book.admin), client)
    for words in ("No lead", "Nobody is known here yet", "Nothing has happened yet", "Assign a lead"):
        assert words in page


def test_what_people_typed_is_shown_as_text(book, as_user):
    make.contact(book.alpha, "<b>Trâm</b>", title="<i>CFO</i>")
    make.interaction(book.alpha, summary="<script>alert(1)</script>\nsecond line", author=book.lan)
    Client.objects.filter(pk=book.alpha.pk).update(note="<img src=x>", name="<u>Alpha</u>")
    page = page_of(as_user(book.lan), book.alpha)
    for tag in ("<b>Trâm", "<i>CFO", "<script>alert", "<img src=x", "<u>Alpha"):
        assert tag not in page
    assert "&lt;script&gt;alert(1)" in page


# --- What refreshes -------------------------------------------------------------------------------------------


def test_under_htmx_only_what_a_change_moves_is_answered(known, as_user):
    page = as_user(known.lan, htmx=True).get(url(known.alpha)).content.decode()
    for part in ("next", "head", "contacts", "team"):
        assert f'id="client-{known.alpha.pk}-{part}"' in page
    for part in ("timeline", "health-details"):
        assert f'id="client-{known.alpha.pk}-{part}"' not in page


@pytest.mark.parametrize(
    "part, event",
    [
        ("health", "interaction-logged"),
        ("next", "interaction-logged"),
        ("timeline-form", "interaction-logged"),
        ("follow-ups", "follow-ups-changed"),
    ],
)
def test_each_part_listens_for_what_a_logged_touch_tells(book, as_user, part, event):
    page = page_of(as_user(book.lan), book.alpha)
    section = page.split(f'id="client-{book.alpha.pk}-{part}"')[1].split(">")[0]
    assert f"{event} from:body" in section


@pytest.mark.parametrize("open_ones, more", [(5, None), (6, "1 more follow-up<"), (9, "4 more follow-ups<")])
def test_many_follow_ups_leave_room_for_the_rest_of_the_page(book, as_user, open_ones, more):
    for number in range(open_ones):
        make.follow_up(book.alpha, book.lan, reason=f"Reason {number}")
    page = page_of(as_user(book.lan), book.alpha)
    panel = page.split(f'id="client-{book.alpha.pk}-follow-ups"')[1].split("</section>")[0]
    assert panel.count('class="task"') == open_ones
    assert panel.split("<details")[0].count('class="task"') == 5
    assert more in panel if more else "tasks-more" not in panel


# --- Queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "senior", "manager", "admin"])
def test_the_page_takes_the_same_queries_at_2_rows_and_at_20(
    known, as_user, person, django_assert_max_num_queries
):
    client, browser = known.alpha, as_user(getattr(known, person))

    def add(rows):
        for n in range(rows):
            contact = make.contact(client)
            make.interaction(client, days_ago=n, contacts=[contact], author=known.lan, reached=True)
            make.follow_up(client, known.lan, due_in=n)
            make.won_deal(client, amount=5, on=timezone.localdate())
        score_clients([client.pk])

    add(2)
    with django_assert_max_num_queries(12) as few:
        browser.get(url(client))
    add(18)
    with django_assert_max_num_queries(12) as many:
        browser.get(url(client))
    assert len(few) == len(many)
