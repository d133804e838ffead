"""One deal: its page, opening and editing it, moving it on, won, lost, opened again."""

from django.db import OperationalError
from django.db.models import Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import house_today
from clients.forms import take_theirs
from clients.forms.deal import (
    OPEN_STAGE_CHOICES,
    DealEditForm,
    DealForm,
    DealLinkForm,
    LoseForm,
    StageForm,
    VersionForm,
    WinForm,
    products_for,
)
from clients.models import Advice, Approval, Client, Deal, DealKind, DealStage
from clients.querysets.deals import OPEN_STAGES
from clients.services.authority import BeyondAuthority, check_authority
from clients.services.changes import KeyUsedElsewhere
from clients.services.deals import (
    DealClosed,
    DealInContract,
    lose_deal,
    move_deal,
    open_deal,
    reopen_deal,
    save_deal,
    win_deal,
)
from clients.services.editing import EditConflict
from clients.whitespace import suggestion_for

from .authority import beyond_context
from .edit import posted, refuse_busy
from .panels import answer_form
from .scope import fetch_changeable, fetch_visible
from .sheets import answer_conflict_sheet, with_status

EVENTS = ("deal-changed", "care-changed")


def _deals():
    return Deal.objects.select_related("client", "product")


def deal_page(request, deal_id):
    """All about one deal. Up to four queries beside the deal's own."""
    deal = fetch_visible(
        _deals().select_related("client", "product", "owner", "advice__author"), request.user, deal_id
    )
    is_open = deal.stage in OPEN_STAGES
    context = {
        "deal": deal,
        "client": deal.client,
        "may_change": deal.may_change,
        "is_open": is_open,
        "weighted": _weighted(deal),
        "is_overdue": bool(is_open and deal.expected_on and deal.expected_on < house_today()),
        "stages": OPEN_STAGE_CHOICES,
        "approvals": Approval.objects.filter(deal=deal).select_related("asked_by", "decided_by"),
        "contracts": deal.contracts.only("number", "title"),
    }
    if is_open:
        context |= _beyond(deal)
    template = "clients/growth/_deal.html" if wants_fragment(request) else "clients/growth/deal_page.html"
    return uncached(render(request, template, context))


def _weighted(deal):
    if deal.amount is None or deal.probability is None:
        return None
    return deal.amount * deal.probability / 100


def _beyond(deal):
    """Context on what stands against these terms, empty when nothing does. One to three queries."""
    try:
        check_authority(
            client=deal.client_id,
            deal=deal,
            discount_percent=deal.discount_percent,
            payment_days=deal.payment_days,
        )
    except BeyondAuthority as refusal:
        return beyond_context(refusal, deal=deal)
    return {}


# --- Opening and editing --------------------------------------------------------------------------------------


def deal_new(request, client_id):
    """A new deal of a client; the address may name a series to start from, or advice that it is made of."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    link = DealLinkForm(request.GET)
    asked = link.cleaned_data if link.is_valid() else {}
    advice = _advice(client, asked.get("advice"))
    suggestion = suggestion_for(client, asked["series"]) if asked.get("series") else None
    initial = _initial(client, asked.get("series"), suggestion, advice)
    form = DealForm(posted(request), instance=Deal(client=client), initial=initial)
    context = {
        "client": client,
        "title": _("New deal"),
        "action": request.get_full_path(),
        "why": suggestion.reason if suggestion else advice.reason if advice else "",
    }
    if not form.is_valid():
        return answer_form(request, form, "clients/growth/_deal_form.html", context)
    try:
        deal = open_deal(
            client=client,
            values=form.values(),
            by=request.user,
            day=house_today(),
            idempotency_key=form.cleaned_data["idempotency_key"],
            advice=advice,
        )
    except KeyUsedElsewhere:
        form.add_error(None, _("This form was used for another client. Open it again."))
        return answer_form(request, form, "clients/growth/_deal_form.html", context)
    except OperationalError as error:
        refuse_busy(form, error)
        return with_status(answer_form(request, form, "clients/growth/_deal_form.html", context), 409)
    text = _("The deal is opened: %(name)s.") % {"name": deal.title or deal.product.name}
    return written(request, text, events=EVENTS, client=client, back=_page_of(deal))


def _advice(client, advice_id):
    """404 for advice of somebody else."""
    if advice_id is None:
        return None
    return get_object_or_404(Advice.objects.select_related("product").filter(client=client), pk=advice_id)


def _initial(client, series, suggestion, advice):
    """What is filled in beforehand. A suggestion brings its product and amount, advice its product and words."""
    initial = {"kind": DealKind.CROSS_SELL}
    if suggestion:
        initial |= {"product": suggestion.product_id, "amount": suggestion.amount}
    elif series:
        of_series = products_for(client).filter(Q(series=series) | Q(series="", name=series))
        initial["product"] = of_series.values_list("pk", flat=True).first()
    if advice:
        initial |= {"product": advice.product_id, "title": advice.recommendation[:200]}
    return initial


def deal_edit(request, deal_id):
    """The terms of an open deal. 409 when somebody else saved meanwhile, or closed it."""
    deal = fetch_changeable(_deals(), request.user, deal_id)
    context = {
        "client": deal.client,
        "deal": deal,
        "title": _("Edit deal"),
        "action": reverse("clients:deal_edit", args=[deal.pk]),
    }
    template = "clients/growth/_deal_form.html"
    if request.method != "POST":
        return answer_form(request, DealEditForm(instance=deal), template, context)
    data = take_theirs(request.POST, DealEditForm(instance=deal))
    form = DealEditForm(data, instance=_deals().get(pk=deal.pk))
    if not form.is_valid():
        return answer_form(request, form, template, context)
    try:
        deal = save_deal(deal=deal, version=form.cleaned_data["version"], changes=form.values())
    except EditConflict as conflict:
        context |= {"title": _("Two versions of this deal"), "back": _page_of(deal)}
        return answer_conflict_sheet(request, form, conflict.saved, context)
    except (DealClosed, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, template, context), 409)
    text = _("%(name)s is saved.") % {"name": deal.title or deal.product.name}
    return written(request, text, events=EVENTS, client=deal.client, back=_page_of(deal))


# --- Moving on ------------------------------------------------------------------------------------------------


def deal_stage(request, deal_id):
    """Into another open stage, from the board or the deal's page. POST only."""
    deal = fetch_changeable(_deals(), request.user, deal_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = StageForm(request.POST)
    context = {"client": deal.client, "title": _("Move deal"), "action": request.path, "deal": deal}
    template = "clients/growth/_deal_stage.html"
    if not form.is_valid():
        return answer_form(request, form, template, context)
    stage, version = form.cleaned_data["stage"], form.cleaned_data["version"]
    try:
        move_deal(deal=deal, version=version, stage=stage)
    except (EditConflict, DealClosed, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, template, context), 409)
    text = _("%(name)s: %(stage)s.") % {
        "name": deal.title or deal.product.name,
        "stage": dict(OPEN_STAGE_CHOICES)[stage],
    }
    return written(request, text, events=EVENTS, client=deal.client, back=_page_of(deal))


def deal_win(request, deal_id):
    """Closed as won. Terms beyond what the lead may grant are explained, with the way to ask for them."""
    deal = fetch_changeable(_deals(), request.user, deal_id)
    form = WinForm(posted(request), deal=deal)
    context = {"client": deal.client, "deal": deal, "title": _("Won"), "submit": _("Mark as won")}
    context |= {"action": reverse("clients:deal_win", args=[deal.pk])} | _beyond(deal)

    def close():
        return win_deal(
            deal=deal,
            version=form.cleaned_data["version"],
            amount=form.cleaned_data["amount"],
            day=form.cleaned_data["day"],
            by=request.user,
        )

    return _closing(request, form, context, close, _("Won: %(name)s."))


def deal_lose(request, deal_id):
    """Closed as lost, with the reason."""
    deal = fetch_changeable(_deals(), request.user, deal_id)
    form = LoseForm(posted(request), deal=deal)
    context = {
        "client": deal.client,
        "deal": deal,
        "title": pgettext("deal", "Lost"),
        "submit": _("Mark as lost"),
    }
    context |= {"action": reverse("clients:deal_lose", args=[deal.pk])}

    def close():
        return lose_deal(
            deal=deal,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            day=form.cleaned_data["day"],
            by=request.user,
        )

    return _closing(request, form, context, close, _("Lost: %(name)s."))


def _closing(request, form, context, close, text):
    deal, template = context["deal"], "clients/growth/_deal_close.html"
    if not form.is_valid():
        return answer_form(request, form, template, context)
    try:
        close()
    except BeyondAuthority as refusal:
        form.add_error(None, _("These terms need an approval first. Nothing was written."))
        context |= beyond_context(refusal, deal=deal)
        return answer_form(request, form, template, context)
    except (EditConflict, DealClosed, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, template, context), 409)
    text %= {"name": deal.title or deal.product.name}
    return written(request, text, events=EVENTS, client=deal.client, back=_page_of(deal))


def deal_reopen(request, deal_id):
    """Takes back that it was won or lost: asked first, since revenue changes with a won one."""
    deal = fetch_changeable(_deals(), request.user, deal_id)
    form = VersionForm(posted(request), initial={"version": deal.version})
    context = {"client": deal.client, "deal": deal, "title": _("Open this deal again?")}
    context |= {
        "action": reverse("clients:deal_reopen", args=[deal.pk]),
        "submit": _("Open again"),
        "is_won": deal.stage == DealStage.WON,
    }
    template = "clients/growth/_deal_reopen.html"
    if not form.is_valid():
        return answer_form(request, form, template, context)
    try:
        reopen_deal(deal=deal, version=form.cleaned_data["version"])
    except (EditConflict, DealInContract, OperationalError) as error:
        _refuse(form, error)
        return with_status(answer_form(request, form, template, context), 409)
    text = _("%(name)s is open again.") % {"name": deal.title or deal.product.name}
    return written(request, text, events=EVENTS, client=deal.client, back=_page_of(deal))


def _refuse(form, error):
    """Says on the form who was first. Raises an OperationalError that is no lock timeout."""
    if isinstance(error, EditConflict):
        text = _("Somebody else changed this deal meanwhile. Nothing was written: look at it again first.")
        form.add_error(None, text)
    elif isinstance(error, DealClosed):
        text = _("This deal was closed meanwhile: %(stage)s. Nothing was written.")
        form.add_error(None, text % {"stage": error.deal.get_stage_display()})
    elif isinstance(error, DealInContract):
        form.add_error(None, _("A contract came of this deal, so it stays won."))
    else:
        refuse_busy(form, error)


def _page_of(deal):
    return reverse("clients:deal_page", args=[deal.pk])
