"""What must agree before an invoice, a credit note or a payment is written. Each rule raises Refused."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.templatetags.tend import day as written_day
from accounts.templatetags.tend import money
from clients.currencies import is_known_currency
from clients.filters import house_today
from clients.models import InvoiceKind, InvoiceState

from .delivery import due_after
from .refusals import Refused


def in_agreement(values):
    """`values` with the contract of the milestone, and its due day where the acceptance has been."""
    milestone = values.get("milestone")
    if milestone is None:
        return values
    contract = values.get("contract") or milestone.contract
    if contract.pk != milestone.contract_id:
        raise Refused(_("This milestone belongs to another contract."), "milestone")
    values = values | {"contract": contract}
    accepted = due_after(milestone)
    if values["due_on"] is None and accepted is not None:
        values["due_on"] = max(accepted, values["issued_on"])
    return values


def check_amounts(amount, tax):
    if amount <= 0:
        raise Refused(_("The amount must be above zero."), "amount")
    if not 0 <= tax <= amount:
        raise Refused(_("The tax is part of the amount and cannot be more than it."), "tax")


def check_days(issued_on, due_on):
    if issued_on > house_today():
        raise Refused(_("This day has not come yet."), "issued_on")
    if due_on is not None and due_on < issued_on:
        raise Refused(_("An invoice falls due on the day it is issued or later."), "due_on")


def check_currency(currency):
    if not is_known_currency(currency):
        raise Refused(_("There is no currency %(code)s.") % {"code": currency}, "currency")


def check_payable(invoice):
    if invoice.kind != InvoiceKind.INVOICE:
        raise Refused(_("A credit note is not paid."))
    if invoice.state == InvoiceState.CANCELLED:
        raise Refused(_("This invoice is cancelled."))
    if not invoice.payments_known:
        raise Refused(_("The payments of this invoice are not kept here: it came from a file without them."))


def check_payment(invoice, amount, received_on):
    if amount <= 0:
        raise Refused(_("The amount must be above zero."), "amount")
    if amount > invoice.outstanding:
        raise more_than_left(invoice)
    if received_on > house_today():
        raise Refused(_("This day has not come yet."), "received_on")
    if received_on < invoice.issued_on:
        text = _("The invoice was issued on %(day)s. A payment cannot be before it.")
        raise Refused(text % {"day": written_day(invoice.issued_on)}, "received_on")


def _left(invoice):
    return invoice.amount - invoice.paid - invoice.credited


def more_than_left(invoice):
    left = _left(invoice)
    if left <= Decimal(0):
        return Refused(_("Nothing of this invoice is outstanding any more."), "amount")
    text = _("Only %(amount)s of this invoice is outstanding.")
    return Refused(text % {"amount": money(left, invoice.currency)}, "amount")


def check_credit(invoice, values):
    if invoice.kind != InvoiceKind.INVOICE or invoice.state == InvoiceState.CANCELLED:
        raise Refused(_("A credit note is written for an invoice that stands."))
    if values["currency"] != invoice.currency:
        text = _("The invoice is in %(currency)s, and so is its credit note.")
        raise Refused(text % {"currency": invoice.currency}, "currency")
    if values["issued_on"] < invoice.issued_on:
        text = _("The invoice was issued on %(day)s. A credit note cannot be before it.")
        raise Refused(text % {"day": written_day(invoice.issued_on)}, "issued_on")
    if values["amount"] > _left(invoice):
        raise more_than_left(invoice)


def check_edit(saved, changes):
    """An edit must agree with the payments and credit notes there are. Two queries where the day changes."""
    if saved.kind != InvoiceKind.INVOICE or saved.state == InvoiceState.CANCELLED:
        raise Refused(_("Only an invoice that stands can be edited."))
    values = {
        name: changes.get(name, getattr(saved, name)) for name in ("amount", "tax", "issued_on", "due_on")
    }
    check_amounts(values["amount"], values["tax"])
    check_days(values["issued_on"], values["due_on"])
    check_currency(changes.get("currency", saved.currency))
    used = saved.paid + saved.credited
    if used and changes.get("currency", saved.currency) != saved.currency:
        raise Refused(_("The currency stays, because there are payments or credit notes in it."), "currency")
    if values["amount"] < used:
        text = _("%(amount)s of it is paid or credited already.")
        raise Refused(text % {"amount": money(used, saved.currency)}, "amount")
    if values["issued_on"] > saved.issued_on:
        _check_nothing_before(saved, values["issued_on"])


def _check_nothing_before(invoice, issued_on):
    earlier = invoice.payments.filter(reversed_on__isnull=True, received_on__lt=issued_on).exists()
    if earlier or invoice.credit_notes.filter(issued_on__lt=issued_on).exists():
        text = _("There are payments or credit notes from before this day.")
        raise Refused(text, "issued_on")
