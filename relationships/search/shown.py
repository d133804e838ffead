"""How rows and commands are shown in a search: one line each, in the reader's language. No query."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Segment
from accounts.templatetags.tend import ago, day, money, short_day
from clients.models import ClientStatus, ContactRole
from clients.models.contract import ContractState
from clients.models.receivable import InvoiceKind, InvoiceState

from .words import plain

LETTERS_BEFORE, LETTERS_SHOWN = 30, 120
ROUTES = {
    "client": "relationships:client_page",
    "contact": "relationships:contact_page",
    "contract": "clients:contract_page",
    "invoice": "clients:invoice_page",
    "note": "relationships:note",
}
ICONS = {
    "client": "building-2",
    "contact": "user-round",
    "contract": "file-text",
    "invoice": "receipt-text",
    "note": "sticky-note",
}


@dataclass(frozen=True)
class Hit:
    """One line. `sub` stands below the title, `side` at its end; `facts` of a client hold its health.

    `in_sheet`: its address is a form that opens over the page. `fill` is put into the search and opens nothing.
    """

    kind: str
    title: str
    url: str
    icon: str
    sub: str = ""
    side: str = ""
    facts: dict | None = None
    in_sheet: bool = False
    fill: str = ""


def label_of(kind):
    """The heading of a group."""
    return {
        "client": _("Clients"),
        "contact": _("Contacts"),
        "contract": _("Contracts"),
        "invoice": _("Invoices"),
        "note": _("Notes"),
    }[kind]


def hit_of_command(command):
    return Hit(
        kind="command",
        title=command.label,
        url=command.url,
        icon=command.icon,
        sub=command.of,
        in_sheet=command.in_sheet,
        fill=command.fill,
    )


def hit_of_row(row, words):
    """The line of a `queries.Found`; of a note the part around the first of `words`."""
    said = _WORDS[row.kind](row, words)
    return Hit(kind=row.kind, url=reverse(ROUTES[row.kind], args=[row.pk]), icon=ICONS[row.kind], **said)


def _client(row, words):
    facts = row.facts
    state = ClientStatus.LOST.label if facts["status"] == ClientStatus.LOST else ""
    return {
        "title": row.title,
        "sub": _joined(state, Segment(facts["segment"]).label, facts["city"]),
        "facts": facts,
    }


def _contact(row, words):
    facts = row.facts
    left = _("left") if facts["left_on"] else ""
    role = facts["job"] or (ContactRole(facts["role"]).label if facts["role"] else "")
    return {"title": row.title, "sub": _joined(row.of, role, left)}


def _contract(row, words):
    facts = row.facts
    state = ContractState(facts["state"])
    ends = _("runs to %(day)s") % {"day": day(_day(facts["ends_on"]))} if facts["ends_on"] else ""
    return {
        "title": _joined(row.title, facts["title"]),
        "sub": _joined(row.of, "" if state == ContractState.SIGNED else state.label, ends),
        "side": money(Decimal(facts["value"]), facts["currency"]),
    }


def _invoice(row, words):
    facts = row.facts
    left = Decimal(facts["outstanding"])
    kind = InvoiceKind.CREDIT_NOTE.label if facts["kind"] == InvoiceKind.CREDIT_NOTE else ""
    if facts["state"] == InvoiceState.CANCELLED:
        state = InvoiceState.CANCELLED.label
    elif left and facts["due_on"]:
        state = _("due %(day)s") % {"day": short_day(_day(facts["due_on"]))}
    elif left:
        state = pgettext("invoice", "open")
    else:
        state = ""
    return {
        "title": row.title,
        "sub": _joined(row.of, kind, state),
        "side": money(Decimal(facts["amount"]), facts["currency"]),
    }


def _note(row, words):
    facts = row.facts
    written = ago(parse_datetime(facts["at"]))
    return {"title": excerpt(row.title, words), "sub": _joined(row.of, facts["author"], written)}


_WORDS = {
    "client": _client,
    "contact": _contact,
    "contract": _contract,
    "invoice": _invoice,
    "note": _note,
}


def excerpt(text, words):
    """One line of `text` around the first of `words` that stands in it, cut at both ends where it is longer."""
    line = " ".join(text.split())
    folded = plain(line)
    places = [folded.find(plain(word)) for word in words] if len(folded) == len(line) else []
    first = min((place for place in places if place >= 0), default=0)
    if first > LETTERS_BEFORE:
        line = f"…{line[line.rfind(' ', 0, first - LETTERS_BEFORE // 2) + 1 :]}"
    return line if len(line) <= LETTERS_SHOWN else f"{line[: LETTERS_SHOWN - 1]}…"


def _joined(*parts):
    return " · ".join(str(part) for part in parts if part)


def _day(text):
    return datetime.date.fromisoformat(text)
