"""Questions of authority: what waits for me, what I asked, the question itself and its decision."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.web.answers import written
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.forms.approval import APPROVE, ApprovalForm, DecisionForm, TermsForm
from clients.models import Approval, ApprovalStatus, Assignment, Contract, Deal
from clients.services.authority import (
    AlreadyAsked,
    AlreadyDecided,
    MayNotDecide,
    WithinAuthority,
    ask_approval,
    authority_for,
    decide_approval,
    deciders_of,
    may_decide,
    pending_of,
    waiting_for,
    withdraw_approval,
)
from clients.services.changes import KeyUsedElsewhere
from clients.services.contracts import lines_of, wish_of

from .authority import pending_in_words
from .edit import posted
from .panels import answer_form
from .scope import fetch_changeable, fetch_visible

ROWS_PER_PAGE = 30
WAITING, ASKED = "waiting", "asked"
TABS = [(WAITING, gettext_lazy("For me to decide")), (ASKED, gettext_lazy("Asked by me"))]
EVENTS = ("approvals-changed", "care-changed")
RELATED = ("client", "contract", "deal__product", "asked_by", "decided_by")


class ApprovalsForm(PlainForm):
    tab = forms.ChoiceField(choices=TABS, required=False)
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def approvals(request):
    """Two lists with an address each. Six queries at most beside session and scope."""
    form = ApprovalsForm(request.GET)
    valid = form.is_valid()
    waiting = waiting_for(request.user).filter(pk__in=Approval.objects.visible_to(request.user).values("pk"))
    count = waiting.count()
    tab = (form.cleaned_data["tab"] if valid else "") or (WAITING if count else ASKED)
    if tab == WAITING:
        rows, keys = waiting, ["asked_at", "id"]
    else:
        rows = Approval.objects.visible_to(request.user).filter(asked_by=request.user)
        keys = ["-asked_at", "-id"]
    cursor = form.cleaned_data["cursor"] if valid else ""
    page = keyset_page(_with_lead(rows), keys=keys, cursor=cursor, size=ROWS_PER_PAGE)
    context = {"page": page, "tab": tab, "tabs": _tabs(tab, count), "waiting": count}
    template = "clients/approvals/_list.html" if wants_fragment(request) else "clients/approvals/list.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def _with_lead(rows):
    """Adds who leads the client and what their tier grants, for the rows of the page alone."""
    leads = Assignment.objects.leads().filter(client=OuterRef("client"), ended_at__isnull=True).order_by()
    return rows.select_related(*RELATED).annotate(
        lead_name=Subquery(leads.values("user__name")[:1]),
        tier_discount=Subquery(leads.values("user__tier__max_discount_percent")[:1]),
        tier_days=Subquery(leads.values("user__tier__max_payment_days")[:1]),
    )


def _tabs(current, waiting):
    address = reverse("clients:approvals")
    counts = {WAITING: waiting}
    return [
        {
            "label": label,
            "url": f"{address}?tab={name}",
            "current": name == current,
            "count": counts.get(name),
        }
        for name, label in TABS
    ]


# --- Asking ---------------------------------------------------------------------------------------------------


def contract_approval(request, contract_id):
    contract = fetch_changeable(Contract.objects.select_related("client"), request.user, contract_id)
    wish = wish_of(contract, lines_of(contract))
    back = reverse("clients:contract_page", args=[contract.pk])
    about = f"{contract.number} · {contract.title}"
    return _ask(request, wish, back, about, route="contract_approval", contract=contract)


def deal_approval(request, deal_id):
    deals = Deal.objects.select_related("client", "product")
    deal = fetch_changeable(deals, request.user, deal_id)
    wish = {"discount_percent": deal.discount_percent, "payment_days": deal.payment_days}
    about = deal.title or deal.product.name
    return _ask(request, wish, deal.client.get_absolute_url(), about, route="deal_approval", deal=deal)


def _ask(request, wish, back, about, *, route, deal=None, contract=None):
    """The question about one deal or contract; 409 names the one that waits already."""
    subject = contract or deal
    form = ApprovalForm(posted(request), initial=wish | _terms_asked_for(request))
    template = "clients/approvals/_ask_form.html"
    context = {
        "client": subject.client,
        "title": _("Ask for approval"),
        "note": about,
        "action": reverse(f"clients:{route}", args=[subject.pk]),
        "submit": _("Ask"),
        "back": back,
        "authority": authority_for(subject.client),
        "pending": pending_of(deal=deal, contract=contract),
    }
    if not form.is_valid():
        return answer_form(request, form, template, context)
    try:
        approval = ask_approval(deal=deal, contract=contract, by=request.user, **form.cleaned_data)
    except AlreadyAsked as refusal:
        form.add_error(None, pending_in_words(refusal.pending))
        return _answer_conflict(request, form, template, context | {"pending": refusal.pending})
    except WithinAuthority:
        form.add_error(None, _("The lead may grant this without asking."))
        return answer_form(request, form, template, context)
    except KeyUsedElsewhere:
        form.add_error(None, _("This form was used before. Open it again and repeat your change."))
        return _answer_conflict(request, form, template, context)
    return written(request, _asked_in_words(approval), events=EVENTS, client=subject.client, back=back)


def _terms_asked_for(request):
    """The terms that the address names; what makes no sense there is left out."""
    form = TermsForm(request.GET)
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value is not None}


def _asked_in_words(approval):
    deciders = deciders_of(
        approval.client_id,
        discount_percent=approval.discount_percent,
        payment_days=approval.payment_days,
        besides=approval.asked_by,
    )
    if not deciders:
        return _("Asked. Nobody above the lead may decide on this yet; an admin has to name a manager.")
    return _("Asked. %(names)s may decide.") % {"names": ", ".join(one.name for one in deciders[:3])}


def _answer_conflict(request, form, template, context):
    response = answer_form(request, form, template, context)
    response.status_code = 409
    return response


# --- Deciding -------------------------------------------------------------------------------------------------


def approval_decision(request, approval_id):
    """The question; deciders answer it, others who see the client read it. 409 when somebody was first."""
    approval = fetch_visible(_with_lead(Approval.objects.all()), request.user, approval_id)
    decides = approval.may_change and may_decide(approval, request.user)
    if request.method == "POST" and not decides:
        raise PermissionDenied
    form = DecisionForm(posted(request))
    context = _decision_context(approval, decides)
    template = "clients/approvals/_decision.html"
    if not form.is_valid():
        return answer_form(request, form, template, context)
    chosen = form.cleaned_data
    approve = chosen["decision"] == APPROVE
    try:
        decide_approval(approval=approval, approve=approve, answer=chosen["answer"], by=request.user)
    except AlreadyDecided as refusal:
        form.add_error(None, _decided_in_words(refusal.approval))
        return _answer_conflict(request, form, template, _decision_context(refusal.approval, decides))
    except MayNotDecide:
        raise PermissionDenied from None
    text = _("Approved.") if approve else _("Declined.")
    return written(request, text, events=EVENTS, client=approval.client, back=reverse("clients:approvals"))


def _decision_context(approval, decides):
    subject = approval.contract or approval.deal
    about = {"contract": approval.contract_id} if approval.contract_id else {"deal": approval.deal_id}
    earlier = (
        Approval.objects.filter(**about).exclude(pk=approval.pk).select_related("asked_by", "decided_by")
    )
    return {
        "approval": approval,
        "client": approval.client,
        "title": _("Discount and payment term"),
        "note": approval.client.name,
        "subject": subject,
        "value": subject.value if approval.contract_id else subject.amount,
        "earlier": earlier[:10],
        "decides": decides and approval.status == ApprovalStatus.PENDING,
        "action": reverse("clients:approval_decision", args=[approval.pk]),
        "submit": _("Save the decision"),
        "back": reverse("clients:approvals"),
    }


def _decided_in_words(approval):
    words = {"name": approval.decided_by.name if approval.decided_by else "–"}
    if approval.status == ApprovalStatus.APPROVED:
        return _("%(name)s approved this meanwhile. Nothing was written.") % words
    if approval.status == ApprovalStatus.DECLINED:
        return _("%(name)s declined this meanwhile. Nothing was written.") % words
    return _("%(name)s withdrew this meanwhile. Nothing was written.") % words


def approval_withdraw(request, approval_id):
    """Takes a question back."""
    approval = fetch_changeable(Approval.objects.select_related("client"), request.user, approval_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = approval.client.get_absolute_url()
    if approval.contract_id:
        back = reverse("clients:contract_page", args=[approval.contract_id])
    try:
        withdraw_approval(approval=approval, by=request.user)
    except AlreadyDecided as refusal:
        template = "clients/approvals/_decision.html"
        context = _decision_context(refusal.approval, decides=False)
        context["told"] = _decided_in_words(refusal.approval)
        return _answer_conflict(request, DecisionForm(), template, context)
    return written(request, _("Withdrawn."), events=EVENTS, client=approval.client, back=back)
