"""Reads of invoices. What is outstanding is a stored column; days late and ageing are worked out here."""

from django.db.models import Case, CharField, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Cast

from .base import ScopedByClientQuerySet

# Name, first and last day late. `not_due` takes what is due today or later, and what has no due day.
AGEING = (
    ("not_due", None, 0),
    ("d1_30", 1, 30),
    ("d31_60", 31, 60),
    ("d61_90", 61, 90),
    ("d90_plus", 91, None),
)


class DaysBetween(Func):
    """Whole days from the second date to the first; null where one is null."""

    template, arg_joiner, output_field = "(%(expressions)s)", " - ", IntegerField()


class InvoiceQuerySet(ScopedByClientQuerySet):
    def open(self):
        """Invoices with something left to pay; none whose payments are not known."""
        return self.filter(outstanding__gt=0)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)

    def with_age(self, today):
        """Adds `days_late` (below zero: days until due; null without a due day) and `bucket` (a name of AGEING)."""
        late = DaysBetween(Cast(Value(today), DateField()), F("due_on"))
        buckets = [When(days_late__range=(low, high), then=Value(name)) for name, low, high in AGEING[1:-1]]
        last, low, _high = AGEING[-1]
        buckets.append(When(days_late__gte=low, then=Value(last)))
        bucket = Case(*buckets, default=Value(AGEING[0][0]), output_field=CharField())
        return self.annotate(days_late=late).annotate(bucket=bucket)

    def disputed(self):
        return self.filter(disputed_on__isnull=False, dispute_settled_on__isnull=True)

    def in_revenue(self):
        """Invoices and credit notes that count as revenue: those not cancelled."""
        return self.filter(~Q(state="cancelled")).annotate(net=F("amount") - F("tax"))
