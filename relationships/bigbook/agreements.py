"""Contracts with their lines, renewals and milestones."""

import datetime
import json

from clients.models import CareEvent, Contract, ContractLine, Milestone
from relationships.demo import care_words
from relationships.demo.stories import VI

from .copying import NULL

SOURCE = "load"
COLUMNS = {
    Contract: [
        "id", "client", "number", "title", "state", "value", "currency", "starts_on", "ends_on", "notice_days",
        "auto_renews", "notice_given_on", "signed_on", "ended_on", "end_reason", "renews", "lost_on", "lost_reason",
        "lost_note", "discount_percent", "payment_days", "note", "source", "source_ref", "version", "created_at",
        "updated_at",
    ],
    ContractLine: ["contract", "client", "product", "quantity", "unit_price"],
    Milestone: [
        "client", "contract", "title", "owner", "due_on", "done_on", "accepted_on", "acceptance_note", "version",
        "created_at", "updated_at",
    ],
    CareEvent: ["client", "kind", "at", "by", "subject_id", "facts"],
}  # fmt: skip
DAY = datetime.timedelta(days=1)
TERM = datetime.timedelta(days=364)
# The running contract ends between forty days ago and eleven months ahead; nearly half are a renewal of an earlier one.
ENDS_FROM, ENDS_DAYS, CHAINED, RENEWAL_UNDER_WAY = -40, 370, 0.45, 0.2
DISCOUNTS, NOTICES, TERMS = (0, 0, 0, 5, 10), (30, 30, 60, 90), (15, 30, 30, 45)


def event(client, kind, at, by, subject, **facts):
    """A line of CareEvent; `at` is a day or a moment."""
    moment = at if isinstance(at, datetime.datetime) else f"{at} 09:00:00+07"
    return f"{client}\t{kind}\t{moment}\t{by}\t{subject}\t{json.dumps(facts, ensure_ascii=False)}"


class Agreements:
    """Makes the contracts of one client after the other."""

    def __init__(self, layout, rng, today, now, prices):
        self.layout, self.rng, self.today, self.now = layout, rng, today, now
        self.prices = list(prices.items())
        self.titles, self.steps = care_words.CONTRACT_TITLES[VI], care_words.MILESTONES[VI]

    def make(self, index, client, lead, lines):
        """Appends the lines; returns the number of the client's first contract, or None."""
        first, count = self.layout.contracts_of(index)
        made, owner = 0, NULL if lead is None else lead
        while made < count:
            length = 2 if count - made > 1 and self.rng.random() < CHAINED else 1
            self._chain(client, owner, first + made, length, lines)
            made += length
        return first if count else None

    def _chain(self, client, owner, number, length, lines):
        """One contract, or one and what renews it: signed, a draft, or lost."""
        rng = self.rng
        ends = self.today + DAY * (ENDS_FROM + int(rng.random() * ENDS_DAYS))
        if length == 1:
            self._contract(client, owner, number, ends, lines)
        elif rng.random() > RENEWAL_UNDER_WAY:
            self._contract(client, owner, number, ends - TERM - DAY, lines)
            self._contract(client, owner, number + 1, ends, lines, renews=number)
        else:
            ends = self.today + DAY * int(rng.random() * 90)
            self._contract(client, owner, number, ends, lines)
            state = "lost" if rng.random() < 0.25 else "draft"
            self._contract(client, owner, number + 1, ends + TERM + DAY, lines, renews=number, state=state)

    def _contract(self, client, owner, number, ends, lines, *, renews=NULL, state="signed"):
        rng, starts = self.rng, ends - TERM
        discount = rng.choice(DISCOUNTS)
        value = self._products(client, number, lines) * (100 - discount) // 100
        signed = starts if state == "signed" else NULL
        lost = (
            f"{self.today - 3 * DAY}\tprice\t{care_words.LOST_NOTES[VI]}"
            if state == "lost"
            else f"{NULL}\t\t"
        )
        title = rng.choice(self.titles)
        lines[Contract].append(
            f"{number}\t{client}\tHD-{number}\t{title}\t{state}\t{value}\tVND\t{starts}\t{ends}\t{rng.choice(NOTICES)}\t"
            f"{'t' if rng.random() < 0.1 else 'f'}\t{NULL}\t{signed}\t{NULL}\t\t{renews}\t{lost}\t"
            f"{discount}\t{rng.choice(TERMS)}\t\t{SOURCE}\t{number}\t1\t{self.now}\t{self.now}"
        )
        if state == "signed":
            facts = {"number": f"HD-{number}", "title": title, "amount": str(value), "currency": "VND"}
            told = event(client, "contract_signed", starts, owner, number, **facts, day=str(starts))
            lines[CareEvent].append(told)
            if starts <= self.today and rng.random() < 0.5:
                self._milestones(client, owner, number, starts, lines)

    def _products(self, client, contract, lines):
        """One to three products; returns what they cost together."""
        rng, total = self.rng, 0
        for _ in range(1 + int(rng.random() * rng.random() * 4)):
            product, price = self.prices[int(rng.random() * len(self.prices))]
            quantity = 1 + int(rng.random() * rng.random() * 9)
            lines[ContractLine].append(f"{contract}\t{client}\t{product}\t{quantity}\t{price}")
            total += quantity * price
        return total

    def _milestones(self, client, owner, contract, starts, lines):
        rng = self.rng
        for place in range(1 + int(rng.random() * len(self.steps))):
            due = starts + DAY * (20 + 60 * place + int(rng.random() * 40))
            done = accepted = NULL
            if due < self.today and rng.random() < 0.95:
                done = min(due + DAY * int(rng.random() * 12 - 6), self.today)
                if done + 5 * DAY <= self.today and rng.random() < 0.95:
                    accepted = done + 5 * DAY
            lines[Milestone].append(
                f"{client}\t{contract}\t{self.steps[place]}\t{owner}\t{due}\t{done}\t{accepted}\t\t1\t"
                f"{self.now}\t{self.now}"
            )
