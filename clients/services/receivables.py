"""Invoices, credit notes and payments. Receivables, not bookkeeping: what is owed, what came in, what is disputed.

Every write locks the client, then the invoice, so that two payments at once follow each other and cannot overpay. What
an invoice's `paid` and `credited` hold is worked out in one place, `refresh_sums`, in the transaction of the write.
"""

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from clients.filters import house_today
from clients.models import CareEventKind, Client, Invoice, InvoiceKind, InvoiceState, Payment

from .changes import KeyUsedElsewhere, create_once, lock_client, record_change, tell_changed
from .editing import EditConflict
from .promises import settle_promises_of
from .receivable_rules import (
    check_amounts,
    check_credit,
    check_currency,
    check_days,
    check_edit,
    check_payable,
    check_payment,
    in_agreement,
    more_than_left,
)
from .refusals import Refused
from .revenue import recompute_revenue

NUMBER_ONCE, NOT_OVERPAID = "invoice_number_once_a_source", "invoice_not_overpaid"

_SUMS = """
    UPDATE clients_invoice i SET paid = s.paid, credited = s.credited, updated_at = clock_timestamp()
    FROM (
        SELECT id,
               coalesce((SELECT sum(p.amount) FROM clients_payment p
                         WHERE p.invoice_id = v.id AND p.reversed_on IS NULL), 0) AS paid,
               coalesce((SELECT -sum(n.amount) FROM clients_invoice n
                         WHERE n.credits_id = v.id AND n.state = 'issued'), 0) AS credited
        FROM clients_invoice v WHERE v.id = ANY(%s)
    ) s
    WHERE i.id = s.id AND (i.paid, i.credited) IS DISTINCT FROM (s.paid, s.credited)
"""


def refresh_sums(invoice_ids):
    """Make `paid` and `credited` of these invoices equal their payments not reversed and their credit notes not
    cancelled; returns how many changed. Inside the caller's transaction.

    Locks the invoices in id order, in a statement of its own: what another transaction wrote before it gave them back
    is then seen. An invoice that would be overpaid raises IntegrityError. Two queries for any number.
    """
    ids = sorted(invoice_ids)
    list(Invoice.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [ids])
        return cursor.rowcount


# --- Invoices -------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_invoice(*, client, by, idempotency_key, values):
    """(invoice, created): a new invoice of `client` with `values` ({field: value}).

    Without a due day it hangs on its milestone; where that is accepted already, the day is worked out at once.
    Raises Refused, or KeyUsedElsewhere. About nine queries.
    """
    lock_client(client.pk)
    values = in_agreement(values)
    check_amounts(values["amount"], values["tax"])
    check_days(values["issued_on"], values["due_on"])
    check_currency(values["currency"])
    invoice, created = _create(client, by, idempotency_key, values)
    if created:
        facts = _facts(invoice, day=invoice.issued_on)
        _after_turnover(invoice, CareEventKind.INVOICE_ISSUED, by, facts)
    return invoice, created


@transaction.atomic
def edit_invoice(*, invoice, version, changes, by):
    """Write `changes` ({field: value}) and return the invoice as saved; `version` is the one the form showed.

    Raises EditConflict when somebody else saved meanwhile, Refused where the change contradicts what was paid or
    credited already. An edit has no timeline entry: the row's history keeps it. About ten queries.
    """
    lock_client(invoice.client_id)
    saved = _lock(invoice)
    changes = in_agreement(changes)
    changed = {name for name, value in changes.items() if getattr(saved, name) != value}
    if not changed:
        return saved
    if saved.version != version:
        raise EditConflict(saved)
    check_edit(saved, changes)
    for name in changed:
        setattr(saved, name, changes[name])
    saved.version += 1
    _write_numbered(lambda: saved.save(update_fields=[*changed, "version", "updated_at"]))
    settle_promises_of(saved.client_id, by=by)
    recompute_revenue(clients=Client.objects.filter(pk=saved.client_id))
    tell_changed([saved.client_id])
    return saved


@transaction.atomic
def cancel_invoice(*, invoice, by, reason):
    """Cancel an invoice or a credit note; a second call changes nothing. Raises Refused where money hangs on it."""
    lock_client(invoice.client_id)
    saved = _lock(invoice)
    if saved.state == InvoiceState.CANCELLED:
        return saved
    if saved.paid:
        raise Refused(_("There are payments on this invoice. Reverse them first, or write a credit note."))
    if saved.credited:
        raise Refused(_("There are credit notes for this invoice. Cancel them first."))
    saved.state, saved.cancelled_on, saved.cancel_reason = InvoiceState.CANCELLED, house_today(), reason
    saved.save(update_fields=["state", "cancelled_on", "cancel_reason", "updated_at"])
    if saved.credits_id:
        refresh_sums([saved.credits_id])
    facts = _facts(saved, day=saved.cancelled_on, reason=reason)
    _after_turnover(saved, CareEventKind.INVOICE_CANCELLED, by, facts)
    return saved


@transaction.atomic
def issue_credit_note(*, client, by, idempotency_key, values, invoice=None):
    """(credit note, created). `values` has the amount and tax above zero; they are kept below zero.

    For an `invoice` it takes off what is left of it and no more; without one it stands as a credit not applied.
    """
    lock_client(client.pk)
    earlier = _earlier(Invoice, client, idempotency_key, credits=invoice)
    if earlier:
        return earlier, False
    check_amounts(values["amount"], values["tax"])
    check_days(values["issued_on"], None)
    check_currency(values["currency"])
    if invoice is not None:
        invoice = _lock(invoice)
        check_credit(invoice, values)
    kept = {"amount": -values["amount"], "tax": -values["tax"], "kind": InvoiceKind.CREDIT_NOTE}
    note, created = _create(client, by, idempotency_key, values | kept | {"credits": invoice})
    if invoice is not None:
        _refresh_sums_of(invoice)
    facts = _facts(note, day=note.issued_on, reason=note.note)
    facts |= {"amount": str(-note.amount), "invoice": invoice.number if invoice else ""}
    _after_turnover(note, CareEventKind.CREDIT_NOTE, by, facts)
    return note, created


# --- Payments -------------------------------------------------------------------------------------------------


@transaction.atomic
def record_payment(*, invoice, by, idempotency_key, amount, received_on, method, reference=""):
    """(payment, created): money received for `invoice`, all of it or a part.

    Raises Refused for more than is outstanding, for a day before the invoice or one to come. A double click counts
    once, also where the first one paid everything. Promises it keeps or settles are marked. About twelve queries.
    """
    lock_client(invoice.client_id)
    invoice = _lock(invoice)
    earlier = _earlier(Payment, invoice.client, idempotency_key, invoice=invoice)
    if earlier:
        return earlier, False
    check_payable(invoice)
    check_payment(invoice, amount, received_on)
    values = {"amount": amount, "received_on": received_on, "method": method, "reference": reference}
    payment, created = create_once(
        Payment,
        idempotency_key=idempotency_key,
        client_id=invoice.client_id,
        invoice=invoice,
        recorded_by=by,
        **values,
    )
    _refresh_sums_of(invoice)
    settle_promises_of(invoice.client_id, by=by)
    facts = _facts(invoice, day=received_on) | {"amount": str(amount)}
    record_change(invoice.client_id, CareEventKind.PAYMENT, by=by, subject_id=payment.pk, **facts)
    return payment, created


@transaction.atomic
def reverse_payment(*, payment, by, reason):
    """The payment counts no more and stays as a row with its `reason`; a second call changes nothing."""
    lock_client(payment.client_id)
    saved = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if saved.reversed_on is not None:
        return saved
    saved.reversed_on, saved.reverse_reason = house_today(), reason
    saved.save(update_fields=["reversed_on", "reverse_reason"])
    refresh_sums([saved.invoice_id])
    settle_promises_of(saved.client_id, by=by)
    facts = _facts(saved.invoice, day=saved.received_on, reason=reason) | {"amount": str(saved.amount)}
    record_change(saved.client_id, CareEventKind.PAYMENT_REVERSED, by=by, subject_id=saved.pk, **facts)
    return saved


# --- Disputes -------------------------------------------------------------------------------------------------


@transaction.atomic
def dispute_invoice(*, invoice, by, reason):
    """The client does not accept the invoice: it stays outstanding, and nobody is chased for it until it is settled."""
    lock_client(invoice.client_id)
    saved = _lock(invoice)
    check_payable(saved)
    if saved.is_disputed:
        raise Refused(_("This invoice is disputed already."))
    saved.disputed_on, saved.dispute_reason, saved.dispute_settled_on = house_today(), reason, None
    saved.save(update_fields=["disputed_on", "dispute_reason", "dispute_settled_on", "updated_at"])
    facts = _facts(saved, day=saved.disputed_on, reason=reason)
    record_change(saved.client_id, CareEventKind.DISPUTED, by=by, subject_id=saved.pk, **facts)
    return saved


@transaction.atomic
def settle_dispute(*, invoice, by, outcome):
    """The dispute is over, with its `outcome` in the timeline; a second call changes nothing."""
    lock_client(invoice.client_id)
    saved = _lock(invoice)
    if not saved.is_disputed:
        return saved
    saved.dispute_settled_on = house_today()
    saved.save(update_fields=["dispute_settled_on", "updated_at"])
    facts = _facts(saved, day=saved.dispute_settled_on, reason=outcome)
    record_change(saved.client_id, CareEventKind.DISPUTE_SETTLED, by=by, subject_id=saved.pk, **facts)
    return saved


# --- Shared ---------------------------------------------------------------------------------------------------


def _lock(invoice):
    return (
        Invoice.objects.select_for_update(no_key=True, of=("self",))
        .select_related("client")
        .get(pk=invoice.pk)
    )


def _earlier(model, client, key, **parent):
    """The row that an earlier click made: asked before the rules, which that one may have made refuse the second."""
    earlier = model.objects.filter(idempotency_key=key).first()
    if earlier and not model.objects.filter(pk=earlier.pk, client=client, **parent).exists():
        raise KeyUsedElsewhere(str(key))
    return earlier


def _create(client, by, key, values):
    return _write_numbered(
        lambda: create_once(Invoice, idempotency_key=key, client_id=client.pk, created_by=by, **values)
    )


def _write_numbered(write):
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        if NUMBER_ONCE not in str(error):
            raise
        raise Refused(_("There is an invoice with this number already."), "number") from None


def _refresh_sums_of(invoice):
    """The lock and the check before make overpaying impossible; the constraint has the last word all the same."""
    try:
        with transaction.atomic():
            refresh_sums([invoice.pk])
    except IntegrityError as error:
        if NOT_OVERPAID not in str(error):
            raise
        raise more_than_left(invoice) from None


def _after_turnover(invoice, kind, by, facts):
    """What follows where the amounts invoiced have changed: promises, revenue, the timeline."""
    settle_promises_of(invoice.client_id, by=by)
    recompute_revenue(clients=Client.objects.filter(pk=invoice.client_id))
    record_change(invoice.client_id, kind, by=by, subject_id=invoice.pk, **facts)


def _facts(invoice, *, day, reason=""):
    facts = {"number": invoice.number, "amount": str(invoice.amount), "currency": invoice.currency}
    return facts | {"day": day.isoformat(), "reason": reason}
