"""What was owed on a past day. `Invoice.outstanding` tells of now; this counts payments and credits up to the day."""

from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from clients.models import Invoice, InvoiceKind, Payment
from clients.querysets.receivables import AGEING

_MONEY = DecimalField(max_digits=18, decimal_places=2)


def open_on(invoices, day):
    """Those of `invoices` with something to pay at the end of `day`, with `owed`, `days_late` and `bucket` of then.

    Counted are payments received by then (a reversed one until its reversal) and credit notes issued by then; an
    invoice cancelled later was still owed. Invoices whose payments are not known owe nothing. No query of its own.
    """
    paid = Payment.objects.filter(_stood(day, "reversed_on"), invoice=OuterRef("pk"), received_on__lte=day)
    credits = Invoice.objects.filter(_stood(day, "cancelled_on"), credits=OuterRef("pk"), issued_on__lte=day)
    there = invoices.filter(
        _stood(day, "cancelled_on"), kind=InvoiceKind.INVOICE, payments_known=True, issued_on__lte=day
    )
    owed = F("amount") - _sum_of(paid, "invoice") + _sum_of(credits, "credits")
    return there.annotate(owed=owed).filter(owed__gt=0).with_age(day)


def ageing_on(invoices, day):
    """{currency: {bucket: amount}} at the end of `day`, every bucket of AGEING named. One query."""
    rows = open_on(invoices, day).order_by().values("currency", "bucket").annotate(sum=Sum("owed"))
    answer = {}
    for currency, bucket, amount in rows.values_list("currency", "bucket", "sum"):
        answer.setdefault(currency, {name: Decimal(0) for name, _low, _high in AGEING})[bucket] = amount
    return answer


def _stood(day, taken_back):
    """Not taken back by the end of `day`."""
    return Q(**{f"{taken_back}__isnull": True}) | Q(**{f"{taken_back}__gt": day})


def _sum_of(rows, of):
    summed = rows.order_by().values(of).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(summed, output_field=_MONEY), Value(Decimal(0)), output_field=_MONEY)
