"""The statement of account for a client: what is open on a day, in the client's language.

It goes to the client, so it is made of named columns only: no note, no reason of ours can be in it.
"""

from decimal import Decimal

from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.templatetags.tend import country, digits, number
from accounts.templatetags.tend import day as written_day
from accounts.web.pdf import render_pdf
from clients.ageing import open_on
from clients.filters import house_today
from clients.models import InvoiceKind, PromiseStatus
from clients.querysets.receivables import AGEING

TEMPLATE = "statement.typ"


def render_statement(client, day, *, language):
    """The PDF (bytes) of what `client` owed at the end of `day`, in `language`. Three queries."""
    with translation.override(language):
        data = statement_data(client, day)
    return render_pdf(TEMPLATE, data, language=language)


def statement_data(client, day):
    """Every word and figure of the statement, as the reader shall see them; in the language that is active."""
    invoices = list(_open_invoices(client, day))
    credits = list(_credits_not_applied(client, day))
    currencies = sorted({row.currency for row in [*invoices, *credits]})
    return {
        "title": _("Statement of account"),
        "client": client.name,
        "facts": _facts(client, day),
        "labels": _labels(),
        "groups": [_group(currency, invoices, credits) for currency in currencies],
        "nothing": "" if invoices else _("No invoice is open on this day."),
        "promises": [_promise(promise) for promise in _promises(client, day)],
    }


def _open_invoices(client, day):
    """Of today what every page says is outstanding; of a past day what the payments up to then leave."""
    if day >= house_today():
        rows = client.invoices.open().with_age(day).annotate(owed=F("outstanding"))
    else:
        rows = open_on(client.invoices, day)
    return rows.order_by(F("due_on").asc(nulls_last=True), "issued_on", "pk")


def _credits_not_applied(client, day):
    stood = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=day)
    rows = client.invoices.filter(
        stood, kind=InvoiceKind.CREDIT_NOTE, credits__isnull=True, issued_on__lte=day
    )
    return rows.order_by("issued_on", "pk")


def _promises(client, day):
    standing = Q(status=PromiseStatus.OPEN) | Q(status=PromiseStatus.BROKEN, settled_on__isnull=True)
    rows = client.payment_promises.filter(standing, promised_on__lte=day)
    return rows.select_related("invoice").order_by("promised_for", "pk")


def _facts(client, day):
    facts = [(_("Client"), client.name), (_("As of"), written_day(day))]
    place = ", ".join(filter(None, [client.city, country(client.country)]))
    facts += [(_("Tax code"), client.tax_code), (_("Place"), place)]
    return [list(fact) for fact in facts if fact[1]]


def _labels():
    return {
        "invoices": [
            _("Number"),
            _("Issued"),
            _("Due"),
            _("Amount"),
            _("Paid or credited"),
            _("Outstanding"),
            _("Days late"),
        ],
        "ageing": [_("Not due"), _("1–30 days late"), _("31–60 days late"), _("61–90 days late")]
        + [_("90+ days late"), _("Outstanding")],
        "credits": [_("Number"), _("Issued"), _("Amount")],
        "promises": [_("Promised on"), _("To be paid by"), _("Invoice"), _("Amount"), _("Status")],
        "open_invoices": _("Open invoices"),
        "by_age": _("By days late"),
        "credits_title": _("Credits not applied"),
        "balance": _("Balance"),
        "promises_title": _("Promised payments"),
    }


def _group(currency, invoices, credits):
    """Everything in one currency: the invoices, the ageing, the credits, and what remains."""
    rows = [row for row in invoices if row.currency == currency]
    credits = [row for row in credits if row.currency == currency]
    owed = sum((row.owed for row in rows), Decimal(0))
    credited = -sum((row.amount for row in credits), Decimal(0))
    ages = [sum((row.owed for row in rows if row.bucket == name), Decimal(0)) for name, _low, _high in AGEING]
    return {
        "currency": currency,
        "invoices": [_invoice(row) for row in rows],
        "ageing": [digits(amount, currency) for amount in [*ages, owed]],
        "credits": [
            [row.number, written_day(row.issued_on), digits(-row.amount, currency)] for row in credits
        ],
        "balance": f"{digits(owed - credited, currency)} {currency}",
    }


def _invoice(row):
    late = "" if row.days_late is None or row.days_late <= 0 else number(row.days_late)
    mark = _("disputed") if row.is_disputed else ""
    amounts = [row.amount, row.amount - row.owed, row.owed]
    return {
        "cells": [row.number, written_day(row.issued_on), written_day(row.due_on) or "–"]
        + [digits(amount, row.currency) for amount in amounts]
        + [late],
        "mark": mark,
    }


def _promise(promise):
    status = _("not kept") if promise.status == PromiseStatus.BROKEN else _("open")
    amount = f"{digits(promise.amount, promise.currency)} {promise.currency}"
    invoice = promise.invoice.number if promise.invoice else ""
    return [written_day(promise.promised_on), written_day(promise.promised_for), invoice, amount, status]
