"""What has gone up to somebody, what is late in their team, and their word on an offer to reassign a client."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Prefetch
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import User
from accounts.web.answers import refused, written
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.models import Assignment
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form
from clients.views.scope import fetch_changeable
from clients.views.sheets import with_status
from relationships.followups import escalated, queue
from relationships.followups.escalation_rules import working_days_late
from relationships.followups.overdue import overdue_of_team
from relationships.models import Escalation, EscalationStep
from relationships.services import escalations as service

ROWS_A_PAGE = 30
TO_ME, OVERDUE, ENDED = "", "overdue", "ended"
EVENTS = ("care-changed", "escalations-changed")


class PageForm(PlainForm):
    """Which list, of whom, and from where on."""

    list = forms.ChoiceField(choices=[(TO_ME, ""), (OVERDUE, ""), (ENDED, "")], required=False)
    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    cursor = forms.CharField(max_length=2000, required=False)


class KeepForm(PlainForm):
    """Why the client stays with its lead."""

    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Stands on the client's timeline. The offer comes again only after a fresh start."
        ),
    )


# --- The page --------------------------------------------------------------------------------------------------------


@require_safe
def escalations(request):
    """Three lists: gone up to the reader, late in their team, lately over. Five queries beside scope at most."""
    if not access.may_see_portfolio(request.user):
        raise PermissionDenied
    form = PageForm(request.GET)
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {"list": TO_ME, "person": None, "cursor": ""}
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    overdue = overdue_of_team(request.user, today)
    counts = {TO_ME: escalated.waiting_for(request.user), OVERDUE: overdue.count()}
    context = {
        "tabs": _tabs(chosen["list"], counts),
        "list": chosen["list"],
        "counts": {"mine": counts[TO_ME], "overdue": counts[OVERDUE]},
        "may_assign": access.may_assign(request.user),
    } | _LISTS[chosen["list"]](request.user, today, chosen, overdue)
    template = "_escalations" if wants_fragment(request) else "escalations"
    name = f"relationships/escalations/{template}.html"
    return uncached(render(request, name, context, status=200 if valid else 422))


def _tabs(current, counts):
    address = reverse("relationships:escalations")
    labels = {TO_ME: _("Escalated to me"), OVERDUE: _("The team's overdue"), ENDED: _("Recently closed")}
    return [
        {
            "label": label,
            "url": f"{address}?list={name}" if name else address,
            "current": name == current,
            "count": counts.get(name),
        }
        for name, label in labels.items()
    ]


def _to_me(user, today, chosen, _overdue):
    page = keyset_page(
        _with_names(escalated.gone_up_to(user)),
        keys=escalated.ORDER,
        cursor=chosen["cursor"],
        size=ROWS_A_PAGE,
    )
    return {"page": page, "rows": escalated.rows_of(page.rows, user, today)}


def _with_names(rows):
    leads = Assignment.objects.leads().filter(ended_at__isnull=True).select_related("user")
    named = rows.select_related("client", "follow_up__assignee", "to")
    return named.prefetch_related(Prefetch("client__assignments", queryset=leads, to_attr="running_leads"))


def _late(_user, today, chosen, overdue):
    """The team's overdue, of one person where chosen."""
    people = User.objects.filter(pk__in=overdue.order_by().values("assignee")).order_by("name_sort", "pk")
    shown = overdue.filter(assignee=chosen["person"]) if chosen["person"] else overdue
    rows = shown.select_related("client", "assignee")
    page = keyset_page(rows, keys=["due_on", "id"], cursor=chosen["cursor"], size=ROWS_A_PAGE)
    items = queue.items_of(page.rows, today)
    return {
        "page": page,
        "rows": [{"item": item, "days": working_days_late(item.follow_up.due_on, today)} for item in items],
        "people": list(people),
        "person": chosen["person"],
    }


def _over(user, today, chosen, _overdue):
    ended = escalated.lately_over(user).select_related("client", "follow_up__assignee", "to")
    page = keyset_page(ended, keys=["-ended_at", "-id"], cursor=chosen["cursor"], size=ROWS_A_PAGE)
    return {"page": page, "rows": escalated.rows_of(page.rows, user, today)}


_LISTS = {TO_ME: _to_me, OVERDUE: _late, ENDED: _over}


# --- The offer to reassign -----------------------------------------------------------------------------------------


def _fetch_to_decide(request, escalation_id):
    """The escalation, 404 outside one's portfolio, 403 for all but whom it was told to and admins."""
    rows = _with_names(Escalation.objects.all())
    escalation = fetch_changeable(rows, request.user, escalation_id)
    if not escalated.is_told_to(request.user, escalation):
        raise PermissionDenied
    return escalation


def escalation_keep(request, escalation_id):
    """Keeps the client with its lead, and says why. 409 where there is nothing to decide any more."""
    escalation = _fetch_to_decide(request, escalation_id)
    client, form, status = escalation.client, KeepForm(posted(request)), None
    back = reverse("relationships:escalations")
    if escalation.ended_at or escalation.step != EscalationStep.REASSIGN:
        return _nothing_to_decide(request, back)
    if form.is_valid():
        try:
            service.keep_client(escalation=escalation, by=request.user, note=form.cleaned_data["note"])
        except service.NothingToDecide:
            return _nothing_to_decide(request, back)
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            text = _("%(client)s stays with %(name)s.") % {"client": client.name, "name": _lead(client)}
            return written(request, text, events=EVENTS, client=client, back=back)
    context = {
        "title": _("Keep with %(name)s") % {"name": _lead(client)},
        "note": client.name,
        "action": request.path,
        "submit": _("Keep"),
        "back": back,
    }
    return with_status(answer_form(request, form, "components/_sheet_form.html", context), status)


def escalation_pass_on(request, escalation_id):
    """Asks an admin, who may reassign the client."""
    escalation = _fetch_to_decide(request, escalation_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    back = reverse("relationships:escalations")
    try:
        passed = service.ask_admin(escalation=escalation, by=request.user)
    except service.NothingToDecide:
        return _nothing_to_decide(request, back)
    except OperationalError as error:
        form = PlainForm({})
        form.is_valid()
        refuse_busy(form, error)
        return refused(request, form.non_field_errors()[0], back=back)
    text = _("%(name)s was asked.") % {"name": passed.to.name}
    return written(request, text, events=EVENTS, client=escalation.client, back=back)


def _nothing_to_decide(request, back):
    return refused(request, _("There is nothing to decide here any more."), back=back)


def _lead(client):
    """The name of whoever leads it."""
    return client.running_leads[0].user.name if client.running_leads else _("nobody")
