"""Renewing a contract by one click, and keeping why one was not renewed."""

from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.answers import written
from accounts.web.htmx import uncached
from clients.filters import house_today
from clients.forms.contract import LostRenewalForm, RenewForm
from clients.services.changes import KeyUsedElsewhere
from clients.services.contracts import WrongState
from clients.services.renewals import AlreadyRenewed, lose_renewal, renew_contract

from .contract_steps import EVENTS, answer_wrong_state, page_of
from .contracts import fetch_contract
from .edit import posted
from .panels import answer_form


def contract_renew(request, contract_id):
    """Makes the follow-up contract and opens it for editing. 409 with what stands in the way."""
    contract = fetch_contract(request, contract_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _not_renewed(request, contract, None, status=422)
    key = form.cleaned_data["idempotency_key"]
    try:
        renewal = renew_contract(contract=contract, by=request.user, idempotency_key=key)
    except AlreadyRenewed as error:
        return _not_renewed(request, contract, error.renewal)
    except (WrongState, KeyUsedElsewhere):
        return _not_renewed(request, contract, None)
    text = _("Contract %(number)s is drafted from %(old)s. Change what is new, then have it signed.")
    messages.success(request, text % {"number": renewal.number, "old": contract.number})
    return redirect("clients:contract_edit", renewal.pk)


def _not_renewed(request, contract, renewal, *, status=409):
    """Says who was first, with the way to their renewal."""
    context = {"contract": contract, "client": contract.client, "renewal": renewal}
    return uncached(render(request, "clients/contracts/not_renewed.html", context, status=status))


def contract_lose(request, contract_id):
    """Keeps reason and note of a renewal that did not come about; another attempt may follow."""
    contract = fetch_contract(request, contract_id)
    form = LostRenewalForm(posted(request))
    context = {
        "contract": contract,
        "client": contract.client,
        "title": _("Not renewed"),
        "note": f"{contract.number} · {contract.title}",
        "action": reverse("clients:contract_lose", args=[contract.pk]),
        "submit": _("Save"),
        "back": page_of(contract),
    }
    template = "clients/contracts/_lost_form.html"
    if not form.is_valid():
        return answer_form(request, form, template, context)
    chosen = form.cleaned_data
    try:
        lose_renewal(
            contract=contract,
            on=house_today(),
            reason=chosen["lost_reason"],
            note=chosen["lost_note"],
            by=request.user,
            idempotency_key=chosen["idempotency_key"],
        )
    except AlreadyRenewed as error:
        return answer_wrong_state(request, form, template, context, WrongState(error.renewal))
    except WrongState as error:
        return answer_wrong_state(request, form, template, context, error)
    text = _("Kept: %(number)s is not renewed.") % {"number": contract.number}
    return written(request, text, events=EVENTS, client=contract.client, back=page_of(contract))
