"""What allauth sends and says, in our words and in the reader's language."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests import factories
from tests.guards import texts


@pytest.fixture
def lan(db):
    return factories.user("Lan Nguyễn", language="vi")


def test_password_mail_speaks_the_language_of_its_reader(client, lan):
    client.post(reverse("account_reset_password"), {"email": lan.email}, HTTP_ACCEPT_LANGUAGE="en")
    (message,) = mail.outbox
    assert message.subject == "Tend: đặt mật khẩu mới"
    assert message.body.startswith("Chào Lan,")
    assert re.search(r"http://testserver/accounts/password/reset/key/\S+/\n", message.body)
    assert texts.pieces(f"{message.subject}\n{message.body}") & texts.english() == set()


def test_password_mail_to_somebody_unknown_is_not_sent(client, db):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert response.status_code == 302
    assert mail.outbox == []


def test_log_in_leaves_no_message(client, lan):
    form = {"login": lan.email, "password": factories.PASSWORD}
    response = client.post(reverse("account_login"), form, follow=True)
    assert response.wsgi_request.user == lan
    assert list(response.context["messages"]) == []


def test_wrong_password_is_refused_in_the_language_of_the_browser(client, lan):
    response = client.post(
        reverse("account_login"), {"login": lan.email, "password": "wrong"}, HTTP_ACCEPT_LANGUAGE="vi"
    )
    assert "Email hoặc mật khẩu không đúng." in response.content.decode()
