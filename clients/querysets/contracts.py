"""Reads of contracts: what runs, what ends, and the status worked out from dates and state."""

import datetime

from django.db.models import (
    Case,
    CharField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast

from .base import ScopedByClientQuerySet

DAY = datetime.timedelta(days=1)


class ContractQuerySet(ScopedByClientQuerySet):
    def signed(self):
        """Contracts that were signed and not ended before their term: what a client owns rests on them."""
        return self.filter(state="signed")

    def running(self, today):
        """Signed, begun, and not past their end; one that renews by itself runs on until notice is given."""
        rolls_on = Q(auto_renews=True, notice_given_on__isnull=True)
        ends = Q(ends_on__isnull=True) | Q(ends_on__gte=today) | rolls_on
        return self.signed().filter(ends, starts_on__lte=today)

    def ending_by(self, day):
        """Signed ones with a term that ends by `day`, past ones included."""
        return self.signed().filter(ends_on__lte=day)

    def with_renewal(self):
        """Adds `is_renewed`: a follow-up contract is signed; and `renewal_open`: one is a draft."""
        renewals = self.model.objects.filter(renews=OuterRef("pk"))
        return self.annotate(
            is_renewed=Exists(renewals.filter(state__in=["signed", "ended"])),
            renewal_open=Exists(renewals.filter(state="draft")),
        )

    def with_status(self, today):
        """Adds `status` (a ContractStatus) as of `today`, beside what `with_renewal` adds. No query of its own."""
        notice = ExpressionWrapper(F("notice_days") * Value(DAY), output_field=DurationField())
        rolls_on = Q(auto_renews=True, notice_given_on__isnull=True)
        status = Case(
            When(state__in=["draft", "lost", "ended"], then=F("state")),
            When(is_renewed=True, then=Value("renewed")),
            When(Q(ends_on__lt=today) & ~rolls_on, then=Value("expired")),
            When(Q(notice_from__lte=today) & ~rolls_on, then=Value("in_notice")),
            When(notice_given_on__isnull=False, then=Value("in_notice")),
            default=Value("active"),
            output_field=CharField(),
        )
        return self.with_renewal().annotate(
            notice_from=Cast(F("ends_on") - notice, self.model._meta.get_field("ends_on").__class__()),
            status=status,
        )
