"""Invoices that add up to the monthly revenue, with payments in parts, disputes and promises to pay."""

import datetime

from clients.models import Invoice, Payment, PaymentPromise
from relationships.demo import care_words
from relationships.demo.stories import VI

from .copying import NULL

SOURCE = "load"
COLUMNS = {
    Invoice: [
        "id", "client", "contract", "kind", "state", "number", "issued_on", "due_on", "amount", "tax", "currency",
        "payments_known", "paid", "credited", "disputed_on", "dispute_reason", "dispute_settled_on", "cancel_reason",
        "note", "source", "source_ref", "version", "created_at", "updated_at",
    ],
    Payment: ["client", "invoice", "received_on", "amount", "method", "reference", "reverse_reason", "created_at"],
    PaymentPromise: [
        "client", "invoice", "amount", "currency", "promised_on", "promised_for", "status", "broken_on", "note",
        "created_at",
    ],
}  # fmt: skip
DAY = datetime.timedelta(days=1)
UNIT, TAX_PERCENT = 10_000, 10
TERMS = (30, 30, 45, 60)
# One in eight pays weeks late, one in a hundred never; one in seven pays in two parts.
SLOW, NEVER, IN_PARTS, DISPUTED, DISPUTED_OPEN, PROMISED = 0.12, 0.01, 0.15, 0.02, 0.06, 0.3


class Money:
    """Makes the invoices of one client after the other."""

    def __init__(self, layout, rng, today, now):
        self.layout, self.rng, self.today, self.now = layout, rng, today, now

    def plan(self, index, months, amounts):
        """[(month, net)] of the client's invoices. `amounts` by month is changed to what they add up to.

        A client with fewer invoices than months of revenue keeps so many months; one without any keeps them all.
        """
        rng, count = self.rng, self.layout.invoices_of(index)[1]
        if not count:
            return []
        if not any(amounts):
            amounts[-1] = UNIT * (100 + int(rng.random() * 900))
        sold = [place for place, amount in enumerate(amounts) if amount]
        for place in rng.sample(sold, max(0, len(sold) - count)):
            amounts[place] = 0
            sold.remove(place)
        parts = [count // len(sold) + (1 if n < count % len(sold) else 0) for n in range(len(sold))]
        return [
            (months[place], net)
            for place, n in zip(sold, parts, strict=True)
            for net in _split(amounts[place], n)
        ]

    def make(self, index, client, contract, bills, lines):
        first = self.layout.invoices_of(index)[0]
        for place, (month, net) in enumerate(bills):
            self._invoice(first + place, client, contract, month, net, lines)

    def _invoice(self, number, client, contract, month, net, lines):
        rng, tax = self.rng, net * TAX_PERCENT // 100
        issued = month + DAY * int(rng.random() * 28)
        due = issued + DAY * rng.choice(TERMS)
        gross, paid_on = net + tax, self._paid_on(issued, due)
        paid = self._payments(number, client, gross, issued, paid_on, lines)
        is_open = paid < gross
        disputed = rng.random() < (DISPUTED_OPEN if is_open else DISPUTED)
        began = min(issued + 5 * DAY, self.today) if disputed else NULL
        reason = care_words.DISPUTES[VI] if disputed else ""
        ended = NULL if is_open or not disputed else max(began, paid_on)
        under = contract if contract and rng.random() < 0.6 else NULL
        lines[Invoice].append(
            f"{number}\t{client}\t{under}\tinvoice\tissued\tHD{number}\t{issued}\t{due}\t{gross}\t{tax}\tVND\tt\t"
            f"{paid}\t0\t{began}\t{reason}\t{ended}\t\t\t{SOURCE}\t{number}\t1\t{issued}\t{issued}"
        )
        if is_open and due < self.today and rng.random() < PROMISED:
            self._promise(number, client, gross - paid, due, lines)

    def _paid_on(self, issued, due):
        """The day on which the last of it came in; a day to come where it is still open."""
        rng = self.rng
        if rng.random() < NEVER:
            return self.today + DAY
        days = int(rng.random() * rng.random() * 60) if rng.random() < SLOW else int(rng.random() * 16) - 12
        return max(issued + DAY, due + DAY * days)

    def _payments(self, number, client, gross, issued, paid_on, lines):
        """Appends what came in; returns how much."""
        rng, received = self.rng, []
        if paid_on <= self.today:
            received.append((paid_on, gross))
        if rng.random() < IN_PARTS:
            half, early = gross // 2, issued + DAY * int(rng.random() * 20)
            if early <= self.today:
                received = [(min(early, paid_on), half), *((day, gross - half) for day, _all in received)]
        for day, amount in received:
            if amount:
                lines[Payment].append(f"{client}\t{number}\t{day}\t{amount}\ttransfer\t\t\t{day}")
        return sum(amount for _day, amount in received)

    def _promise(self, number, client, owed, due, lines):
        rng = self.rng
        made = due + DAY * int(rng.random() * ((self.today - due).days + 1))
        until = made + DAY * (3 + int(rng.random() * 20))
        broken = until + DAY if until < self.today else NULL
        status = "open" if broken is NULL else "broken"
        note = care_words.PROMISE_NOTES[VI]
        lines[PaymentPromise].append(
            f"{client}\t{number}\t{owed}\tVND\t{made}\t{until}\t{status}\t{broken}\t{note}\t{made}"
        )


def _split(amount, parts):
    """`amount` in so many whole units; the first part takes the rest."""
    part = amount // UNIT // parts * UNIT
    return [amount - part * (parts - 1), *([part] * (parts - 1))]
