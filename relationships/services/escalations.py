"""Deciding on the offer to reassign a client: it stays with its lead, or an admin is asked."""

from django.db import transaction
from django.utils import timezone

from accounts import access
from accounts.models import Absence
from clients.models import CareEventKind
from clients.services.changes import lock_client
from relationships.models import Escalation, EscalationEnd, EscalationStep
from relationships.services.follow_ups import tell


class NothingToDecide(Exception):
    """It is no offer to reassign the client, or it is over; nothing was written."""


@transaction.atomic
def keep_client(*, escalation, by, note):
    """Says that the client stays with its lead, and why; returns the Escalation, which is over.

    With it ends all that the same person was told of the follow-ups with such an offer for this client; it does not
    come again until the clock starts anew. One timeline entry is written. Raises NothingToDecide.
    """
    escalation = _locked(escalation)
    running = Escalation.objects.running().filter(client=escalation.client_id, to=escalation.to_id)
    offered = list(running.filter(step=EscalationStep.REASSIGN).values_list("follow_up", flat=True))
    running.filter(follow_up__in=offered).update(ended_at=timezone.now(), end=EscalationEnd.KEPT)
    told = {"to": escalation.to.name, "end": str(EscalationEnd.KEPT), "note": note.strip()}
    tell(escalation.follow_up, CareEventKind.ESCALATION_ENDED, by, step=escalation.step, **told)
    escalation.refresh_from_db()
    return escalation


@transaction.atomic
def ask_admin(*, escalation, by):
    """Passes the offer on to an admin, who may reassign the client; returns the Escalation, now told to them, as are
    the other offers for this client.

    An admin who is not away today, where there is one. A timeline entry is written. Raises NothingToDecide, also where
    it is with an admin already or there is none.
    """
    escalation = _locked(escalation)
    admin = None if access.may_assign(escalation.to) else _admin(by)
    if admin is None:
        raise NothingToDecide
    offers = Escalation.objects.running().filter(client=escalation.client_id, to=escalation.to_id)
    offers.filter(step=EscalationStep.REASSIGN).update(to=admin, at=timezone.now())
    tell(escalation.follow_up, CareEventKind.ESCALATED, by, step=escalation.step, to=admin.name)
    escalation.refresh_from_db()
    return escalation


def _locked(escalation):
    lock_client(escalation.client_id)
    rows = Escalation.objects.running().select_related("follow_up", "to").filter(step=EscalationStep.REASSIGN)
    escalation = rows.filter(pk=escalation.pk).first()
    if escalation is None:
        raise NothingToDecide
    return escalation


def _admin(by):
    away = set(Absence.objects.running(timezone.now()).values_list("person", flat=True))
    admins = access.people_above(None).exclude(pk=by.pk).order_by("pk")
    return min(admins, key=lambda admin: (admin.pk in away, admin.pk), default=None)
