"""The search: what it finds with which slips, whose it shows, and at which cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relationships.models import Note
from relationships.search import queries
from relationships.search.finding import find
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def url():
    return reverse("relationships:search")


def words(answer):
    return " ".join(answer.content.decode().split())


def found(user, text, *, brief=True, **more):
    """{group: [titles]} of a search."""
    groups = find(user, text=text, brief=brief, **more)
    return {group.name: [hit.title for hit in group.hits] for group in groups}


def titles(user, text, group):
    return found(user, text).get(group, [])


@pytest.fixture
def filled(book):
    """Alpha with a contact, a contract, an invoice and a note; Omega with its own."""
    for client, lead, mark in ((book.alpha, book.lan, "A"), (book.omega, book.olga, "O")):
        make.contact(client, f"Nguyễn Thị Hồng {mark}", email=f"hong.{mark.lower()}@example.com")
        make.contract(client, number=f"HD-{mark}-0042", title="Bảo trì hệ thống lọc")
        make.invoice(client, number=f"INV-{mark}-7781", amount=1_500_000)
        Note.objects.create(client=client, author=lead, text=f"Giám đốc thích cà phê trứng {mark}")
    return book


# --- What is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, group, title",
    [
        ("alpha", "client", "Alpha Thép Việt"),
        ("thep viet", "client", "Alpha Thép Việt"),
        ("THÉP", "client", "Alpha Thép Việt"),
        ("viet alpha", "client", "Alpha Thép Việt"),
        ("hong", "contact", "Nguyễn Thị Hồng A"),
        ("nguyen thi", "contact", "Nguyễn Thị Hồng A"),
        ("hong.a@example", "contact", "Nguyễn Thị Hồng A"),
        ("0042", "contract", "HD-A-0042 · Bảo trì hệ thống lọc"),
        ("bao tri", "contract", "HD-A-0042 · Bảo trì hệ thống lọc"),
        ("7781", "invoice", "INV-A-7781"),
        ("inv-a", "invoice", "INV-A-7781"),
        ("ca phe", "note", "Giám đốc thích cà phê trứng A"),
    ],
)
def test_each_kind_is_found_without_accents(filled, text, group, title):
    assert titles(filled.lan, text, group) == [title]


@pytest.mark.parametrize(
    "text, group, title",
    [
        ("alhpa thep", "client", "Alpha Thép Việt"),
        ("alpha teph", "client", "Alpha Thép Việt"),
        ("nguyem", "contact", "Nguyễn Thị Hồng A"),
        ("nguyeenx", "contact", "Nguyễn Thị Hồng A"),  # typed while the keyboard wrote no Vietnamese
        ("bao trj he thong", "contract", "HD-A-0042 · Bảo trì hệ thống lọc"),
        ("caphe trung", "note", "Giám đốc thích cà phê trứng A"),
    ],
)
def test_slips_of_the_finger_are_forgiven(filled, text, group, title):
    assert titles(filled.lan, text, group) == [title]


def test_tax_code_finds_the_client(book):
    make.client("Hộ kinh doanh", lead=book.lan, tax_code="0312345678")
    assert titles(book.lan, "0312345", "client") == ["Hộ kinh doanh"]


def test_what_begins_with_the_words_comes_first(book):
    for name, revenue in (("Đại Nam Sông", 9), ("Sông Hồng", 1), ("Cty Sông Đà", 5), ("Massong", 99)):
        make.client(name, lead=book.lan, revenue_12m=revenue)
    assert titles(book.lan, "song", "client") == ["Sông Hồng", "Đại Nam Sông", "Cty Sông Đà", "Massong"]


def test_two_letters_find_where_a_word_begins(book):
    make.client("Đèo Cả", lead=book.lan)
    make.client("Mekong", lead=book.lan)
    assert titles(book.lan, "ca", "client") == ["Đèo Cả"]


def test_one_letter_finds_no_rows(filled):
    assert set(found(filled.lan, "a")) <= {"commands"}


def test_marks_of_a_pattern_are_letters(book):
    make.client("100% Cotton", lead=book.lan)
    make.client("1000 Cotton", lead=book.lan)
    for text, names in (("100%", ["100% Cotton"]), ("c_t", [])):
        assert [row.title for row in queries.having(book.lan, text, size=5)] == names


@pytest.mark.parametrize("text", ["'; drop table", "\\", "((", "%_%", "🙂🙂", "x" * 100, "a b c d e f g h"])
def test_strange_words_find_nothing_and_break_nothing(book, as_user, url, text):
    assert as_user(book.lan, htmx=True).get(url, {"q": text}).status_code == 200


def test_one_kind_shows_few_in_the_dialog_and_more_on_the_page(book):
    for number in range(30):
        make.client(f"Hoa Sen {number:02}", lead=book.lan)
    assert len(found(book.lan, "hoa sen")["client"]) == 5
    assert len(found(book.lan, "hoa sen", brief=False)["client"]) == 25


def test_begin_is_found_among_more_than_can_be_sorted(book, monkeypatch):
    monkeypatch.setattr(queries, "CANDIDATES", 3)
    for number in range(20):
        make.client(f"Tiến Hoa Sen {number:02}", lead=book.lan)
    make.client("Hoa Sen", lead=book.lan)
    assert titles(book.lan, "hoa sen", "client")[0] == "Hoa Sen"


def test_contact_who_left_is_shown_last_and_says_so(book):
    make.contact(book.alpha, "Trần An", left_on=datetime.date(2026, 1, 1))
    make.contact(book.alpha, "Trần Bình")
    groups = find(book.lan, text="tran", brief=True)
    hits = next(group.hits for group in groups if group.name == "contact")
    assert [hit.title for hit in hits] == ["Trần Bình", "Trần An"]
    assert "left" in hits[1].sub


def test_line_of_a_client_says_how_it_stands(book, as_user, url):
    book.alpha.health_band, book.alpha.health_score = "at_risk", 31.9
    book.alpha.save()
    body = words(as_user(book.lan, htmx=True).get(url, {"q": "alpha"}))
    assert "At risk" in body and ">31<" in body
    assert reverse("relationships:client_page", args=[book.alpha.pk]) in body


def test_long_note_is_cut_around_what_was_sought(book):
    Note.objects.create(client=book.alpha, author=book.lan, text="chữ " * 80 + "Kim cương " + "và " * 80)
    (title,) = titles(book.lan, "kim cuong", "note")
    assert title.startswith("…") and "Kim cương" in title and len(title) <= 120


def test_text_that_looks_like_markup_is_escaped(book, as_user, url):
    make.client("<b>Bold</b>", lead=book.lan)
    assert "<b>Bold" not in words(as_user(book.lan, htmx=True).get(url, {"q": "bold"}))


# --- Whose -----------------------------------------------------------------------------------------------------------

ROWS = {"client", "contact", "contract", "invoice", "note"}


@pytest.mark.parametrize("text", ["omega", "hong o", "HD-O", "INV-O", "trung o"])
def test_nobody_finds_what_is_outside_their_portfolio(filled, text):
    for user in (filled.lan, filled.mai, filled.senior, filled.manager):
        assert not any(
            "Omega" in title or title.endswith("O") or "-O-" in title
            for titles in found(user, text).values()
            for title in titles
        )


def test_senior_manager_and_admin_find_what_is_theirs(filled):
    for user in (filled.senior, filled.manager, filled.admin):
        assert "Alpha Thép Việt" in titles(user, "alpha", "client")
    assert len(titles(filled.admin, "nguyen", "contact")) == 2


def test_similar_words_keep_to_the_portfolio_too(filled):
    assert titles(filled.lan, "omegga", "client") == []
    assert titles(filled.mai, "nguyem", "contact") == []


def test_former_lead_finds_and_is_offered_nothing_to_write(filled):
    filled.alpha.assignments.update(
        ended_at=timezone.now(), read_until=timezone.localdate() + datetime.timedelta(days=5)
    )
    assert found(filled.lan, "alpha") == {"client": ["Alpha Thép Việt"]}
    assert "commands" not in found(filled.lan, "log alpha")


def test_recent_pages_outside_the_portfolio_are_left_out(filled):
    tokens = [("client", filled.omega.pk), ("client", filled.alpha.pk), ("client", 999_999)]
    assert found(filled.lan, "", recent=tokens)["recent"] == ["Alpha Thép Việt"]


def test_client_that_is_open_must_be_ones_own_to_be_written_to(filled):
    assert "here" in found(filled.lan, "", here=filled.alpha.pk)
    assert "here" not in found(filled.lan, "", here=filled.omega.pk)


def test_department_is_kept_out(book, as_user, url):
    assert as_user(book.dept).get(url, {"q": "alpha"}).status_code == 403


# --- Page and dialog -------------------------------------------------------------------------------------------------


def test_page_and_fragment_show_the_same(filled, as_user, url):
    page, part = (
        as_user(filled.lan).get(url, {"q": "alpha"}),
        as_user(filled.lan, htmx=True).get(url, {"q": "alpha"}),
    )
    assert "<html" in words(page) and "<html" not in words(part)
    for answer in (page, part):
        assert "Alpha Thép Việt" in words(answer)
        assert answer.headers["Cache-Control"] == "no-store" and "HX-Request" in answer.headers["Vary"]


def test_dialog_is_told_for_which_words_its_list_is(book, as_user, url):
    assert 'data-for="al pha"' in words(as_user(book.lan, htmx=True).get(url, {"q": " al pha "}))


def test_nothing_found_says_what_would_help(book, as_user, url):
    answer = as_user(book.lan, htmx=True).get(url, {"q": "zzzzqqq"})
    assert "Nothing of yours is called “zzzzqqq”" in words(answer)
    assert "Nothing found" in answer.headers["HX-Trigger"]


def test_screen_readers_hear_how_many_and_the_first(filled, as_user, url):
    answer = as_user(filled.lan, htmx=True).get(url, {"q": "alpha thep"})
    assert "3 found: Alpha" in answer.headers["HX-Trigger"].encode().decode("unicode_escape")


@pytest.mark.parametrize(
    "query",
    [{"q": "x" * 101}, {"q": "a\x00b"}, {"recent": "user-1"}, {"recent": "client-0"}, {"client": "-1"}],
)
def test_what_makes_no_sense_is_422(book, as_user, url, query):
    assert as_user(book.lan, htmx=True).get(url, query).status_code == 422


def test_writing_is_refused(book, as_user, url):
    assert as_user(book.lan).post(url).status_code == 405


def test_without_words_the_clients_logged_for_last_come_up(filled, as_user, url):
    make.interaction(filled.alpha, author=filled.lan)
    assert found(filled.lan, "")["recent"] == ["Alpha Thép Việt"]
    assert "You logged for them last" in words(as_user(filled.lan, htmx=True).get(url))


def test_recent_pages_come_in_their_order(filled, as_user, url):
    contact = filled.alpha.contacts.get()
    tokens = f"contact-{contact.pk},client-{filled.alpha.pk}"
    body = words(as_user(filled.lan, htmx=True).get(url, {"recent": tokens}))
    assert body.index("Nguyễn Thị Hồng A") < body.index("Alpha Thép Việt</span>")


# --- Cost ------------------------------------------------------------------------------------------------------------


def queries_of(browser, url, query):
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(url, query).status_code == 200
    return len(caught)


@pytest.mark.parametrize("text", ["hoa sen", "hoa sem", "log hoa sen", "", "today"])
def test_two_rows_cost_what_twenty_do(book, as_user, url, text):
    browser = as_user(book.lan, htmx=True)

    def fill(first, last):
        for number in range(first, last):
            client = make.client(f"Hoa Sen {number}", lead=book.lan)
            make.contact(client, f"Hoa Sen {number}")
            make.contract(client, title="Hoa sen")
            Note.objects.create(client=client, author=book.lan, text="hoa sen")
            make.interaction(client, author=book.lan)

    fill(0, 2)
    few = queries_of(browser, url, {"q": text})
    fill(2, 20)
    assert queries_of(browser, url, {"q": text}) <= few <= 12
