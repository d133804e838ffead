"""What happens to a contract: signed, notice given, ended early. Each a small form of the sheet."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.answers import written
from clients.forms.contract import EndForm, NoticeForm, SignForm
from clients.models import ContractState
from clients.services.authority import BeyondAuthority
from clients.services.contracts import WrongState, end_contract, give_notice, sign_contract

from .authority import refuse_beyond
from .contracts import fetch_contract
from .edit import posted
from .panels import answer_form

EVENTS = ("contracts-changed", "care-changed")


def contract_sign(request, contract_id):
    """Signs a draft; beyond the lead's authority the form says so and offers to ask."""
    contract = fetch_contract(request, contract_id)
    form = SignForm(posted(request))
    context = _context(contract, "contract_sign", _("Sign the contract"), _("Sign"))
    if not form.is_valid():
        return answer_form(request, form, "clients/contracts/_sign_form.html", context)
    try:
        sign_contract(contract=contract, signed_on=form.cleaned_data["signed_on"], by=request.user)
    except BeyondAuthority as refusal:
        context |= refuse_beyond(form, refusal, contract=contract)
        return answer_form(request, form, "clients/contracts/_sign_form.html", context)
    except WrongState as error:
        return answer_wrong_state(request, form, "clients/contracts/_sign_form.html", context, error)
    return _done(request, contract, _("Contract %(number)s is signed."))


def contract_notice(request, contract_id):
    contract = fetch_contract(request, contract_id)
    form = NoticeForm(posted(request), contract=contract)
    context = _context(contract, "contract_notice", _("Notice given"), _("Save"))
    if not form.is_valid():
        return answer_form(request, form, "clients/contracts/_step_form.html", context)
    day = form.cleaned_data["notice_given_on"]
    try:
        give_notice(contract=contract, on=day, by=request.user)
    except WrongState as error:
        return answer_wrong_state(request, form, "clients/contracts/_step_form.html", context, error)
    text = _("Notice on contract %(number)s is noted.") if day else _("Notice on %(number)s is taken back.")
    return _done(request, contract, text)


def contract_end(request, contract_id):
    contract = fetch_contract(request, contract_id)
    form = EndForm(posted(request), contract=contract)
    context = _context(contract, "contract_end", _("End before the term"), _("End the contract"))
    if not form.is_valid():
        return answer_form(request, form, "clients/contracts/_step_form.html", context)
    chosen = form.cleaned_data
    try:
        end_contract(contract=contract, on=chosen["ended_on"], reason=chosen["reason"], by=request.user)
    except WrongState as error:
        return answer_wrong_state(request, form, "clients/contracts/_step_form.html", context, error)
    return _done(request, contract, _("Contract %(number)s is ended."))


def _context(contract, route, title, submit):
    return {
        "contract": contract,
        "client": contract.client,
        "title": title,
        "note": f"{contract.number} · {contract.title}",
        "action": reverse(f"clients:{route}", args=[contract.pk]),
        "submit": submit,
        "back": page_of(contract),
    }


def page_of(contract):
    return reverse("clients:contract_page", args=[contract.pk])


def answer_wrong_state(request, form, template, context, error):
    """409: somebody else was first, and how the contract is now."""
    state = ContractState(error.contract.state).label
    form.add_error(None, _("Meanwhile this contract is: %(state)s. Nothing was written.") % {"state": state})
    response = answer_form(request, form, template, context)
    response.status_code = 409
    return response


def _done(request, contract, text):
    text = text % {"number": contract.number}
    return written(request, text, events=EVENTS, client=contract.client, back=page_of(contract))
