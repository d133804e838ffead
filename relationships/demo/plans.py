"""The demo's follow-ups: next steps done and open, and plans made by hand."""

import datetime
from itertools import zip_longest

import pgtrigger
from django.utils import timezone

from relationships.models import FollowUp, FollowUpKind, FollowUpRule, FollowUpStatus

from .stories import EN, PLANS, VI

# Days from today of the plans made by hand, dealt out in turn: overdue, today, soon and later.
DUE_IN_DAYS = [0, -6, 0, 3, 12, -2, 1, 0, 25, -11, 7, 40]
EVERY_NTH_FIRM = 3
GIVEN_UP_AFTER_DAYS = 30
PLANNED_DAYS_AGO = (13, 25)  # before the earliest of those days


def create_plans(firms, touches, users, rng, today):
    """Writes follow-ups and returns how many are open."""
    rows = []
    for firm in firms:
        rows += _next_steps(firm, touches.get(firm.name, []), users, today)
    rows += _plans_by_hand(firms, users, rng, today)
    FollowUp.objects.bulk_create(rows)
    for row in rows:  # Django dates a new row now; nobody plans something for a day that has passed already
        row.created_at = row.planned_at
    with pgtrigger.ignore("relationships.FollowUp:update_update"):
        FollowUp.objects.bulk_update(rows, ["created_at"], batch_size=500)
    return sum(row.status == FollowUpStatus.OPEN for row in rows)


def _next_steps(firm, rows, users, today):
    """The promise of each touch, kept at the next one; the last promise is open while it is recent."""
    steps = []
    for row, following in zip_longest(rows, rows[1:]):
        if not row.next_step or (following is None and not firm.lead):
            continue
        step = FollowUp(
            client=firm.row,
            assignee=row.author if following else users[firm.lead],
            kind=row.kind if row.kind in FollowUpKind.values else FollowUpKind.TASK,
            due_on=row.next_step_on,
            rule=FollowUpRule.NEXT_STEP,
            reason=row.next_step,
            facts={"after": row.occurred_on.isoformat()},
            created_by=row.author,
        )
        step.planned_at = row.occurred_at
        if following:
            step.status, step.closed_at = FollowUpStatus.DONE, following.occurred_at
            step.closed_by, step.closed_by_interaction = following.author, following
        elif (today - row.next_step_on).days > GIVEN_UP_AFTER_DAYS:
            step.status = FollowUpStatus.CANCELLED
            step.closed_at = row.occurred_at + datetime.timedelta(days=GIVEN_UP_AFTER_DAYS)
        steps.append(step)
    return steps


def _plans_by_hand(firms, users, rng, today):
    by_lead = {}
    for firm in (firm for firm in firms if firm.lead):
        by_lead.setdefault(firm.lead, []).append(firm)
    rows = []
    for lead, own in by_lead.items():
        for number, firm in enumerate(own[::EVERY_NTH_FIRM]):
            texts = PLANS[VI if firm.is_vietnamese else EN]
            plan = FollowUp(
                client=firm.row,
                assignee=users[lead],
                kind=rng.choice([FollowUpKind.CALL, FollowUpKind.MEETING, FollowUpKind.TASK]),
                due_on=today + datetime.timedelta(days=DUE_IN_DAYS[number % len(DUE_IN_DAYS)]),
                rule=FollowUpRule.MANUAL,
                reason=rng.choice(texts),
                created_by=users[lead],
            )
            plan.planned_at = timezone.now() - datetime.timedelta(days=rng.randint(*PLANNED_DAYS_AGO))
            rows.append(plan)
    return rows
