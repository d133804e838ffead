"""The timeline narrowed: by kind, by person, by words, accents ignored; and the address that keeps it."""

import uuid

import pytest
from django.utils import timezone

from clients.models import CareEvent
from relationships import timeline
from relationships.services.notes import add_note
from relationships.timeline import Sought
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(book):
    """Alpha with touches of two colleagues, notes, an invoice in dispute and a follow-up done."""
    tram = make.contact(book.alpha, "Đặng Thuỳ Trâm")
    hoa = make.contact(book.alpha, "Lê Hoa")
    make.interaction(
        book.alpha, days_ago=9, author=book.lan, summary="Bàn về gia hạn hợp đồng", contacts=[tram]
    )
    make.interaction(book.alpha, days_ago=7, author=book.senior, kind="meeting", contacts=[tram, hoa])
    make.interaction(book.alpha, days_ago=5, author=book.lan, outcome="50% off_ered")
    for by, text in ((book.senior, "@Lan Nguyễn: họ chuyển văn phòng"), (book.lan, "Call before ten")):
        add_note(client=book.alpha, text=text, by=by, idempotency_key=uuid.uuid4())
    CareEvent.objects.create(
        client=book.alpha,
        kind="disputed",
        at=timezone.now(),
        by=book.lan,
        facts={"number": "INV-77", "reason": "Wrong price"},
    )
    make.follow_up(
        book.alpha,
        book.lan,
        reason="Send drawings",
        status="done",
        closed_at=timezone.now(),
        closed_by=book.senior,
    )
    return {"book": book, "tram": tram, "hoa": hoa}


def found(client, **sought):
    entries, _more = timeline.entries(client, Sought(**sought), size=50)
    return [(entry.source, entry.facts.get("summary") or entry.facts.get("text") or "") for entry in entries]


def sources(client, **sought):
    return [source for source, _text in found(client, **sought)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("gia", "hạn"), ["touch"]),
        (("GIA", "han"), ["touch"]),
        (("tram",), ["touch", "touch"]),
        (("van phong",), ["note"]),
        (("50%",), ["touch"]),
        (("off_ered",), ["touch"]),
        (("50_",), []),
        (("inv-77",), ["care"]),
        (("disputed", "price"), ["care"]),
        (("drawings",), ["settled"]),
        (("reason",), []),
        (("meeting",), ["touch"]),
        (("gia", "nowhere"), []),
    ],
)
def test_words_are_found_wherever_they_stand(told, words, expected):
    assert sources(told["book"].alpha, words=words) == expected


def test_labels_are_found_in_the_readers_language(told, as_user):
    from_vietnamese = told["book"].lan
    from_vietnamese.language = "vi"
    from_vietnamese.save()
    answer = as_user(from_vietnamese).get(f"/clients/{told['book'].alpha.pk}/timeline/", {"q": "gap mat"})
    assert answer.status_code == 200
    touches = [entry.facts["kind"] for _month, entry in answer.context["rows"] if entry.source == "touch"]
    assert set(touches) <= {"meeting"}


def test_a_colleague_is_found_in_what_they_did_and_where_they_are_named(told):
    book = told["book"]
    assert sources(book.alpha, person=book.senior.pk) == ["settled", "note", "touch"]
    mine = sources(book.alpha, person=book.lan.pk)
    assert sorted(mine) == ["care", "joined", "note", "note", "touch", "touch"]


def test_a_contact_is_found_in_the_touches_that_met_them(told):
    alpha = told["book"].alpha
    assert sources(alpha, contact=told["tram"].pk) == ["touch", "touch"]
    assert sources(alpha, contact=told["hoa"].pk, kind="meeting") == ["touch"]
    assert sources(alpha, contact=told["hoa"].pk, kind="call") == []
    assert sources(alpha, contact=told["hoa"].pk, kind="note") == []


def test_notes_are_a_kind_and_no_changes(told):
    alpha = told["book"].alpha
    assert sources(alpha, kind="note") == ["note", "note"]
    assert {"touch", "note"}.isdisjoint(sources(alpha, kind="changes"))


def test_filters_together_narrow_further_and_take_one_statement(told, django_assert_num_queries):
    book = told["book"]
    with django_assert_num_queries(1):
        both = found(book.alpha, kind="call", person=book.lan.pk, words=("gia",))
    assert both == [("touch", "Bàn về gia hạn hợp đồng")]


def test_pages_of_a_search_hold_every_entry_once(told):
    alpha = told["book"].alpha
    seen, after = [], None
    while True:
        page, more = timeline.entries(alpha, Sought(words=("a",)), after=after, size=1)
        seen += [entry.dom_id for entry in page]
        if not more:
            break
        after = timeline.read_cursor(page[-1].cursor)
    whole, _more = timeline.entries(alpha, Sought(words=("a",)), size=50)
    assert seen == [entry.dom_id for entry in whole] and len(seen) > 4


# --- On the page ------------------------------------------------------------------------------------------------


def url(client):
    return f"/clients/{client.pk}/timeline/"


def test_the_filters_offer_whoever_is_in_it(told, as_user):
    book = told["book"]
    form = as_user(book.lan).get(url(book.alpha)).context["timeline_form"]
    groups = dict(form.fields["who"].choices[1:])
    contacts, colleagues = groups.values()
    assert [name for _value, name in contacts] == ["Đặng Thuỳ Trâm", "Lê Hoa"]
    assert [name for _value, name in colleagues] == ["Lan Nguyễn", "Sơn Phạm"]


@pytest.mark.parametrize("whole_page", [True, False])
def test_the_address_follows_the_filters(told, as_user, whole_page):
    book = told["book"]
    page = book.alpha.get_absolute_url() if whole_page else url(book.alpha)
    browser = as_user(book.lan, htmx=True)
    headers = {"HX-Current-URL": f"http://testserver{page}"}
    answer = browser.get(url(book.alpha), {"q": "gia han", "who": f"u{book.lan.pk}"}, headers=headers)
    assert answer.headers["HX-Replace-Url"] == f"{page}?q=gia+han&who=u{book.lan.pk}"
    assert browser.get(url(book.alpha), headers=headers).headers["HX-Replace-Url"] == page
    again = as_user(book.lan).get(answer.headers["HX-Replace-Url"])
    assert [entry.source for _month, entry in again.context["rows"]] == ["touch"]
    assert 'value="gia han"' in again.content.decode()


def test_earlier_entries_keep_the_filters(told, as_user, monkeypatch):
    book = told["book"]
    monkeypatch.setattr("relationships.views.client_timeline.ENTRIES_PER_PAGE", 1)
    browser = as_user(book.lan, htmx=True)
    first = browser.get(url(book.alpha), {"kind": "call"})
    assert "kind=call" in first.context["more_url"]
    second = browser.get(first.context["more_url"])
    assert [entry.facts["kind"] for _month, entry in second.context["rows"]] == ["call"]
    assert "HX-Replace-Url" not in second.headers


@pytest.mark.parametrize(
    "query", [{"who": "u0"}, {"who": "x1"}, {"kind": "x"}, {"q": "a\u202eb"}, {"q": "x" * 101}]
)
def test_an_address_that_makes_no_sense_says_so(told, as_user, query):
    for htmx in (False, True):
        answer = as_user(told["book"].lan, htmx=htmx).get(url(told["book"].alpha), query)
        assert answer.status_code == 422 and "Clear the filters" in answer.content.decode()


def test_nothing_found_says_so_and_leads_back(told, as_user):
    page = as_user(told["book"].lan, htmx=True).get(url(told["book"].alpha), {"q": "xyz"}).content.decode()
    assert "Nothing here is like that." in page and "Clear the filters" in page


def test_what_was_searched_for_is_shown_as_text(told, as_user):
    query = {"q": '"><b>'}
    page = as_user(told["book"].lan).get(told["book"].alpha.get_absolute_url(), query).content.decode()
    assert '"><b>' not in page and "&quot;&gt;&lt;b&gt;" in page


def test_narrowing_costs_the_same_at_2_touches_and_at_20(told, as_user, django_assert_max_num_queries):
    book, counts = told["book"], []
    browser = as_user(book.lan)
    for more in (2, 18):
        for n in range(more):
            author = make.user(f"Author {more} {n}", team=book.north)
            make.interaction(
                book.alpha, author=author, contacts=[make.contact(book.alpha)], summary="gia hạn"
            )
        with django_assert_max_num_queries(12) as many:
            browser.get(url(book.alpha), {"q": "gia"})
        counts.append(len(many))
    assert counts[0] == counts[1]
