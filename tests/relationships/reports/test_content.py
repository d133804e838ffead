"""What a report says: drafted from data, one page whatever is typed, in both languages."""

import datetime

import pytest

from relationships.reports import content
from relationships.reports.render import file_name, render_report
from tests import factories as make
from tests.relationships.reports import scene


@pytest.mark.django_db
def test_the_draft_tells_of_the_period_in_english(book):
    scene.tell_october(book.alpha, book.lan)
    assert content.draft_content(book.alpha, scene.OCTOBER, language="en") == {
        "words": [],
        "delivered": [
            "Lắp đặt máy A, delivered on Oct 5, 2026 and accepted on Oct 7, 2026",
            "Contract HD-7, Bảo trì 2027, in force since Oct 15, 2026",
            "Đào tạo vận hành, delivered on Oct 19, 2026",
            "Máy in MX-5, ordered on Oct 21, 2026",
        ],
        "meetings": [
            "Meeting on Oct 8, 2026 with Anh Minh, Trâm Phạm",
            "Visit on Oct 22, 2026",
            "1 telephone call",
        ],
        "issues": [
            "Máy in kẹt giấy: opened on Oct 12, 2026, settled on Oct 13, 2026 in 10 working hours, "
            "which you rated 4 of 5"
        ],
        "open": [
            "Đào tạo vận hành: delivered on Oct 19, 2026, your acceptance is awaited",
            "Bàn giao tài liệu: due on Oct 28, 2026",
            "Gửi báo giá giấy in, by Nov 30, 2026",
            "Chậm giao mực: in work since Oct 29, 2026",
        ],
        "next": ["Kick-off meeting by Nov 25, 2026", "Kiểm tra định kỳ by Dec 12, 2026"],
    }


@pytest.mark.django_db
def test_the_draft_takes_the_same_queries_however_much_there_is(book, django_assert_num_queries):
    for times in (1, 5):
        for _ in range(times):
            make.contact(book.alpha)
            scene._touch(book.alpha, book.lan, 3, "meeting", list(book.alpha.contacts.all()))
            scene._issue(book.alpha, "Kẹt", scene.on(1), scene.on(2))
        with django_assert_num_queries(13):
            content.draft_content(book.alpha, scene.OCTOBER, language="vi")


@pytest.mark.django_db
def test_what_is_too_much_for_a_page_is_counted(book):
    for number in range(20):
        scene._touch(book.alpha, book.lan, 1 + number, "meeting", [])
    lines = content.draft_content(book.alpha, scene.OCTOBER, language="en")["meetings"]
    assert len(lines) == content.DRAFTED_LINES["meetings"]
    assert lines[-1] == "and 14 more"


@pytest.mark.django_db
def test_other_clients_and_other_months_are_not_told_of(book):
    scene.tell_october(book.omega, book.olga)
    assert content.is_empty(content.draft_content(book.alpha, scene.OCTOBER, language="en"))
    september = content.queries.Period(datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
    told = content.draft_content(book.omega, september, language="en")
    assert told["delivered"] == told["meetings"] == told["issues"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pdf_is_one_page_with_every_line(book, language):
    scene.tell_october(book.alpha, book.lan)
    drafted = content.draft_content(book.alpha, scene.OCTOBER, language=language)
    report = scene.report(book.alpha, content=drafted, language=language, created_by=book.lan)
    text, pages = scene.text_of(render_report(report))
    assert pages == 1
    squeezed = text.replace(" ", "")
    for line in (line for lines in drafted.values() for line in lines):
        assert line.replace(" ", "").replace("\N{NO-BREAK SPACE}", "") in squeezed
    assert "Alpha Thép Việt" in text and book.lan.name in text and book.lan.email in text


@pytest.mark.django_db
@pytest.mark.parametrize("length", [1, 80, 88, 89, 176, 300])
@pytest.mark.parametrize("letter", ["m", "Ế", "W "])
def test_whatever_the_form_takes_fits_one_page(book, length, letter):
    line = (letter * length)[:length].strip()
    lines = [line] * (content.MOST_ROWS // content.rows_printed({"words": [line]}))
    shares = {name: lines[at::6] for at, name in enumerate(content.SECTIONS)}
    assert content.rows_printed(shares) <= content.MOST_ROWS
    report = scene.report(book.alpha, content=shares, created_by=book.lan)
    assert scene.text_of(render_report(report))[1] == 1


@pytest.mark.django_db
def test_nothing_typed_is_read_as_markup(book):
    typed = ["#sys.inputs", "= not a heading", "$x$ *bold* `code` @ref <label> \\ \" '"]
    report = scene.report(book.alpha, content={"words": typed, "delivered": typed})
    text, pages = scene.text_of(render_report(report))
    assert pages == 1 and all(text.count(line) == 2 for line in typed)


@pytest.mark.django_db
@pytest.mark.parametrize("stored", [{}, [], {"words": None, "of_old": ["x"]}, {"next": [1, None]}])
def test_content_of_another_shape_does_no_harm(book, stored):
    report = scene.report(book.alpha, content=stored)
    assert set(content.read_content(report.content)) == set(content.SECTIONS)
    assert scene.text_of(render_report(report))[1] == 1


@pytest.mark.django_db
def test_the_file_has_a_plain_name(book):
    assert file_name(scene.report(book.alpha)) == "alpha-thep-viet-20261001-20261031.pdf"
    book.alpha.name = '"; x="\r\n漢字'
    assert file_name(scene.report(book.alpha)).isascii()
