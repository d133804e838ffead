"""The demo's notes: what colleagues tell each other about key and major clients, some pinned, some for somebody."""

import datetime
import random
import uuid

import pgtrigger
from django.utils import timezone

from accounts.models import Segment
from relationships.models import Note
from relationships.services.notes import add_note

from .stories import EN, VI

SEED = 2_028
# {} is the senior or colleague who is to know. The first of each language is pinned.
TEXTS = {
    VI: [
        "Hóa đơn phải gửi trước ngày 25, sau đó họ khóa sổ. Luôn kèm bản scan có dấu.",
        "@{} khách hỏi ai sẽ thay khi em nghỉ phép, anh chị cho em xin ý kiến nhé.",
        "Phòng mua hàng đổi người từ tháng sau, hẹn gặp người mới sớm.",
    ],
    EN: [
        "Invoices have to be with them by the 25th, then they close their books. Always with the order number.",
        "@{} they asked who stands in while I am away. What shall I tell them?",
        "Procurement changes hands next month: meet the new person early.",
    ],
}


def create_notes(firms, users, today):
    """Writes the notes of the clients that somebody leads, as of the last weeks before `today`; returns how many."""
    rng, written = random.Random(SEED), []  # of its own, so that the rest of the book stays as it was
    for firm in firms:
        if firm.lead is None or firm.profile == "lost" or firm.segment == Segment.STANDARD:
            continue
        texts = TEXTS[VI if firm.is_vietnamese else EN]
        for text in texts if firm.segment == Segment.KEY else rng.sample(texts, 1):
            note = _write(firm, users[firm.lead], text, pinned=text == texts[0], rng=rng)
            if note:
                written.append(note)
    with pgtrigger.ignore():  # nobody edited anything
        for note in written:
            note.created_at = _moment(today, rng)
        Note.objects.bulk_update(written, ["created_at"])
    return len(written)


def _write(firm, author, text, *, pinned, rng):
    """The note; None where it is for a senior and the author has none above them."""
    senior = author.team.lead if author.team else None
    if "{}" in text:
        if senior is None or senior == author:
            return None
        text = text.format(senior.name)
    key = uuid.UUID(int=rng.getrandbits(128), version=4)
    note, _told = add_note(client=firm.row, text=text, by=author, pinned=pinned, idempotency_key=key)
    return note


def _moment(today, rng):
    day = today - datetime.timedelta(days=rng.randint(1, 21))
    return timezone.make_aware(
        datetime.datetime.combine(day, datetime.time(rng.randint(8, 17), rng.randint(0, 59)))
    )
