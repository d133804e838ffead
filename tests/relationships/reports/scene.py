"""A client with something to tell in every section of a report for October 2026."""

import datetime
import io
from zoneinfo import ZoneInfo

import pypdf
from django.conf import settings

from clients.models import Commitment, Intake, IssueClock
from relationships.models import ClientReport
from relationships.reports.queries import Period
from tests import factories as make

OCTOBER = Period(datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
ZONE = ZoneInfo(settings.TIME_ZONE)


def on(day, hour=9, month=10):
    return datetime.datetime(2026, month, day, hour, tzinfo=ZONE)


def tell_october(client, author=None):
    """Rows inside and outside of the period. Returns the contact that was met."""
    trang = make.contact(client, "Trâm Phạm", email="tram@client.example")
    minh = make.contact(client, "Anh Minh")
    machine = make.product("MX", name="Máy in MX-5")
    contract = make.contract(
        client, number="HD-7", title="Bảo trì 2027", starts_on=datetime.date(2026, 10, 15), ends_in=300
    )
    for title, due, done, accepted in (
        ("Lắp đặt máy A", 5, 5, 7),
        ("Đào tạo vận hành", 20, 19, None),
        ("Bàn giao tài liệu", 28, None, None),
    ):
        _milestone(contract, title, due, done, accepted)
    _milestone(contract, "Kiểm tra định kỳ", 12, None, None, month=12)
    make.won_deal(client, amount=5, on=datetime.date(2026, 10, 21), product_row=machine)
    make.won_deal(client, amount=5, on=datetime.date(2026, 9, 21))
    _touch(client, author, 8, "meeting", [trang, minh])
    _touch(client, author, 9, "call", [trang])
    _touch(client, author, 22, "visit", [])
    _touch(client, author, 23, "meeting", [trang], reached=False)
    _touch(client, author, 2, "meeting", [trang], month=11)
    _issue(client, "Máy in kẹt giấy", on(12, 8), on(13, 10), satisfaction=4)
    make.issue(client, title="Chậm giao mực", opened_at=on(29))
    Commitment.objects.create(
        client=client, text="Gửi báo giá giấy in", due_on=datetime.date(2026, 11, 30), created_by=author
    )
    Intake.objects.create(
        client=client,
        sold_by="Sales",
        handed_over_on=datetime.date(2026, 10, 1),
        kick_off_by=datetime.date(2026, 11, 25),
    )
    return trang


def _milestone(contract, title, due, done, accepted, month=10):
    row = make.milestone(contract, title=title)
    row.due_on = datetime.date(2026, month, due)
    row.done_on = done and datetime.date(2026, month, done)
    row.accepted_on = accepted and datetime.date(2026, month, accepted)
    row.save()
    return row


def _touch(client, author, day, kind, contacts, *, month=10, **fields):
    row = make.interaction(client, kind=kind, author=author, contacts=contacts, **fields)
    row.occurred_on, row.occurred_at = datetime.date(2026, month, day), on(day, month=month)
    row.save()


def _issue(client, title, opened, resolved, **fields):
    row = make.issue(client, title=title, opened_at=opened, status="resolved", resolved_at=resolved, **fields)
    IssueClock.objects.filter(issue=row).update(stopped_at=resolved, stopped_for="resolved")
    return row


def report(client, *, content=None, language="en", **fields):
    content = {"words": ["Thank you."], "next": ["Next visit by Dec 1"]} if content is None else content
    return ClientReport.objects.create(
        client=client,
        period_from=OCTOBER.first,
        period_to=OCTOBER.last,
        language=language,
        content=content,
        **fields,
    )


def text_of(pdf):
    """The text of a PDF, and how many pages it has."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages), len(pages)
