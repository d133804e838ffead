"""The pages of reports: drafting, reviewing, sending, and who may do what."""

import uuid

import pytest

from clients.services.editing import EditConflict
from relationships import tasks
from relationships.models import ClientReport, ReportStatus
from relationships.services.reports import ReportRefused, save_report, send_report
from tests import factories as make
from tests.relationships.reports import scene

LINES = {"words": "Thank you\n\n  for   October ", "delivered": "One\nTwo", "next": "Call"}


def new_url(client):
    return f"/clients/{client.pk}/reports/new/"


def page_url(report):
    return f"/reports/{report.pk}/"


def draft(**fields):
    values = {"period_from": "2026-10-01", "period_to": "2026-10-31", "language": "en"}
    return values | {"idempotency_key": str(uuid.uuid4())} | fields


def send(report, contact, **fields):
    values = {
        "version": report.version,
        "contact": contact,
        "by": report.created_by,
        "task": tasks.send_reports,
    }
    return send_report(report=report, **values | fields)


@pytest.fixture
def report(book):
    return scene.report(book.alpha, created_by=book.lan)


@pytest.fixture
def tram(book):
    return make.contact(book.alpha, "Trâm", email="tram@client.example")


@pytest.mark.django_db
@pytest.mark.parametrize("htmx", [True, False])
def test_a_draft_is_made_of_the_period_and_shown(book, as_user, htmx):
    scene.tell_october(book.alpha, book.lan)
    browser = as_user(book.lan, htmx=htmx)
    form = browser.get(new_url(book.alpha)).content.decode()
    assert 'value="2026-10-01"' in form and 'value="2026-10-31"' in form
    answer = browser.post(new_url(book.alpha), draft())
    report = ClientReport.objects.get()
    if htmx:
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, page_url(report))
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, page_url(report))
    page = as_user(book.lan).get(page_url(report)).content.decode()
    assert "Lắp đặt máy A, delivered on" in page and "Review each line" in page
    assert report.created_by == book.lan


@pytest.mark.django_db
def test_a_double_click_drafts_once(book, as_user):
    values = draft()
    for _click in range(2):
        as_user(book.lan).post(new_url(book.alpha), values)
    assert ClientReport.objects.count() == 1
    assert as_user(book.olga).post(new_url(book.omega), values).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"period_to": "2026-09-30"},
        {"period_from": "2025-10-01"},
        {"period_to": "2027-01-31"},
        {"language": "fr"},
        {"period_from": "soon"},
    ],
)
def test_a_period_that_makes_no_sense_is_refused(book, as_user, wrong):
    answer = as_user(book.lan, htmx=True).post(new_url(book.alpha), draft(**wrong))
    assert answer.status_code == 422 and "error" in answer.content.decode()
    assert not ClientReport.objects.exists()


@pytest.mark.django_db
def test_reviewed_lines_are_kept_tidy(book, as_user, report):
    answer = as_user(book.lan).post(page_url(report), LINES | {"version": 1, "then": "stay"})
    assert answer.headers["Location"] == page_url(report)
    report.refresh_from_db()
    assert report.version == 2
    assert report.content == {
        "words": ["Thank you", "for October"],
        "delivered": ["One", "Two"],
        "meetings": [],
        "issues": [],
        "open": [],
        "next": ["Call"],
    }


@pytest.mark.django_db
def test_saving_and_sending_leads_to_whom(book, as_user, report):
    answer = as_user(book.lan).post(page_url(report), LINES | {"version": 1, "then": "send"})
    assert answer.headers["Location"] == f"/reports/{report.pk}/send/"


@pytest.mark.django_db
def test_a_second_editor_is_told_and_loses_nothing_typed(book, as_user, report):
    as_user(book.senior).post(page_url(report), LINES | {"version": 1})
    answer = as_user(book.lan).post(page_url(report), {"version": 1, "words": "Mine"})
    assert answer.status_code == 409
    assert "Somebody else has saved" in answer.content.decode() and "Mine" in answer.content.decode()
    report.refresh_from_db()
    assert report.content["delivered"] == ["One", "Two"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed, text",
    [("x" * 301, "letters at most"), ("\n".join("abc" * 40), "more than one page"), ("a\x07b", "control")],
)
def test_what_does_not_fit_the_page_is_refused(book, as_user, report, typed, text):
    answer = as_user(book.lan).post(page_url(report), {"version": 1, "words": typed})
    assert answer.status_code == 422 and text in answer.content.decode()
    report.refresh_from_db()
    assert report.content["words"] == ["Thank you."]


@pytest.mark.django_db
def test_the_pdf_is_shown_or_kept(book, as_user, report):
    browser = as_user(book.lan)
    shown, kept = browser.get(f"{page_url(report)}pdf/"), browser.get(f"{page_url(report)}pdf/?download=1")
    assert shown.headers["Content-Type"] == "application/pdf" and shown.content.startswith(b"%PDF")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_click_sends_it_once(book, as_user, report, tram, mailoutbox):
    browser = as_user(book.lan, htmx=True)
    assert "tram@client.example" in browser.get(f"{page_url(report)}send/").content.decode()
    for _click in range(2):
        answer = browser.post(f"{page_url(report)}send/", {"version": 1, "contact": tram.pk})
        assert answer.status_code == 204 and "reports-changed" in answer.headers["HX-Trigger"]
    assert not mailoutbox  # the job's
    tasks.send_reports()
    assert len(mailoutbox) == 1
    page = as_user(book.lan).get(page_url(report)).content.decode()
    assert "tram@client.example" in page and "<textarea" not in page


@pytest.mark.django_db
def test_only_contacts_of_the_client_with_an_address_are_offered(book, as_user, report, tram):
    nobody = make.contact(book.alpha, "Ohne")
    gone = make.contact(book.alpha, "Fort", email="fort@client.example", left_on="2026-01-01")
    other = make.contact(book.omega, "Anders", email="anders@other.example")
    browser = as_user(book.lan)
    page = browser.get(f"{page_url(report)}send/").content.decode()
    assert "Trâm" in page and not [name for name in ("Ohne", "Fort", "Anders") if name in page]
    for contact in (nobody, gone, other):
        assert (
            browser.post(f"{page_url(report)}send/", {"version": 1, "contact": contact.pk}).status_code == 422
        )
        with pytest.raises(ReportRefused):
            send(report, contact)
    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT


@pytest.mark.django_db
def test_without_an_address_the_download_is_offered(book, as_user, report):
    page = as_user(book.lan).get(f"{page_url(report)}send/").content.decode()
    assert "No contact of this client has an e-mail address yet" in page


@pytest.mark.django_db
def test_what_was_not_seen_is_not_sent(book, as_user, report, tram):
    save_report(report=report, version=1, content={"words": ["Other words"]})
    answer = as_user(book.lan, htmx=True).post(f"{page_url(report)}send/", {"version": 1, "contact": tram.pk})
    assert answer.status_code == 422 and "changed since you opened this" in answer.content.decode()
    with pytest.raises(EditConflict):
        send(report, tram)


@pytest.mark.django_db
def test_an_empty_report_is_not_sent(book, tram):
    with pytest.raises(ReportRefused, match="empty"):
        send(scene.report(book.alpha, content={}, created_by=book.lan), tram)


@pytest.mark.django_db
def test_on_its_way_it_can_no_longer_be_changed(book, as_user, report, tram):
    sent = send(report, tram)
    answer = as_user(book.lan).post(page_url(report), LINES | {"version": sent.version})
    assert answer.status_code == 409
    page = as_user(book.lan).get(page_url(report)).content.decode()
    assert "every 5s" in page and "Being sent" in page


@pytest.mark.django_db
def test_after_a_failure_it_can_be_changed_and_sent_again(book, as_user, report, tram):
    ClientReport.objects.filter(pk=report.pk).update(
        status="failed", error="550 no such user", sent_to="tram@client.example", attempts=6
    )
    page = as_user(book.lan).get(page_url(report)).content.decode()
    assert "550 no such user" in page and "<textarea" in page
    report.refresh_from_db()
    again = send(report, tram)
    assert (again.message_id, again.attempts, again.error) == (report.message_id, 0, "")
    ClientReport.objects.filter(pk=report.pk).update(status="failed")
    other = send(again, make.contact(book.alpha, email="minh@client.example"))
    assert other.message_id != report.message_id


@pytest.mark.django_db
def test_a_former_lead_reads_and_changes_nothing(book, as_user, report):
    book.alpha.assignments.update(ended_at="2026-11-01T00:00:00Z", read_until="2099-01-01")
    browser = as_user(book.lan)
    page = browser.get(page_url(report)).content.decode()
    assert "Thank you." in page and "<textarea" not in page
    assert "New report" not in browser.get(f"/clients/{book.alpha.pk}/reports/").content.decode()
    assert browser.post(page_url(report), LINES | {"version": 1}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("htmx", [True, False])
def test_the_panel_lists_reports_with_their_state(book, as_user, report, tram, htmx):
    send(report, tram)
    tasks.send_reports()
    page = as_user(book.lan, htmx=htmx).get(f"/clients/{book.alpha.pk}/reports/").content.decode()
    assert "Oct 1, 2026" in page and "Sent" in page and "Trâm" in page
    assert ("<html" in page) is not htmx
    empty = as_user(book.olga, htmx=htmx).get(f"/clients/{book.omega.pk}/reports/").content.decode()
    assert "No report yet" in empty


@pytest.mark.django_db
def test_the_panel_takes_the_same_queries_at_2_and_at_20(book, as_user, django_assert_num_queries, tram):
    browser = as_user(book.lan, htmx=True)
    for count in (2, 18):
        for _ in range(count):
            scene.report(book.alpha, created_by=book.lan, contact=tram)
        with django_assert_num_queries(4):
            browser.get(f"/clients/{book.alpha.pk}/reports/")


@pytest.mark.django_db
def test_what_is_typed_is_shown_as_text(book, as_user, report):
    save_report(report=report, version=1, content={"words": ['<b>"x"</b>']})
    page = as_user(book.lan).get(page_url(report)).content.decode()
    assert "&lt;b&gt;" in page and "<b>" not in page.replace("<body", "").replace("<button", "")
