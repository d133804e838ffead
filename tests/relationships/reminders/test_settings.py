"""How one is reminded, and doing without a kind of mail from its foot."""

import datetime

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Role
from relationships.followups.unsubscribe import read_token, token
from relationships.models import MailKind, ReminderSettings
from relationships.services.reminder_settings import mute_mails, save_settings, settings_of

URL = "/reminders/settings/"
USUAL = {
    "daily": "on",
    "digest_at": "09:30",
    "instant": "on",
    "quiet_from": "18:00",
    "quiet_until": "07:00",
    "time_zone": "Europe/Berlin",
    "calendar": "DE",
}


def test_settings_are_saved_for_oneself(book, as_user):
    answer = as_user(book.lan).post(URL, USUAL)
    assert answer.status_code == 302
    chosen = settings_of(book.lan)
    assert (chosen.digest_at, chosen.quiet_from, chosen.muted) == (
        datetime.time(9, 30),
        datetime.time(18),
        [],
    )
    book.lan.refresh_from_db()
    assert (book.lan.time_zone, book.lan.calendar) == ("Europe/Berlin", "DE")
    assert ReminderSettings.objects.count() == 1


def test_daily_mail_in_the_quiet_hours_is_refused_at_its_field(book, as_user):
    answer = as_user(book.lan).post(URL, USUAL | {"digest_at": "06:00"})
    assert answer.status_code == 422 and "from 07:00 to 18:00" in answer.text
    assert not ReminderSettings.objects.exists()
    with pytest.raises(ValueError, match="quiet hours"):
        save_settings(
            user=book.lan,
            digest_at=datetime.time(19),
            quiet_from=datetime.time(19),
            quiet_until=datetime.time(8),
            mails=[],
            offered=[],
            time_zone="Asia/Ho_Chi_Minh",
            calendar="VN",
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("calendar", "QQ"), ("digest_at", "25:00"), ("quiet_from", "")],
)
def test_wrong_values_are_refused(book, as_user, field, value):
    assert as_user(book.lan).post(URL, USUAL | {field: value}).status_code == 422


def test_page_says_when_the_next_daily_mail_comes(book, as_user):
    with time_machine.travel("2026-11-21T03:00Z", tick=False):  # a Saturday in Ho Chi Minh City
        assert "Monday, November 23, 08:00" in as_user(book.lan).get(URL).text
        mute_mails(user=book.lan, kind=MailKind.DIGEST)
        assert "No daily mail comes" in as_user(book.lan).get(URL).text


def test_weekly_mail_is_offered_to_who_answers_for_others(book, as_user):
    assert 'name="weekly"' not in as_user(book.lan).get(URL).text
    mute_mails(user=book.lan, kind=MailKind.WEEKLY)
    as_user(book.lan).post(URL, USUAL)
    assert settings_of(book.lan).muted == [MailKind.WEEKLY], "what was not asked stays as it was"
    assert 'name="weekly"' in as_user(book.senior).get(URL).text
    as_user(book.senior).post(URL, USUAL)
    assert settings_of(book.senior).muted == [MailKind.WEEKLY]


def test_countries_and_zones_have_names_in_the_readers_language(book, as_user):
    book.lan.language = "vi"
    book.lan.save()
    text = as_user(book.lan).get(URL).text
    assert text.index(">Việt Nam<") < text.index(">Nhật Bản<") and "Đức – Berlin" in text


def test_an_unusual_zone_stays_to_be_chosen(book, as_user):
    book.lan.time_zone = "US/Pacific"
    book.lan.save()
    assert '<option value="US/Pacific" selected>' in as_user(book.lan).get(URL).text


# --- From a mail's foot ------------------------------------------------------------------------------------------


def address(user, kind=MailKind.DIGEST):
    return f"/reminders/mail/{token(user, kind)}/"


def test_looking_asks_and_changes_nothing(book):
    answer = Browser().get(address(book.lan))
    assert (
        answer.status_code == 200
        and "Do without this mail?" in answer.text
        and "lan@example.com" in answer.text
    )
    assert not ReminderSettings.objects.exists()


def test_one_click_of_a_mail_program_mutes_the_kind(book):
    """RFC 8058: no session, no cookie, no CSRF token."""
    browser = Browser(enforce_csrf_checks=True)
    for _click in range(2):
        answer = browser.post(address(book.lan), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and not answer.cookies
    assert settings_of(book.lan).muted == [MailKind.DIGEST]


def test_undo_brings_the_kind_back_and_leaves_the_others(book):
    for kind in (MailKind.DIGEST, MailKind.INSTANT):
        Browser().post(address(book.lan, kind))
    answer = Browser().post(address(book.lan), {"undo": "1"})
    assert "comes again" in answer.text and settings_of(book.lan).muted == [MailKind.INSTANT]


def test_page_is_in_the_readers_language_whoever_opens_it(book):
    book.lan.language = "vi"
    book.lan.save()
    assert '<html lang="vi"' in Browser().get(address(book.lan)).text


def test_addresses_that_are_not_ours_are_404(book):
    good = token(book.lan, MailKind.DIGEST)
    for wrong in ("x", good[:-1], f"{good}x", good.replace(good[:3], "abc", 1)):
        assert Browser().get(f"/reminders/mail/{wrong}/").status_code == 404
        assert Browser().post(f"/reminders/mail/{wrong}/").status_code == 404
    book.lan.is_active = False
    book.lan.save()
    assert Browser().post(address(book.lan)).status_code == 404
    assert not ReminderSettings.objects.exists()


def test_tokens_say_who_and_which(book):
    assert read_token(token(book.lan, MailKind.WEEKLY)) == (book.lan, MailKind.WEEKLY)
    assert book.lan.role == Role.ACCOUNT_MANAGER
