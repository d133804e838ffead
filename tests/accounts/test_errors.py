"""Errors as a person meets them: each status as a page and a fragment, in both languages, and ways into them."""

import html
import logging
import re
import socket
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import translation

from accounts.web import errors, middleware
from tests import factories as make
from tests.guards.texts import LETTER, visible

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FORM = "application/x-www-form-urlencoded"
OURS = {"Origin": "http://testserver"}
# status, what made it, heading, heading in Vietnamese, what to do next, and in Vietnamese
TABLE = [
    (400, errors.bad_request, "We could not read that", "Không đọc được yêu cầu", "Go back", "quay lại"),
    (403, errors.forbidden, "You may not do this", "Bạn không có quyền", "ask your manager", "hỏi quản lý"),
    (
        404,
        errors.not_found,
        "Nothing here for you",
        "Không có gì ở đây",
        "A handover may have moved it",
        "bàn giao",
    ),
    (405, None, "Nothing to see at this address", "Không có gì", "from the start page", "từ trang đầu"),
    (409, None, "Somebody else changed this", "Có người khác vừa sửa", "repeat your change", "sửa "),
    (413, None, "That is too large", "quá lớn", "Make it smaller", "rút gọn"),
    (422, None, "Something in it does not fit", "chưa hợp lệ", "send it again", "gửi lại"),
    (429, errors.too_many_requests, "Too many tries", "quá nhiều lần", "Wait 1 minute", "Chờ 1 phút"),
    (
        500,
        errors.server_error,
        "Something broke on our side",
        "Hệ thống gặp lỗi",
        "tell your admin this number",
        "quản trị",
    ),
    (503, errors.unavailable, "Back in a moment", "Sẽ trở lại ngay", "Try again in a minute", "thử lại"),
    (401, errors.session_ended, "Your session has ended", "Phiên làm việc", "Log in", "Đăng nhập"),
    (403, errors.csrf_failure, "This page was open for too long", "mở quá lâu", "once more", "một lần nữa"),
]


class Reader:
    """Somebody who is logged in, known without a query."""

    is_authenticated, pk = True, 1


def text_of(response):
    return html.unescape(response.content.decode())


def refused(make_answer, status, *, fragment, method="post"):
    """The answer as a handler gives it, to a form with something typed in it."""
    request = getattr(RequestFactory(), method)(
        "/clients/1/log/", {"summary": "Gọi lại thứ Hai"}, headers=OURS | (HTMX if fragment else {})
    )
    request.user = Reader()
    return make_answer(request) if make_answer else errors.answer(request, status)


# No fixture of the database: whatever asks it fails.
@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {row[2]}" for row in TABLE])
def test_error_says_what_happened_and_what_to_do_next(row, fragment):
    status, make_answer, heading, heading_vi, next_step, next_step_vi = row
    for language, first, then in [("en", heading, next_step), ("vi", heading_vi, next_step_vi)]:
        with translation.override(language):
            answer = refused(make_answer, status, fragment=fragment)
        text = text_of(answer)
        assert answer.status_code == status and answer["Cache-Control"] == "no-store"
        assert first in re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)[1]
        assert then in text
        assert (f'<html lang="{language}"' in text) is not fragment
        assert answer.get("HX-Retarget") == ("#notice" if fragment else None)
        assert ("data-close" in text) is fragment  # back to what is open below


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {row[2]}" for row in TABLE])
def test_error_in_vietnamese_has_no_english(row, fragment):
    said = {}
    for language in ("en", "vi"):
        with translation.override(language):
            pieces = visible(text_of(refused(row[1], row[0], fragment=fragment)))
        said[language] = {piece.strip() for piece in pieces if LETTER.search(piece)} - {
            "Tend",
            "Gọi lại thứ Hai",
        }
    same = {piece for piece in said["en"] & said["vi"] if not re.fullmatch("[0-9A-F]{8}", piece)}
    assert len(said["vi"]) >= 2 and same == set()


@pytest.mark.parametrize("status, again", [(401, True), (404, False), (413, False), (500, True), (503, True)])
def test_what_may_be_sent_again_offers_it(status, again):
    assert ("data-again" in text_of(refused(None, status, fragment=True))) is again
    assert ("Gọi lại thứ Hai" in text_of(refused(None, status, fragment=False))) is again


# --- What was typed ---------------------------------------------------------------------------------------------


def ended(data, **headers):
    """A form posted after the session had ended."""
    return Browser(headers=OURS | headers).post("/clients/1/log/", data)


def test_form_of_an_ended_session_is_shown_to_be_sent_again(db):
    page = ended(
        {"summary": "Gọi lại <b>thứ Hai</b>", "kind": "call", "old_password": "hush hush", "tags": ["1", "2"]}
    )
    text = page.content.decode()
    assert page.status_code == 401
    assert "Gọi lại &lt;b&gt;thứ Hai&lt;/b&gt;</textarea>" in text
    assert 'action="/clients/1/log/"' in text and 'name="kind" value="call"' in text
    assert text.count('name="tags"') == 2
    assert "hush" not in text


def test_form_from_another_site_is_not_offered_to_be_sent(db):
    page = Browser(headers={"Origin": "https://evil.example"}).post(
        "/clients/1/log/", {"summary": "Not mine"}
    )
    assert page.status_code == 302 and page.url.startswith("/accounts/login/")
    strict = Browser(enforce_csrf_checks=True, headers={"Origin": "https://evil.example"})
    page = strict.post("/clients/1/log/", {"summary": "Not mine"})
    assert page.status_code == 403 and "Not mine" not in page.content.decode()


def test_without_anything_typed_the_log_in_page_comes_at_once(db):
    for answer in (ended({}), Browser().get("/clients/1/")):
        assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=")


def test_file_of_an_ended_session_is_named_and_not_kept(db):
    page = ended({"title": "Signed in May", "file": SimpleUploadedFile("contract.pdf", b"secret words")})
    text = page.content.decode()
    assert "Signed in May" in text and "contract.pdf" in text and "secret words" not in text


def test_htmx_hears_that_the_session_has_ended(db):
    answer = Browser(headers=HTMX).get("/clients/1/")
    assert answer.status_code == 401 and answer["HX-Retarget"] == "#notice"
    assert f'href="{reverse("account_login")}"' in answer.content.decode()


def test_page_of_somebody_else_writes_nothing(book, as_user):
    browser, url = as_user(book.mai, htmx=True), reverse("relationships:log_for_client", args=[book.alpha.pk])
    answer = browser.post(url, {"summary": "Lan's words"}, headers={"X-Page-User": str(book.lan.pk)})
    assert answer.status_code == 401 and "Somebody else" in answer.content.decode()
    answer = as_user(book.lan, htmx=True).get(url, headers={"X-Page-User": str(book.lan.pk)})
    assert answer.status_code == 200


def test_form_with_a_stale_token_comes_back_with_a_fresh_one(book):
    browser = Browser(enforce_csrf_checks=True, headers=OURS)
    browser.force_login(book.lan, backend="accounts.backends.EmailBackend")
    url = reverse("preferences")
    page = browser.post(url, {"language": "vi", "csrfmiddlewaretoken": "x" * 64})
    assert page.status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    assert browser.post(url, {"language": "vi", "csrfmiddlewaretoken": token}).status_code == 302
    book.lan.refresh_from_db()
    assert book.lan.language == "vi"


# --- Real ways into them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language, words", [("en", "Nothing here for you"), ("vi", "Không có gì ở đây")])
def test_errors_speak_the_readers_language(book, as_user, language, words):
    book.lan.language = language
    book.lan.save()
    for htmx in (False, True):
        answer = as_user(book.lan, htmx=htmx).get(
            f"/clients/{book.omega.pk}/", headers={"accept-language": "de"}
        )
        assert answer.status_code == 404 and words in text_of(answer)


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000, DATA_UPLOAD_MAX_NUMBER_FIELDS=10)
@pytest.mark.parametrize(
    "data", [{"summary": "x" * 2000}, {f"field{n}": n for n in range(20)}], ids=["long", "many"]
)
@pytest.mark.parametrize("htmx", [False, True])
def test_body_that_is_too_large_is_413(book, as_user, data, htmx):
    url = reverse("relationships:log_for_client", args=[book.alpha.pk])
    answer = as_user(book.lan, htmx=htmx).post(url, urlencode(data), content_type=FORM)
    assert answer.status_code == 413 and "too large" in answer.content.decode()


def test_too_many_failed_log_ins_say_how_long_to_wait(db):
    user = make.user()
    form = {"login": user.email, "password": "not it"}
    answers = [Browser(REMOTE_ADDR="10.1.2.3").post(reverse("account_login"), form) for _try in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300" and "Wait 5 minutes" in answers[-1].content.decode()


# --- 500 and 503 ------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    """A page that fails, and its log."""

    def fail(user):
        raise LookupError("the reason why")

    monkeypatch.setattr("accounts.views.access.home_page", fail)


@pytest.mark.parametrize("htmx", [False, True])
def test_reference_of_a_500_is_in_the_log_with_the_traceback(book, as_user, broken, caplog, htmx):
    browser = as_user(book.lan, htmx=htmx)
    browser.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/")
    reference = re.search(r'<strong class="num">([0-9A-F]{8})</strong>', answer.content.decode())[1]
    entries = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert answer.status_code == 500 and len(entries) == 1
    entry = logging.Formatter("%(message)s").format(entries[0])
    assert reference in entry and "the reason why" in entry and "Traceback" in entry


def test_500_stands_when_its_own_page_is_broken(book, as_user, broken, monkeypatch):
    browser = as_user(book.lan)
    browser.raise_request_exception = False
    monkeypatch.setattr(errors, "render_to_string", lambda *args: 1 / 0)
    answer = browser.get("/")
    assert answer.status_code == 500 and re.search(r": [0-9A-F]{8}$", answer.content.decode())


@pytest.fixture
def no_database(django_db_blocker, monkeypatch):
    """PostgreSQL cannot be reached: nothing listens at its address."""
    with socket.socket() as unused, django_db_blocker.unblock():
        unused.bind(("127.0.0.1", 0))
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", unused.getsockname()[1])
        yield
        connection.close()


@pytest.mark.parametrize("language, words", [("en", "Back in a moment"), ("vi", "Sẽ trở lại ngay")])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_without_postgresql_every_page_is_back_in_a_moment(no_database, headers, language, words):
    browser = Browser(headers=headers, raise_request_exception=False)
    browser.cookies["tend_session"], browser.cookies["tend_language"] = "known-before", language
    for path in ("/today/", "/clients/1/", "/accounts/login/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "10"), path
        assert words in text_of(answer)
    assert browser.post("/clients/1/log/", {"summary": "Gọi lại thứ Hai"}, headers=OURS).status_code == 503


@pytest.mark.parametrize(
    "cause, away",
    [
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.TooManyConnections(), True),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.LockNotAvailable(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_database_that_is_away_is_called_away(cause, away):
    error = OperationalError()
    error.__cause__ = cause
    assert errors.is_database_away(error) is away
    assert not errors.is_database_away(LookupError())


def test_address_that_only_takes_a_form_says_so_to_who_opens_it(book, as_user):
    answer = as_user(book.lan).get(reverse("preferences"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "It only takes what a form sends" in text_of(answer)
    assert as_user(book.lan).post(reverse("relationships:today")).content == b""


@override_settings(TEND_MAINTENANCE=True)
def test_maintenance_closes_every_page_but_healthz(rf):
    during = middleware.maintenance(lambda request: HttpResponse("open"))
    assert during(rf.get("/today/")).status_code == 503
    assert during(rf.get("/healthz")).content == b"open"


def test_choice_of_language_is_remembered_for_pages_before_the_log_in(book, as_user):
    browser = as_user(book.lan)
    browser.post(reverse("preferences"), {"language": "vi"})
    browser.post(reverse("account_logout"))
    page = browser.get(reverse("account_login"), headers={"accept-language": "en"})
    assert '<html lang="vi"' in page.content.decode()


def test_language_is_chosen_before_the_log_in_as_well(client, db):
    url = reverse("account_login")
    assert 'value="vi"' in client.get(url).content.decode()
    answer = client.post(reverse("set_language"), {"language": "vi", "next": f"{url}?next=/clients/"})
    assert answer.url == f"{url}?next=/clients/"
    assert '<html lang="vi"' in client.get(url, headers={"accept-language": "en"}).content.decode()
