"""The bytes of a mail are read back as what was written, by the email package."""

import email
from email.policy import default

import pytest
from django.core.mail import BadHeaderError

from relationships.followups.encoding import MOST_IN_LINE, Mail

MESSAGE_ID = "<73b60e9b-8668-4821-a98d-d3a962307def@localhost>"


def mail(subject="Tend: 1 việc", text="Chào Lan\r\n.\n", html="<p>\n  Chào\u00a0Lan</p>"):
    written = Mail(subject, text, "Tend Việt <tend@localhost>", ["lan@example.com"])
    written.extra_headers = {"Message-ID": MESSAGE_ID}
    written.attach_alternative(html, "text/html")
    return written


def read(written):
    data = written.message().as_bytes(linesep="\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= MOST_IN_LINE
    return email.message_from_bytes(data, policy=default)


def test_mail_reads_back_as_it_was_written():
    found = read(mail())
    text, html = [part.get_content() for part in found.iter_parts()]
    assert (found["Subject"], found["To"], found["Message-ID"]) == (
        "Tend: 1 việc",
        "lan@example.com",
        MESSAGE_ID,
    )
    assert found["From"].addresses[0].display_name == "Tend Việt"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert text.splitlines() == ["Chào Lan", "."]
    assert html.strip() == "<p> Chào\u00a0Lan</p>" and not found.defects


def test_long_subject_and_long_lines_stay_within_the_limits():
    subject, text = "Khách hàng " * 30, "việc " * 400
    found = read(mail(subject.strip(), text))
    assert found["Subject"] == subject.strip()
    assert next(found.iter_parts()).get_content().strip() == text.strip()


def test_line_break_in_a_header_is_refused():
    with pytest.raises(BadHeaderError):
        mail("Tend\nBcc: tram@client.example").message()
