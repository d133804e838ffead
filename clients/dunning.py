"""At which dunning step a client is: the highest that the oldest of what it owes has reached. Disputed money waits."""

from dataclasses import dataclass

from django.db.models import Q

from clients.models import DunningStep


@dataclass(frozen=True)
class Dunning:
    """`late` days of the oldest invoice, None where none is late; the step reached, and the one to come, or None."""

    late: int | None
    step: DunningStep | None
    coming: DunningStep | None

    @property
    def days_to_coming(self):
        return self.coming.days_late - (self.late or 0)


def dunning_of(client, today):
    """The `Dunning` of one client. Two queries, one where nothing is late."""
    undisputed = Q(disputed_on__isnull=True) | Q(dispute_settled_on__isnull=False)
    late = client.invoices.overdue(today).filter(undisputed).order_by("due_on")
    oldest = late.values_list("due_on", flat=True).first()
    if oldest is None:
        return Dunning(None, None, None)
    days, steps = (today - oldest).days, list(DunningStep.objects.order_by("days_late"))
    reached = [step for step in steps if step.days_late <= days]
    coming = [step for step in steps if step.days_late > days]
    return Dunning(days, reached[-1] if reached else None, coming[0] if coming else None)
