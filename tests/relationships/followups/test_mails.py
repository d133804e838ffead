"""The mails themselves: in the reader's language, with what they need to be believed, muted and found again."""

import re
from dataclasses import replace

import pytest
from django.core import mail

from clients.models import Contact
from relationships.followups import digest, instant
from relationships.followups.letters import read_letters
from relationships.followups.planning import plan_deliveries
from relationships.followups.telling import told
from relationships.followups.unsubscribe import read_token
from relationships.health.refresh import score_clients
from relationships.models import Delivery, DeliveryKind, FollowUp, FollowUpRule, MailKind
from relationships.tasks import deliver_reminders
from tests import factories as make
from tests.guards import texts
from tests.relationships.followups.delivery_scenes import FRIDAY_EIGHT, digests

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def letters_at_eight(friday, *users):
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    return read_letters([user.pk for user in users])


def parts_of(message):
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return message.body, html


def test_daily_mail_is_in_the_readers_language_as_text_and_html(alpha, lan, friday):
    make.follow_up(alpha, lan, reason="Gửi báo giá", due_in=-3)
    [letter] = letters_at_eight(friday, lan)
    text, html = parts_of(digest.compose(letter))
    assert 'lang="vi"' in html and "Chào Lan," in text
    for part in (text, html):
        assert "Alpha Thép Việt" in part and "Gửi báo giá" in part
        assert f"https://tend.example/clients/{alpha.pk}/" in part
        assert "https://tend.example/today/" in part


def test_mails_in_vietnamese_hold_no_english(alpha, lan, friday):
    alpha.segment = "key"
    alpha.save()
    score_clients()
    for rule in FollowUpRule.values:
        make.follow_up(alpha, lan, rule=rule, reason="", due_in=-2)
    [letter] = letters_at_eight(friday, lan)
    facts = {"band": "at_risk", "from": "healthy", "since": "2026-11-19"}
    FollowUp.objects.filter(rule=FollowUpRule.BAND_DROPPED).update(facts=facts)
    fallen = [row for row in letter.rows if row.follow_up.rule == FollowUpRule.BAND_DROPPED]
    for message in (digest.compose(letter), instant.compose(replace(letter, rows=fallen[:1]))):
        text, html = parts_of(message)
        said = texts.pieces("\n".join([message.subject, text, *texts.visible(html)]))
        assert len(said) > 8 and said & texts.english() == set()


def test_markup_in_a_reason_stays_text(alpha, lan, friday):
    make.follow_up(alpha, lan, reason="<b>bold</b> & more")
    [letter] = letters_at_eight(friday, lan)
    text, html = parts_of(digest.compose(letter))
    assert "<b>bold</b> & more" in text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in html


def test_what_is_for_one_client_stands_together_best_first(alpha, lan, friday):
    small = make.client("Small", lead=lan, revenue_12m=1)
    alpha.revenue_12m, alpha.segment = 1000, "key"
    alpha.save()
    make.follow_up(alpha, lan, reason="First")
    make.follow_up(small, lan, reason="Between")
    make.follow_up(alpha, lan, reason="Second", due_in=-2)
    [letter] = letters_at_eight(friday, lan)
    text = digest.compose(letter).body
    assert re.findall("First|Second|Between", text) == ["Second", "First", "Between"]
    assert text.count("Alpha Thép Việt") == 1


def test_headers_say_who_it_is_for_and_how_to_stop_it(alpha, lan, friday):
    make.follow_up(alpha, lan)
    [letter] = letters_at_eight(friday, lan)
    message = digest.compose(letter)
    assert message.recipients() == ["lan@example.com"]
    headers = message.extra_headers
    assert headers["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = re.fullmatch(r"<https://tend\.example/reminders/mail/([^/]+)/>", headers["List-Unsubscribe"])[1]
    assert read_token(token) == (lan, MailKind.DIGEST)
    for part in parts_of(message):
        assert f"https://tend.example/reminders/mail/{token}/" in part
        assert "https://tend.example/reminders/settings/" in part


def test_nothing_is_loaded_from_outside(alpha, lan, friday):
    make.follow_up(alpha, lan)
    [letter] = letters_at_eight(friday, lan)
    html = parts_of(digest.compose(letter))[1]
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import", html)


def test_mail_of_a_key_client_at_risk_says_from_where_it_fell_and_can_be_stopped_by_itself(
    alpha, lan, friday
):
    lan.language = "en"
    lan.save()
    alpha.segment = "key"
    alpha.name = "Alpha\nSteel"
    alpha.save()
    facts = {"band": "at_risk", "from": "healthy", "since": "2026-11-19"}
    make.follow_up(alpha, lan, rule=FollowUpRule.BAND_DROPPED, reason="", facts=facts)
    [letter] = letters_at_eight(friday, lan)
    message = instant.compose(letter)
    assert message.subject == "Tend: key client at risk, Alpha Steel"
    for part in parts_of(message):
        assert "Healthy → At risk" in part and f"https://tend.example/clients/{alpha.pk}/" in part
    token = message.extra_headers["List-Unsubscribe"].split("/")[-2]
    assert read_token(token) == (lan, MailKind.INSTANT)


def test_long_day_is_cut_and_the_rest_counted(alpha, lan, friday):
    lan.language = "en"
    lan.save()
    for number in range(digest.MOST_LISTED + 3):
        make.follow_up(alpha, lan, reason=f"Step {number}")
    [letter] = letters_at_eight(friday, lan)
    message = digest.compose(letter)
    assert message.body.count("* Step") == digest.MOST_LISTED
    assert "and 3 more." in message.body
    assert message.subject == f"Tend: {digest.MOST_LISTED + 3} follow-ups are due"


def test_nothing_ever_goes_to_the_address_of_a_contact(alpha, lan, friday):
    Contact.objects.create(client=alpha, name="Trâm", email="LAN@example.com")
    mai = make.user(email="mai@example.com")
    make.follow_up(alpha, lan)
    make.follow_up(make.client(lead=mai), mai, reason="Write to tram@client.example")
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    deliver_reminders()
    assert [message.recipients() for message in mail.outbox] == [["mai@example.com"]]
    row = digests(user=lan).get()
    assert row.status == "failed"
    assert row.error.startswith("NotToClients: lan@example.com is also the address of contact")


@pytest.mark.parametrize("kind", DeliveryKind.values)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_kind_is_told_without_a_query_even_without_its_facts(
    kind, language, alpha, lan, django_assert_num_queries
):
    follow_up = make.follow_up(alpha, lan)
    about = {} if kind in ("cover", "returned", "weekly") else {"follow_up": follow_up, "client": alpha}
    row = Delivery(kind=kind, key="1", user=lan, channel="in_app", due_on=follow_up.due_on, facts={}, **about)
    with django_assert_num_queries(0):
        said = told(row)
    assert said.title and said.url.startswith("/") and said.icon


def test_letters_of_many_people_take_as_many_queries_as_those_of_few(friday, django_assert_max_num_queries):
    people = [make.user(email=f"a{number}@example.com") for number in range(12)]
    for user in people:
        make.follow_up(make.client(lead=user), user)
    plan_deliveries()
    friday.move_to(FRIDAY_EIGHT)
    with django_assert_max_num_queries(10):
        assert len(read_letters([user.pk for user in people])) == 12
