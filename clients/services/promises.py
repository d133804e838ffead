"""Promises to pay: made, kept, broken, withdrawn.

What a promise has come to follows from the money alone, so that it is worked out anew at each payment and each hour:

- kept: at least its amount came in between `promised_on` and `promised_for`, on its invoice, or on any invoice of the
  client in its currency where it names none. Credit notes for its invoice count as well;
- withdrawn: nothing was paid, because the invoice was cancelled or credited in full;
- broken from the day after `promised_for` on otherwise; and settled (`settled_on`) once the money came in later, or
  another promise was made since, or somebody withdraws it.
"""

import logging
from collections import namedtuple

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.templatetags.tend import money
from clients.currencies import is_known_currency
from clients.filters import house_today
from clients.models import CareEventKind, Client, PaymentPromise, PromiseStatus

from .changes import KeyUsedElsewhere, create_once, lock_client, record_change, tell_changed
from .refusals import Refused

logger = logging.getLogger(__name__)

# Amounts that came in since the promise: `in_time` up to its day (`paid` without credit notes), `ever` up to now.
_JUDGED = """
    SELECT p.id, p.client_id, p.status AS was, p.settled_on,
           CASE WHEN came.in_time >= p.amount AND came.paid > 0 THEN 'kept'
                WHEN p.status <> 'broken' AND (came.in_time >= p.amount OR i.state = 'cancelled') THEN 'withdrawn'
                WHEN p.promised_for >= %(today)s THEN 'open'
                ELSE 'broken' END AS fate,
           came.ever >= p.amount OR i.outstanding <= 0 OR EXISTS (
               SELECT FROM clients_paymentpromise n
               WHERE n.client_id = p.client_id AND n.id > p.id AND n.currency = p.currency
                 AND n.promised_on > p.promised_for
                 AND (n.invoice_id IS NULL OR n.invoice_id IS NOT DISTINCT FROM p.invoice_id)
           ) AS settled
    FROM clients_paymentpromise p
    LEFT JOIN clients_invoice i ON i.id = p.invoice_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.amount), 0) AS ever,
               coalesce(sum(m.amount) FILTER (WHERE m.day <= p.promised_for), 0) AS in_time,
               coalesce(sum(m.amount) FILTER (WHERE m.day <= p.promised_for AND m.is_payment), 0) AS paid
        FROM (
            SELECT y.amount, y.received_on AS day, true AS is_payment
            FROM clients_payment y JOIN clients_invoice v ON v.id = y.invoice_id
            WHERE y.client_id = p.client_id AND y.reversed_on IS NULL AND y.received_on >= p.promised_on
              AND v.currency = p.currency AND (p.invoice_id IS NULL OR y.invoice_id = p.invoice_id)
            UNION ALL
            SELECT -c.amount, c.issued_on, false
            FROM clients_invoice c
            WHERE c.credits_id = p.invoice_id AND c.state = 'issued' AND c.issued_on >= p.promised_on
        ) m
    ) came
    WHERE p.status <> 'withdrawn' AND {scope}
"""
_OF_CLIENT = "p.client_id = %(client)s"
# What the hourly job looks at: only time can have changed these.
_IN_SUSPENSE = "(p.status = 'open' OR (p.status = 'broken' AND p.settled_on IS NULL))"
_HAS_CHANGED = "j.fate <> j.was OR (j.fate = 'broken' AND j.settled AND j.settled_on IS NULL)"

_SETTLE = f"""
    UPDATE clients_paymentpromise p
    SET status = j.fate,
        broken_on = CASE WHEN j.fate = 'broken' THEN p.promised_for + 1 END,
        settled_on = CASE WHEN j.fate = 'broken' AND j.settled THEN %(today)s::date END
    FROM ({_JUDGED.format(scope=_OF_CLIENT)}) j
    WHERE p.id = j.id AND ({_HAS_CHANGED})
    RETURNING p.id, j.was, p.status, p.invoice_id, p.amount, p.currency, p.promised_for,
              (SELECT number FROM clients_invoice WHERE id = p.invoice_id)
"""
_CLIENTS_DUE = f"""
    SELECT DISTINCT client_id FROM ({_JUDGED.format(scope=_IN_SUSPENSE)}) j WHERE {_HAS_CHANGED} ORDER BY 1
"""
_Outcome = namedtuple("_Outcome", "id was status invoice_id amount currency promised_for number")

_EVENTS = {
    PromiseStatus.KEPT: CareEventKind.PROMISE_KEPT,
    PromiseStatus.BROKEN: CareEventKind.PROMISE_BROKEN,
    PromiseStatus.WITHDRAWN: CareEventKind.PROMISE_WITHDRAWN,
}


@transaction.atomic
def make_promise(*, client, by, idempotency_key, values, invoice=None):
    """(promise, created): the client's word to pay `values["amount"]` by `values["promised_for"]`.

    For an `invoice` it cannot be more than is outstanding. It settles a broken one before it. Raises Refused.
    """
    lock_client(client.pk)
    earlier = PaymentPromise.objects.filter(idempotency_key=idempotency_key).first()
    if earlier:
        if earlier.client_id != client.pk:
            raise KeyUsedElsewhere(str(idempotency_key))
        return earlier, False
    if invoice is not None:
        invoice.refresh_from_db()
    _check(values, invoice)
    promise, created = create_once(
        PaymentPromise,
        idempotency_key=idempotency_key,
        client_id=client.pk,
        invoice=invoice,
        recorded_by=by,
        **values,
    )
    facts = _facts(promise, invoice.number if invoice else "")
    facts["who"] = promise.contact.name if promise.contact else ""
    record_change(client.pk, CareEventKind.PROMISE_MADE, by=by, subject_id=promise.pk, **facts)
    settle_promises_of(client.pk, by=by)
    return promise, created


@transaction.atomic
def withdraw_promise(*, promise, by, reason):
    """The promise stands no more: an open one is withdrawn, a broken one stays broken and comes back no longer.

    A second call changes nothing; a kept one raises Refused.
    """
    lock_client(promise.client_id)
    saved = PaymentPromise.objects.select_for_update(no_key=True, of=("self",)).get(pk=promise.pk)
    if saved.status == PromiseStatus.KEPT:
        raise Refused(_("This promise has been kept already."))
    if saved.status == PromiseStatus.WITHDRAWN or saved.settled_on is not None:
        return saved
    if saved.status == PromiseStatus.BROKEN:
        saved.settled_on = house_today()
    else:
        saved.status = PromiseStatus.WITHDRAWN
    saved.save(update_fields=["status", "settled_on"])
    facts = _facts(saved, saved.invoice.number if saved.invoice else "") | {"reason": reason}
    record_change(saved.client_id, CareEventKind.PROMISE_WITHDRAWN, by=by, subject_id=saved.pk, **facts)
    return saved


def settle_promises(*, today=None):
    """Bring every promise up to `today` (the house's day): the hourly job. Returns how many clients had changes.

    Each client in a transaction of its own behind its lock, so that the job and a payment never disagree; one that is
    locked for long is left for the next hour. A second run finds nothing to do.
    """
    today = today or house_today()
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS_DUE, {"today": today})
        client_ids = [row[0] for row in cursor.fetchall()]
    changed = 0
    for client_id in client_ids:
        try:
            with transaction.atomic():
                lock_client(client_id)
                changed += bool(settle_promises_of(client_id, today=today))
        except (OperationalError, Client.DoesNotExist) as error:
            logger.warning("Promises of client %s wait for the next run: %s", client_id, error)
    return changed


def settle_promises_of(client_id, *, by=None, today=None):
    """Bring the promises of one client up to date, inside the caller's transaction behind the client's lock.

    Writes a timeline entry for each that is newly kept, broken or withdrawn. Returns how many changed. One query where
    none did.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"client": client_id, "today": today or house_today()})
        outcomes = [_Outcome(*row) for row in cursor.fetchall()]
    for outcome in outcomes:
        kind = _EVENTS.get(outcome.status)
        if kind and outcome.was != outcome.status:
            facts = _facts(outcome, outcome.number or "")
            record_change(client_id, kind, by=by, subject_id=outcome.id, **facts)
    if outcomes:
        tell_changed([client_id])
    return len(outcomes)


def _facts(promise, number):
    facts = {"number": number, "amount": str(promise.amount), "currency": promise.currency}
    return facts | {"day": promise.promised_for.isoformat()}


def _check(values, invoice):
    today = house_today()
    if values["amount"] <= 0:
        raise Refused(_("The amount must be above zero."), "amount")
    if values["promised_on"] > today:
        raise Refused(_("This day has not come yet."), "promised_on")
    if values["promised_for"] < today:
        raise Refused(_("This day is over. A promise is for today or later."), "promised_for")
    if not is_known_currency(values["currency"]):
        text = _("There is no currency %(code)s.") % {"code": values["currency"]}
        raise Refused(text, "currency")
    if invoice is None:
        return
    if values["currency"] != invoice.currency:
        text = _("The invoice is in %(currency)s.") % {"currency": invoice.currency}
        raise Refused(text, "currency")
    if invoice.outstanding <= 0:
        raise Refused(_("Nothing of this invoice is outstanding."), "amount")
    if values["amount"] > invoice.outstanding:
        text = _("Only %(amount)s of this invoice is outstanding.")
        raise Refused(text % {"amount": money(invoice.outstanding, invoice.currency)}, "amount")
