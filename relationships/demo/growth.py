"""The demo's growth: whom a product is for, what open deals look like, advice, and a discount that waits for a yes."""

import datetime

from django.utils import timezone

from accounts.models import Segment
from clients.models import Advice, Approval, Deal, Product

from . import care_words as words
from .stories import EN, VI

DAY = datetime.timedelta(days=1)
STAGES = ["open", "proposal", "negotiation", "proposal"]
CHANCES = {"open": 20, "proposal": 45, "negotiation": 70}
FOR_LARGE_CLIENTS = {"CR-9"}


def create_growth(firms, users, rng, today):
    """Brings open deals up to what the board shows; writes advice and approvals. Returns how many advices."""
    Product.objects.filter(code__in=FOR_LARGE_CLIENTS).update(segments=[Segment.MAJOR, Segment.KEY])
    by_client = {firm.row.pk: firm for firm in firms}
    deals = list(Deal.objects.filter(stage="open", client__in=by_client).order_by("pk"))
    for number, deal in enumerate(deals):
        firm = by_client[deal.client_id]
        deal.stage = STAGES[number % len(STAGES)] if deal.amount else "open"
        deal.probability = CHANCES[deal.stage]
        deal.expected_on = today + DAY * (rng.randint(5, 90) if number % 6 else -rng.randint(1, 12))
        deal.next_step = words.NEXT_STEPS[VI if firm.is_vietnamese else EN]
        deal.kind = deal.kind if deal.kind in ("cross_sell", "up_sell") else "cross_sell"
    Deal.objects.bulk_update(deals, ["stage", "probability", "expected_on", "next_step", "kind"])
    _ask_for_discounts(deals, by_client, users)
    return _give_advice(firms, users, rng, today)


def _ask_for_discounts(deals, by_client, users):
    """Two account managers wait for their senior's answer; one got a yes."""
    asked = [deal for deal in deals if by_client[deal.client_id].lead in ("am", "am2") and deal.amount][:3]
    for number, deal in enumerate(asked):
        firm = by_client[deal.client_id]
        Deal.objects.filter(pk=deal.pk).update(discount_percent=8)
        decided = number == 2
        Approval.objects.create(
            client=firm.row,
            deal=deal,
            discount_percent=8,
            payment_days=30,
            reason=words.APPROVAL_REASONS[VI if firm.is_vietnamese else EN],
            asked_by=users[firm.lead],
            status="approved" if decided else "pending",
            decided_by=users["senior"] if decided else None,
            decided_at=timezone.now() - DAY if decided else None,
        )


def _give_advice(firms, users, rng, today):
    rows = []
    for number, firm in enumerate([firm for firm in firms if firm.lead == "rm"][:8]):
        recommendation, reason, against = words.ADVICE[VI if firm.is_vietnamese else EN]
        answer = ("waiting", "accepted", "postponed", "waiting")[number % 4]
        given_on = today - DAY * rng.randint(5, 40)
        rows.append(
            Advice(
                client=firm.row,
                author=users["rm"],
                contact=firm.contacts[0] if firm.contacts else None,
                recommendation=recommendation,
                reason=reason,
                advised_against=against,
                given_on=given_on,
                answer=answer,
                answered_on=None if answer == "waiting" else given_on + DAY * 3,
            )
        )
    Advice.objects.bulk_create(rows)
    return len(rows)
