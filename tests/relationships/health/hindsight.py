"""Everything that can come into a book after a moment: rows recorded later, and later days told by rows there already.

What was known at that moment must be read as if nothing of it had come. A client on record before the moment may be
told of the past later; to one that was imported after it only what happened later may be added (sql.recorded).
"""

import dataclasses
import datetime

from clients.models import (
    Assignment,
    Client,
    Contact,
    Contract,
    Deal,
    Invoice,
    Issue,
    IssueClock,
    MonthlyRevenue,
    Payment,
    Product,
)
from relationships.models import Interaction, InteractionContact, OwnRating
from tests import factories as make
from tests.relationships.health import books, care_rows
from tests.relationships.health.care_books import Bill, Credit, Deed, Paid

DAY = datetime.timedelta(days=1)


class Hindsight:
    """Adds to `clients` (as `books.create` returns them) what nobody knew at `seen.known_at`."""

    def __init__(self, clients, seen):
        self.clients, self.seen = clients, seen
        self.on = seen.known_on + DAY  # the first day that is not known
        self.at = seen.known_at + DAY
        self.age = seen.known_past - 1
        self.old = [client for client in clients if not seen.came_later(client.facts)]
        self.someone = make.user()

    def add(self, parts):
        """`parts`: a Facts for each client, whose touches, contacts, invoices, issues and contracts are added."""
        pairs = list(
            zip(
                self.clients,
                (self._later(c, p) for c, p in zip(self.clients, parts, strict=True)),
                strict=True,
            )
        )
        for client, facts in pairs:
            client.facts = facts
        books.add_people(pairs)
        books.add_touches((client, touch) for client, facts in pairs for touch in facts.touches)
        care_rows.create_rows(pairs)
        self._add_to_old_rows()
        self._renew_contracts()
        self._change_rows()
        self._change_leads()

    def _later(self, client, facts):
        """The parts as recorded later; of a client that is younger than the moment also as happened later."""
        old = client in self.old
        known = self.seen.known_past

        def later(part):
            names = [n for n in vars(part) if n.endswith("age") and getattr(part, n) is not None]
            moved = {} if old else {n: known - 1 - abs(getattr(part, n)) % 9 for n in names}
            if isinstance(part, Bill):
                moved |= {
                    "payments": [later(p) for p in part.payments],
                    "credits": [later(c) for c in part.credits],
                }
                moved |= {} if old or part.due_age is None else {"due_age": moved["issued_age"] - 1}
            if isinstance(part, Deed) and not old and part.end_age is not None:
                moved |= {"end_age": moved["start_age"] - 1}
            return dataclasses.replace(part, **moved | {"made_age": self.age})

        return dataclasses.replace(
            facts,
            people=[later(person) for person in facts.people] if old else [],
            touches=[dataclasses.replace(later(t), met=t.met if old else ()) for t in facts.touches],
            bills=[later(bill) for bill in facts.bills],
            deeds=[later(deed) for deed in facts.deeds],
            troubles=[later(trouble) for trouble in facts.troubles] if old else [],
            sold=[(place, self.age - age % 9) for place, age in facts.sold],
        )

    def _told_on(self, row):
        """The day that a row added later tells of."""
        return self.on - 40 * DAY if row.client in self.old else self.on

    def _add_to_old_rows(self):
        """Payments and credit notes of invoices there already, contacts met in touches there already."""
        found = Invoice.objects.filter(
            client__in=self.clients, kind="invoice", paid=0, credited=0, amount__gte=2
        )
        ages = [
            ((self.seen.as_of - self._told_on(i)).days + self.seen.past, i)
            for i in found.select_related("client")
        ]
        paid = Payment.objects.bulk_create(care_rows.payment(invoice, Paid(1, age)) for age, invoice in ages)
        notes = Invoice.objects.bulk_create(
            care_rows.credit_note(invoice, Credit(1, age)) for age, invoice in ages
        )
        for model, rows in ((Payment, paid), (Invoice, notes)):
            care_rows.record(model, rows, [self.age] * len(rows))
        people = Contact.objects.bulk_create(Contact(client=c, name="Late", role="blocker") for c in self.old)
        touched = Interaction.objects.filter(client__in=self.old, reached=True).order_by("client_id", "pk")
        first = {touch.client_id: touch for touch in touched.distinct("client_id")}
        InteractionContact.objects.bulk_create(
            InteractionContact(interaction=first[person.client_id], contact=person)
            for person in people
            if person.client_id in first
        )

    def _renew_contracts(self):
        followed = Contract.objects.filter(renews__isnull=False).exclude(state="lost").values("renews")
        signed = Contract.objects.filter(client__in=self.clients, state="signed").exclude(pk__in=followed)
        rows = Contract.objects.bulk_create(self._renewal(old) for old in signed.select_related("client"))
        care_rows.record(Contract, rows, [self.age] * len(rows))

    def _renewal(self, old):
        on = self._told_on(old)
        dates = {"starts_on": on, "signed_on": on, "ends_on": on + 900 * DAY}
        return Contract(
            client=old.client, number=f"{old.number}+", title="Next", state="signed", renews=old, **dates
        )

    def _change_rows(self):
        """Later days on rows there already."""
        mine = {"client__in": self.clients}
        Contact.objects.filter(**mine, left_on=None).update(left_on=self.on)
        contracts = Contract.objects.filter(**mine)
        contracts.filter(notice_given_on=None).update(notice_given_on=self.on)
        contracts.filter(state="signed").update(state="ended", ended_on=self.on)
        contracts.filter(state="draft").update(state="signed", signed_on=self.on)
        Payment.objects.filter(**mine, reversed_on=None).update(reversed_on=self.on, reverse_reason="Bounced")
        invoices = Invoice.objects.filter(**mine)
        invoices.filter(disputed_on=None).update(disputed_on=self.on, dispute_reason="Late")
        invoices.filter(disputed_on__lt=self.on, dispute_settled_on=None).update(dispute_settled_on=self.on)
        invoices.filter(state="issued").update(state="cancelled", cancelled_on=self.on, cancel_reason="Late")
        IssueClock.objects.filter(**mine, stopped_at=None, started_at__lt=self.at).update(
            stopped_at=self.at, stopped_for="resolved"
        )
        Issue.objects.filter(**mine, status="open").update(status="resolved", resolved_at=self.at)
        IssueClock.objects.bulk_create(
            IssueClock(issue=issue, client_id=issue.client_id, started_at=self.at + DAY)
            for issue in Issue.objects.filter(**mine, status="waiting")
        )
        month = self.seen.known_on.replace(day=1)
        MonthlyRevenue.objects.filter(**mine, month__gte=month).update(amount=7)
        MonthlyRevenue.objects.bulk_create(
            [MonthlyRevenue(client=client, month=month, amount=9) for client in self.clients],
            ignore_conflicts=True,
        )
        [product] = Product.objects.filter(code="W0")
        Deal.objects.bulk_create(
            Deal(client=client, product=product, stage="won", amount=1, closed_on=self.on)
            for client in self.clients
        )

    def _change_leads(self):
        """Another lead, a red rating of everyone, and the client lost."""
        running = Assignment.objects.filter(client__in=self.clients)
        OwnRating.objects.bulk_create(
            OwnRating(
                client_id=lead.client_id,
                value=1,
                rated_by_id=lead.user_id,
                rated_at=self.at,
                rated_on=self.on,
            )
            for lead in running
        )
        running.filter(started_at__lt=self.at, ended_at=None).update(ended_at=self.at)
        free = Client.objects.filter(pk__in=[c.pk for c in self.clients]).exclude(assignments__ended_at=None)
        free = free.exclude(assignments__ended_at__gt=self.at)
        Assignment.objects.bulk_create(
            Assignment(client=client, user=self.someone, role="lead", started_at=self.at, reason="Late")
            for client in free
        )
        active = Client.objects.filter(pk__in=[client.pk for client in self.clients], status="active")
        active.update(status="lost", lost_on=self.on, lost_reason="price")
