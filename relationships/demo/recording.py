"""When the demo's rows were put on record: as the days went by, not all at the moment of loading.

Scoring of a past day leaves out what was recorded later, so that without this no contract, invoice or issue would
count in the history of health.
"""

import datetime

import pgtrigger
from django.db.models import DateTimeField, F, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, Least, Now

from clients.models import Client, Contact, Contract, Invoice, Issue, Payment

DRAFTED_BEFORE = datetime.timedelta(days=45)  # the start of the term


def record_in_time():
    """Sets `created_at` of contacts and of what the care wrote. No edit history: nobody edited anything."""
    entered = Client.objects.filter(pk=OuterRef("client")).values("created_at")[:1]
    drafted = Least(Cast(F("starts_on") - DRAFTED_BEFORE, DateTimeField()), Now())
    with pgtrigger.ignore():
        Contact.objects.update(created_at=Subquery(entered))
        Contract.objects.update(created_at=Coalesce(Cast("signed_on", DateTimeField()), drafted))
        Invoice.objects.update(created_at=Cast("issued_on", DateTimeField()))
        Payment.objects.update(created_at=Cast("received_on", DateTimeField()))
        Issue.objects.update(created_at=F("opened_at"))
