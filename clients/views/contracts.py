"""Contracts of a client, and the page of one: lines, chain of renewals, approvals."""

import datetime
import uuid

from django import forms
from django.db.models import Q
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.filters import house_today
from clients.models import Approval, Client, Contract, ContractStatus
from clients.services.authority import BeyondAuthority, check_authority
from clients.services.contracts import wish_of
from clients.terms import lines_total

from .authority import beyond_context
from .panels import answer_panel
from .scope import fetch_changeable, fetch_visible

ROWS_PER_PAGE = 20
APPROVALS_SHOWN = 20
CHAIN_SHOWN = 100
# A renewal is offered in the list from here on; on the contract's page at any time.
RENEW_WITHIN = datetime.timedelta(days=180)
LIVE = {ContractStatus.ACTIVE, ContractStatus.IN_NOTICE, ContractStatus.EXPIRED}


def contracts_to_read():
    """Contracts with status, client and the contract before."""
    return Contract.objects.select_related("client", "renews").with_status(house_today())


def fetch_contract(request, contract_id, *, change=True):
    """The contract with `status` and `may_change`; 404 outside the portfolio, 403 where it may only be read."""
    fetch = fetch_changeable if change else fetch_visible
    return fetch(contracts_to_read(), request.user, contract_id)


class CursorForm(PlainForm):
    cursor = forms.CharField(max_length=2000, required=False)


def contracts(request, client_id):
    """The panel of a client: the newest terms first. Four queries beside session and scope."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    form = CursorForm(request.GET)
    cursor = form.cleaned_data["cursor"] if form.is_valid() else ""
    today = house_today()
    rows = Contract.objects.filter(client=client).with_status(today)
    page = keyset_page(rows, keys=["-starts_on", "-id"], cursor=cursor, size=ROWS_PER_PAGE)
    for row in page:
        soon = row.ends_on is not None and row.ends_on <= today + RENEW_WITHIN
        row.offer_renewal = client.may_change and soon and row.status in LIVE and not row.renewal_open
        row.renew_key = uuid.uuid4()
    context = {"page": page, "panel_target": f"#client-{client.pk}-contracts"}
    return answer_panel(request, client, "clients/contracts/_panel.html", context, title=_("Contracts"))


def contract_page(request, contract_id):
    """One contract; under htmx what changes on it. Nine queries at most beside session and scope."""
    contract = fetch_contract(request, contract_id, change=False)
    lines = list(contract.lines.select_related("product").order_by("pk"))
    today = house_today()
    tuples = [(line.product_id, line.quantity, line.unit_price) for line in lines]
    live = contract.status in LIVE
    chain = _chain(contract, today)
    drafts = [term for term in chain if term.renews_id == contract.pk and term.status == ContractStatus.DRAFT]
    contract.renew_key = uuid.uuid4()
    context = {
        "contract": contract,
        "client": contract.client,
        "lines": lines,
        "lines_total": lines_total(tuples),
        "ends_in": (contract.ends_on - today).days if contract.ends_on else None,
        "live": live,
        "may_renew": live and contract.ends_on is not None and not contract.renewal_open,
        "chain": chain,
        "open_renewal": drafts[0] if drafts else None,
        "approvals": _approvals(contract),
    }
    if contract.status == ContractStatus.DRAFT:
        context |= _what_is_beyond(contract, tuples)
    template = (
        "clients/contracts/_contract.html" if wants_fragment(request) else "clients/contracts/page.html"
    )
    return uncached(render(request, template, context))


def _what_is_beyond(contract, lines):
    """What stands in the way of the signature, for the notice on top."""
    try:
        check_authority(client=contract.client_id, contract=contract, **wish_of(contract, lines))
    except BeyondAuthority as refusal:
        return beyond_context(refusal, contract=contract)
    return {}


def _chain(contract, today):
    """Every term of the agreement, the first one first, lost renewals beside it; empty for a single one. One query."""
    rows = Contract.objects.filter(client=contract.client_id).with_status(today).order_by("starts_on", "pk")
    rows = {row.pk: row for row in rows[: 10 * CHAIN_SHOWN]}
    first, seen = contract.pk, set()
    while first in rows and rows[first].renews_id in rows and first not in seen:
        seen.add(first)
        first = rows[first].renews_id
    linked = {first}
    # Terms are in the order of their days, and a renewal starts behind what it renews.
    for pk, row in rows.items():
        if row.renews_id in linked:
            linked.add(pk)
    found = [row for pk, row in rows.items() if pk in linked]
    return found[:CHAIN_SHOWN] if len(found) > 1 else []


def _approvals(contract):
    """Questions about the contract and the deal it was made of, the latest first. One query."""
    about = Q(contract=contract)
    if contract.deal_id:
        about |= Q(deal=contract.deal_id)
    return list(Approval.objects.filter(about).select_related("asked_by", "decided_by")[:APPROVALS_SHOWN])
