"""What may be granted to a client, and asking for more: a discount or a payment term beyond the lead's tier."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import access
from accounts.access import Authority
from clients.models import Approval, ApprovalStatus, Assignment, CareEventKind

from .changes import KeyUsedElsewhere, create_once, lock_client, record_change


class BeyondAuthority(Exception):
    """The terms in `wish` need an approval: `authority` may be granted, `pending` waits, if any."""

    def __init__(self, authority, pending, wish):
        super().__init__("These terms are beyond what the lead may grant")
        self.authority, self.pending, self.wish = authority, pending, wish


class WithinAuthority(Exception):
    """Nothing to ask for: these terms may be granted already."""


class AlreadyAsked(Exception):
    """A question about the same deal or contract waits for its decision: `pending`."""

    def __init__(self, pending):
        super().__init__(f"Approval {pending.pk} waits for a decision")
        self.pending = pending


class AlreadyDecided(Exception):
    """Somebody decided or withdrew the question first. `approval` is how it is now."""

    def __init__(self, approval):
        super().__init__(f"Approval {approval.pk} is {approval.status}")
        self.approval = approval


class MayNotDecide(Exception):
    """Neither above the client's lead with enough authority, or the one who asked."""


# --- What may be granted --------------------------------------------------------------------------------------


def lead_of(client):
    """The running lead with tier and team, or None. One query."""
    running = Assignment.objects.leads().filter(client=client, ended_at__isnull=True)
    assignment = running.select_related("user__tier", "user__team").first()
    return assignment.user if assignment else None


def authority_for(client):
    """What the client's lead may grant without asking; nothing where nobody leads. One query."""
    lead = lead_of(client)
    return access.authority_of(lead) if lead else Authority()


def check_authority(*, client, discount_percent, payment_days, deal=None, contract=None):
    """Returns when these terms may be granted, else raises `BeyondAuthority`.

    They may when the tier of the client's lead covers them, or an approved question about this deal or contract
    (or about the deal that the contract came from) does. Call it with the client locked. One to three queries.
    """
    authority = authority_for(client)
    if authority.covers(discount_percent=discount_percent, payment_days=payment_days):
        return
    if _approved(authority, discount_percent, payment_days, deal, contract):
        return
    wish = {"discount_percent": discount_percent, "payment_days": payment_days}
    raise BeyondAuthority(authority, pending_of(deal=deal, contract=contract), wish)


def _approved(authority, discount_percent, payment_days, deal, contract):
    """An approval need name only what the tier does not cover."""
    found = Approval.objects.filter(_about(deal, contract, and_deal=True), status=ApprovalStatus.APPROVED)
    if not authority.covers(discount_percent=discount_percent, payment_days=0):
        found = found.filter(discount_percent__gte=discount_percent)
    if not authority.covers(discount_percent=0, payment_days=payment_days):
        found = found.filter(payment_days__gte=payment_days)
    return found.exists()


def _about(deal, contract, *, and_deal=False):
    if contract is None:
        return Q(deal=deal)
    if and_deal and contract.deal_id:
        return Q(contract=contract) | Q(deal=contract.deal_id)
    return Q(contract=contract)


def pending_of(*, deal=None, contract=None):
    """The question about this deal or contract that waits, with who asked, or None. One query."""
    waiting = Approval.objects.filter(_about(deal, contract), status=ApprovalStatus.PENDING)
    return waiting.select_related("asked_by").first()


# --- Who decides ----------------------------------------------------------------------------------------------


def deciders_of(client, *, discount_percent=0, payment_days=0, besides=None):
    """Who may decide on such a wish of this client: the team's senior if their own tier covers it, managers who
    answer for the lead's region, admins; never `besides`, who asked. A list, by name. Two queries."""
    people = access.people_above(lead_of(client)).select_related("tier").order_by("name_sort", "pk")
    wish = {"discount_percent": discount_percent, "payment_days": payment_days}
    return [one for one in people if one != besides and access.authority_of(one).covers(**wish)]


def may_decide(approval, user):
    """Whether `user` is one of the deciders of this question. Two queries."""
    wish = {"discount_percent": approval.discount_percent, "payment_days": approval.payment_days}
    if approval.asked_by_id == user.pk or not access.authority_of(user).covers(**wish):
        return False
    return access.people_above(lead_of(approval.client_id)).filter(pk=user.pk).exists()


def waiting_for(user):
    """Questions that wait for a decision of `user`: those `may_decide` allows, as one queryset."""
    waiting = Approval.objects.filter(status=ApprovalStatus.PENDING).exclude(asked_by=user)
    scope, authority = access.scope_to_change(user), access.authority_of(user)
    if not scope.everyone:
        below = [pk for pk in scope.people_ids if pk != user.pk]
        led = Assignment.objects.leads().filter(ended_at__isnull=True, user__in=below)
        waiting = waiting.filter(client__in=led.values("client"))
    if authority.discount_percent is not None:
        waiting = waiting.filter(discount_percent__lte=authority.discount_percent)
    if authority.payment_days is not None:
        waiting = waiting.filter(payment_days__lte=authority.payment_days)
    return waiting


# --- Asking and deciding --------------------------------------------------------------------------------------


@transaction.atomic
def ask_approval(*, discount_percent, payment_days, reason, by, idempotency_key, deal=None, contract=None):
    """Puts the question about this deal or contract and returns it; the same form sent twice asks once.

    Raises `AlreadyAsked` while one waits, `WithinAuthority` where there is nothing to ask. Locks the client.
    """
    about = contract or deal
    lock_client(about.client_id)
    wish = {"discount_percent": discount_percent, "payment_days": payment_days}
    earlier = Approval.objects.filter(idempotency_key=idempotency_key).first()
    if earlier:
        if (earlier.deal_id, earlier.contract_id) != (deal and deal.pk, contract and contract.pk):
            raise KeyUsedElsewhere(str(idempotency_key))
        return earlier
    pending = pending_of(deal=deal, contract=contract)
    if pending:
        raise AlreadyAsked(pending)
    try:
        check_authority(client=about.client_id, deal=deal, contract=contract, **wish)
    except BeyondAuthority:
        pass
    else:
        raise WithinAuthority
    approval, _ = create_once(
        Approval,
        idempotency_key=idempotency_key,
        client_id=about.client_id,
        deal=deal,
        contract=contract,
        reason=reason,
        asked_by=by,
        **wish,
    )
    _record(CareEventKind.APPROVAL_ASKED, approval, by, reason=reason)
    return approval


@transaction.atomic
def decide_approval(*, approval, approve, answer, by):
    """Writes the decision of `by` and returns the question. Locks the client, so the first decision wins.

    The same decision of the same person sent twice counts once. Raises `AlreadyDecided` for any later one,
    `MayNotDecide` for who asked and whoever is not above the lead or lacks the authority themselves.
    """
    status = ApprovalStatus.APPROVED if approve else ApprovalStatus.DECLINED
    lock_client(approval.client_id)
    saved = _fresh(approval)
    if saved.status != ApprovalStatus.PENDING:
        if (saved.status, saved.decided_by_id, saved.answer) == (status, by.pk, answer):
            return saved
        raise AlreadyDecided(saved)
    if not may_decide(saved, by):
        raise MayNotDecide
    return _settle(saved, status, answer, by)


@transaction.atomic
def withdraw_approval(*, approval, by):
    """Takes the question back and returns it; twice counts once. Raises `AlreadyDecided` when it was decided."""
    lock_client(approval.client_id)
    saved = _fresh(approval)
    if saved.status == ApprovalStatus.WITHDRAWN:
        return saved
    if saved.status != ApprovalStatus.PENDING:
        raise AlreadyDecided(saved)
    return _settle(saved, ApprovalStatus.WITHDRAWN, "", by)


def _fresh(approval):
    return Approval.objects.select_related("deal__product", "contract", "decided_by").get(pk=approval.pk)


def _settle(approval, status, answer, by):
    approval.status, approval.answer = status, answer
    approval.decided_by, approval.decided_at = by, timezone.now()
    approval.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    _record(CareEventKind.APPROVAL_DECIDED, approval, by, decision=str(status), answer=answer)
    return approval


def _record(kind, approval, by, **facts):
    """The timeline names what it is about: a contract by number and title, a deal by title or product."""
    if approval.contract:
        facts |= {"number": approval.contract.number, "title": approval.contract.title}
    else:
        facts["title"] = approval.deal.title or approval.deal.product.name
    record_change(
        approval.client_id,
        kind,
        by=by,
        subject_id=approval.pk,
        discount=str(approval.discount_percent),
        days=approval.payment_days,
        who=by.name if by else "",
        **facts,
    )
