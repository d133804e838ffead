"""The bytes of a mail, put together from its texts.

The email package takes 2 ms over each mail, as long as reading and writing it together, for what mails to people here
never have: attachments, many addresses, any order of parts. These are a text and its HTML twin.
"""

import base64
from email.header import Header
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers
from django.utils.timezone import now

MOST_IN_LINE = 998  # bytes, RFC 5321; a longer line needs another encoding


class Mail(EmailMultiAlternatives):
    """A mail with a text and one alternative, the same in HTML. `extra_headers` has its Message-ID, in ASCII."""

    def message(self):
        return _Encoded(self._headers(), self.body, self.alternatives[0].content)

    def _headers(self):
        given = {
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Date": format_datetime(now()),
            **self.extra_headers,
        }
        return [_header(name, value) for name, value in given.items()]


class _Encoded:
    """What mail backends ask of a message: its bytes."""

    def __init__(self, headers, text, html):
        self.headers, self.text, self.html = headers, text, html

    def get_charset(self):
        return None  # that of the parts

    def as_bytes(self, linesep="\n"):
        boundary = "=_" + dict(self.headers)["Message-ID"].strip("<>").partition("@")[0]
        kind = ("Content-Type", f'multipart/alternative; boundary="{boundary}"')
        lines = [f"{name}: {value}" for name, value in (*self.headers, ("MIME-Version", "1.0"), kind)]
        parts = (("plain", self.text.encode()), ("html", _squeezed(self.html)))
        head, end = "\n".join(lines).encode("ascii") + b"\n", f"\n--{boundary}--\n".encode("ascii")
        whole = b"".join([head, *(_part(boundary, *part) for part in parts), end])
        return whole.replace(b"\n", linesep.encode("ascii")) if linesep != "\n" else whole


def _header(name, value):
    """Checked against line breaks; encoded where it is not ASCII, in lines that leave room for the name."""
    name, checked = forbid_multi_line_headers(name, value, "utf-8")
    return name, Header(value, "utf-8", header_name=name).encode() if name == "Subject" else checked


def _squeezed(html):
    """HTML without indentation, in lines that end with a row of a table: half the bytes, a sixth of the lines."""
    return b" ".join(html.encode().split()).replace(b"> <td", b">\n<td").replace(b"</tr> ", b"</tr>\n")


def _part(boundary, kind, content):
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    encoding = "7bit" if content.isascii() else "8bit"
    if max(map(len, content.split(b"\n"))) > MOST_IN_LINE:
        content, encoding = base64.encodebytes(content), "base64"
    head = f'\n--{boundary}\nContent-Type: text/{kind}; charset="utf-8"\nContent-Transfer-Encoding: {encoding}\n\n'
    return head.encode("ascii") + content
