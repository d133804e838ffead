"""Deals from first sight to won or lost: opening, editing, moving from stage to stage, closing, reopening."""

from django.db import transaction

from clients.models import CareEventKind, Client, Deal, DealStage
from clients.querysets.deals import OPEN_STAGES

from .authority import check_authority
from .changes import create_once, lock_client, record_change, tell_changed
from .editing import EditConflict
from .revenue import recompute_revenue


class DealClosed(Exception):
    """The deal is won or lost by now, so it is not changed. `deal` is how it is."""

    def __init__(self, deal):
        super().__init__(f"Deal {deal.pk} is {deal.stage}")
        self.deal = deal


class DealInContract(Exception):
    """A contract came of the won deal: it cannot be opened again."""


@transaction.atomic
def open_deal(*, client, values, by, day, idempotency_key, advice=None):
    """A deal of `client` with `values` ({field: value}), opened on `day`; the same key makes one deal.

    `advice` is the recommendation that it is made of. Its money is in the client's currency. Locks the client.
    """
    client = lock_client(client.pk)
    deal, created = create_once(
        Deal,
        idempotency_key=idempotency_key,
        client=client,
        owner=by,
        opened_on=day,
        currency=client.currency,
        advice=advice,
        **values,
    )
    if created:
        _record(deal, CareEventKind.DEAL_OPENED, by, deal_kind=deal.kind)
    return deal


@transaction.atomic
def save_deal(*, deal, version, changes):
    """Write `changes` ({field: value}) to an open deal and return it; `version` is the one that the form showed.

    Raises `EditConflict` when it is at another version and something differs from it, `DealClosed`. Locks the client.
    """
    saved = _locked(deal)
    changed = {name for name, value in changes.items() if getattr(saved, name) != value}
    if not changed:
        return saved
    _require_open(saved)
    _require_version(saved, version)
    for name in changed:
        setattr(saved, name, changes[name])
    _save(saved, changed)
    tell_changed([saved.client_id])
    return saved


@transaction.atomic
def move_deal(*, deal, version, stage):
    """Put an open deal into another open stage and return it. Raises as `save_deal` does. Locks the client."""
    if stage not in OPEN_STAGES:
        raise ValueError(f"{stage} is no open stage")
    return save_deal(deal=deal, version=version, changes={"stage": stage})


@transaction.atomic
def win_deal(*, deal, version, amount, day, by):
    """Close the deal as won on `day` for `amount` and return it; sent twice it counts once. Locks the client.

    Brings the client's revenue up to date. Raises `BeyondAuthority` where its terms may not be granted yet,
    `DealClosed`, `EditConflict`.
    """
    saved = _locked(deal)
    if (saved.stage, saved.amount, saved.closed_on) == (DealStage.WON, amount, day):
        return saved
    _require_open(saved)
    _require_version(saved, version)
    terms = {"discount_percent": saved.discount_percent, "payment_days": saved.payment_days}
    check_authority(client=saved.client_id, deal=saved, **terms)
    saved.stage, saved.amount, saved.closed_on = DealStage.WON, amount, day
    _save(saved, ["stage", "amount", "closed_on"])
    recompute_revenue(clients=Client.objects.filter(pk=saved.client_id))
    _record(saved, CareEventKind.DEAL_WON, by, day=day.isoformat())
    return saved


@transaction.atomic
def lose_deal(*, deal, version, reason, day, by):
    """Close the deal as lost on `day`, with the reason, and return it; sent twice it counts once. Locks the client.

    Raises `DealClosed`, `EditConflict`.
    """
    saved = _locked(deal)
    if (saved.stage, saved.lost_reason, saved.closed_on) == (DealStage.LOST, reason, day):
        return saved
    _require_open(saved)
    _require_version(saved, version)
    saved.stage, saved.lost_reason, saved.closed_on = DealStage.LOST, reason, day
    _save(saved, ["stage", "lost_reason", "closed_on"])
    _record(saved, CareEventKind.DEAL_LOST, by, day=day.isoformat(), reason=reason)
    return saved


@transaction.atomic
def reopen_deal(*, deal, version):
    """Take back that the deal was won or lost and return it, negotiating again. Locks the client.

    Takes a won deal out of the revenue. Raises `DealInContract` where a contract came of it, `EditConflict`.
    """
    saved = _locked(deal)
    if saved.stage in OPEN_STAGES:
        return saved
    _require_version(saved, version)
    if saved.contracts.exists():
        raise DealInContract
    was_won = saved.stage == DealStage.WON
    saved.stage, saved.closed_on, saved.lost_reason = DealStage.NEGOTIATION, None, ""
    _save(saved, ["stage", "closed_on", "lost_reason"])
    if was_won:
        recompute_revenue(clients=Client.objects.filter(pk=saved.client_id))
    tell_changed([saved.client_id])
    return saved


def _locked(deal):
    lock_client(deal.client_id)
    return Deal.objects.select_related("product").get(pk=deal.pk)


def _require_open(deal):
    if deal.stage not in OPEN_STAGES:
        raise DealClosed(deal)


def _require_version(deal, version):
    if deal.version != version:
        raise EditConflict(deal)


def _save(deal, fields):
    deal.version += 1
    deal.save(update_fields=[*fields, "version", "updated_at"])


def _record(deal, kind, by, **facts):
    """The timeline names the deal by what it is for, else by its product."""
    if deal.amount is not None:
        facts |= {"amount": str(deal.amount), "currency": deal.currency}
    title = deal.title or deal.product.name
    record_change(
        deal.client_id,
        kind,
        by=by,
        subject_id=deal.pk,
        title=title,
        product=deal.product.name,
        who=by.name if by else "",
        **facts,
    )
