"""Adding and editing a contract with its lines: a page of its own, which works without script."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.web.htmx import uncached, wants_fragment
from clients.filters import house_today
from clients.forms import take_theirs
from clients.forms.conflict import Difference
from clients.forms.contract import ContractEditForm, NewContractForm, OfDealForm
from clients.forms.lines import PREFIX, as_data, line_forms, one_more
from clients.models import Client, Contract, ContractState, Deal, Product
from clients.services.authority import BeyondAuthority
from clients.services.changes import KeyUsedElsewhere
from clients.services.contracts import NumberTaken, create_contract, lines_of, save_contract
from clients.services.editing import EditConflict

from .authority import refuse_beyond
from .contracts import fetch_contract
from .edit import find_conflict, posted, refuse_busy
from .scope import fetch_changeable

ADD_LINE = "add_line"
# What is over stays as it was.
EDITABLE = {ContractState.DRAFT, ContractState.SIGNED}


def contract_new(request, client_id):
    """A draft, perhaps made of a deal (?deal=)."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    deal = _deal_asked_for(request, client)
    contract = Contract(client=client, currency=client.currency)
    form = NewContractForm(
        posted(request), instance=contract, deal=deal, initial=_first_values(deal) if deal else {}
    )
    first_lines = [(deal.product_id, 1, deal.amount or 0)] if deal else []
    lines = line_forms(posted(request), lines=first_lines)
    context = {"form": form, "lines": lines, "client": client, "deal": deal}
    if not _is_complete(request, form, lines):
        return _show(request, context)
    try:
        saved = create_contract(
            client=client,
            values=form.values(),
            lines=lines.lines(),
            by=request.user,
            idempotency_key=form.cleaned_data["idempotency_key"],
        )
    except (NumberTaken, KeyUsedElsewhere, OperationalError) as error:
        return _show(request, context, status=_refuse(form, error))
    messages.success(request, _("Contract %(number)s is drafted.") % {"number": saved.number})
    return redirect("clients:contract_page", saved.pk)


def _deal_asked_for(request, client):
    """The deal of this client that the address names, or None; one of another client is none."""
    form = OfDealForm(request.GET)
    deal_id = form.cleaned_data["deal"] if form.is_valid() else None
    if deal_id is None:
        return None
    return Deal.objects.filter(client=client, pk=deal_id).select_related("product").first()


def _first_values(deal):
    """The lines begin with the deal's amount, which is after its discount; the discount is granted already."""
    return {
        "title": deal.title or deal.product.name,
        "currency": deal.currency,
        "payment_days": deal.payment_days or Contract._meta.get_field("payment_days").default,
        "starts_on": deal.closed_on or house_today(),
    }


def contract_edit(request, contract_id):
    """Everything that was agreed. 422 with what was typed, 409 when somebody else saved meanwhile."""
    contract = fetch_contract(request, contract_id)
    if contract.state not in EDITABLE:
        raise PermissionDenied
    before = lines_of(contract)
    context = {"contract": contract, "client": contract.client, "number": contract.number}
    if request.method != "POST":
        form = ContractEditForm(instance=contract, lines=before)
        return _show(request, context | {"form": form, "lines": line_forms(lines=before)})
    data = take_theirs(request.POST, ContractEditForm(instance=contract, lines=before))
    if data.get("keep-lines") == "theirs":
        data.update(as_data(before))
    form = ContractEditForm(data, instance=contract, lines=before)
    lines = line_forms(data, lines=before)
    context |= {"form": form, "lines": lines}
    if not _is_complete(request, form, lines):
        return _show(request, context)
    return _save(request, contract, form, lines, context)


def _save(request, contract, form, lines, context):
    try:
        saved = save_contract(
            contract=contract,
            version=form.cleaned_data["version"],
            changes=form.values(),
            lines=lines.lines(),
        )
    except EditConflict as conflict:
        return _answer_conflict(request, form, lines, conflict.saved, context)
    except BeyondAuthority as refusal:
        context |= refuse_beyond(form, refusal, contract=contract)
        return _show(request, context)
    except (NumberTaken, OperationalError) as error:
        return _show(request, context, status=_refuse(form, error))
    messages.success(request, _("Contract %(number)s is saved.") % {"number": saved.number})
    return redirect("clients:contract_page", saved.pk)


def _is_complete(request, form, lines):
    """Whether everything posted makes a contract; a click on "add a line" never does."""
    if not form.is_bound:
        return False
    valid, lines_valid = form.is_valid(), lines.is_valid()
    if ADD_LINE in request.POST or not (valid and lines_valid):
        return False
    return form.settle_value(lines.lines())


def _refuse(form, error):
    """Says what stands in the way; returns the status."""
    if isinstance(error, OperationalError):
        refuse_busy(form, error)
    elif isinstance(error, NumberTaken):
        form.add_error("number", _("This client has a contract of this number already."))
        return 422
    else:
        form.add_error(None, _("This form was used before. Open it again and repeat your change."))
    return 409


def _show(request, context, *, status=None):
    """The form; for "add a line" as it was typed, with one more line."""
    if ADD_LINE in request.POST:
        context["lines"] = line_forms(one_more(context["lines"].data))
        if wants_fragment(request):
            return uncached(render(request, "clients/contracts/_lines_form.html", context))
        status = 200
    else:
        status = status or (422 if context["form"].is_bound else 200)
    return uncached(render(request, "clients/contracts/form.html", context, status=status))


def _answer_conflict(request, form, lines, saved, context):
    """409 with both versions; the lines are chosen as a whole. Four queries."""
    form.data = form.data.copy()
    form.data["version"] = saved.version
    conflict = find_conflict(form, saved)
    mine, theirs = lines.lines(), lines_of(saved)
    if mine != theirs:
        label = _("Lines")
        conflict.differences.append(
            Difference(PREFIX, label, _lines_in_words(mine), _lines_in_words(theirs), "mine")
        )
    hidden = [field.as_hidden() for field in form if not field.is_hidden]
    hidden += [field.as_hidden() for line in lines for field in line]
    context |= {"conflict": conflict, "hidden": hidden, "management_form": lines.management_form}
    return uncached(render(request, "clients/contracts/conflict.html", context, status=409))


def _lines_in_words(lines):
    names = dict(Product.objects.filter(pk__in=[line[0] for line in lines]).values_list("pk", "name"))
    return "\n".join(f"{quantity} × {names[pk]}: {price}" for pk, quantity, price in lines) or "–"
