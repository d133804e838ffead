"""An admin's two decisions about a client, each in a sheet: who leads it, and whether it is key.

The same address shows the sheet (GET) and takes the decision (POST): 204 or a redirect when it is taken, 422 with the
form when it is wrong, 409 when somebody else decided meanwhile.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

from accounts import access
from accounts.db import is_lock_timeout
from accounts.models import Segment, Tier
from accounts.templatetags.tend import clock, day
from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.publishing import publish_on_commit
from clients.filters import house_today
from clients.forms import AssignLeadForm, KeyStatusForm, PeopleSearchForm
from clients.history import decisions_about
from clients.loads import load_page
from clients.models import Assignment, Client
from clients.people import found_by_words, people_for_segment
from clients.services import assignment, key_status
from clients.views.edit import posted
from clients.views.scope import fetch_visible
from relationships.services.handover import hand_over_client
from relationships.tasks import score_clients

PEOPLE_SHOWN = 20
LEAD_EVENTS, KEY_EVENTS = ["lead-assigned"], ["key-status-changed"]


def fetch_to_decide(user, client_id):
    """The client, 404 outside the user's portfolio, 403 for all but admins. Nothing is written before this."""
    client = fetch_visible(Client.objects, user, client_id)
    if not access.may_assign(user):
        raise PermissionDenied
    return client


# --- Who leads it ---------------------------------------------------------------------------------------------


def assign_client(request, client_id):
    """Choosing and assigning the lead; `q` in the address narrows the people and answers with them alone."""
    client = fetch_to_decide(request.user, client_id)
    lead = assignment.running_lead(client)
    people = people_for_segment(client.segment).select_related("tier")
    form = AssignLeadForm(posted(request), people=people, initial={"seen_lead": lead.pk if lead else None})
    if request.method == "POST":
        return _assign(request, client, form)
    return _assign_sheet(request, client, form, lead=lead)


def _assign(request, client, form):
    if not form.is_valid():
        return _assign_sheet(request, client, form, status=422)
    seen = form.cleaned_data["seen_lead"]
    try:
        taken = hand_over_client(client=client, by=request.user, **_handover_of(form))
    except assignment.LeadChanged as changed:
        return _answer_changed_lead(request, client, form, changed.lead)
    except assignment.AssignmentRefused as refused:
        field, message = _words_of(refused)
        form.add_error(field, message)
        if field:
            form.fields[field].required = True  # the override is asked for only now
        return _assign_sheet(request, client, form, status=422)
    except OperationalError as error:
        return _answer_busy(request, client, form, error, _assign_sheet)
    if taken.pk == seen:
        form.add_error("lead", _("%(name)s leads this client already.") % {"name": taken.user.name})
        return _assign_sheet(request, client, form, status=422)
    back = reverse("relationships:client_page", args=[client.pk])
    return written(request, _summary_of(taken, client), events=LEAD_EVENTS, client=client, back=back)


def _handover_of(form):
    names = ("reason", "override_reason", "read_until", "seen_lead")
    return {"to": form.cleaned_data["lead"]} | {name: form.cleaned_data[name] for name in names}


def _words_of(refused):
    """(field, message) for what forbids an assignment."""
    if isinstance(refused, assignment.CapacityExceeded):
        return "override_reason", ngettext(
            "%(name)s leads %(load)d client and the maximum of the tier is %(maximum)d. "
            "Write here why this one may go over it.",
            "%(name)s leads %(load)d clients and the maximum of the tier is %(maximum)d. "
            "Write here why this one may go over it.",
            refused.load,
        ) % {"name": refused.user.name, "load": refused.load, "maximum": refused.maximum}
    if isinstance(refused, assignment.ClientIsLost):
        return None, _("This client is lost and has no lead. Mark it as active again first.")
    return "lead", _("Choose an account manager whose tier may lead this client.")


def _answer_changed_lead(request, client, form, lead):
    """409: nothing was written; the form now rests on the lead that somebody else assigned."""
    if lead is None:
        message = _("Somebody else changed who leads this client. Nothing was written: look again and save.")
    else:
        message = _(
            "%(name)s has led this client since %(day)s, %(time)s, assigned by %(by)s. Nothing was written: "
            "look again, and save to replace them."
        ) % {
            "name": lead.user.name,
            "day": day(lead.started_at),
            "time": clock(lead.started_at),
            "by": lead.assigned_by.name if lead.assigned_by else _("an import"),
        }
    form.data = form.data.copy()
    form.data["seen_lead"] = lead.pk if lead else ""
    form.add_error(None, message)
    return _assign_sheet(request, client, form, lead=lead, status=409)


def _summary_of(taken, client):
    said = _("%(name)s leads %(client)s now.") % {"name": taken.user.name, "client": client.name}
    load, maximum = Assignment.objects.current_leads().filter(user=taken.user).count(), taken.user.tier
    if maximum is None or load <= maximum.capacity_max:
        return said
    over = _("That makes %(load)d clients, over the maximum of %(maximum)d.")
    return f"{said} {over % {'load': load, 'maximum': maximum.capacity_max}}"


def _assign_sheet(request, client, form, *, lead=None, status=200):
    search = PeopleSearchForm(request.GET)
    asked = search.cleaned_data if search.is_valid() else {}
    status = status if search.is_valid() else 422
    lead = lead or assignment.running_lead(client)
    chosen = str(form["lead"].value() or asked.get("lead") or "")
    context = {
        "client": client,
        "form": form,
        "lead": lead,
        "lead_may_stay": lead and _may_lead(lead.user, client.segment),
        "search": search,
        "chosen": chosen,
        "people": _people_to_choose(client, form.fields["lead"].queryset, lead, asked.get("q", ""), chosen),
    }
    if wants_fragment(request) and "q" in request.GET and request.method != "POST":
        return uncached(render(request, "relationships/_lead_choices.html", context))
    context["decisions"] = decisions_about(client)
    fragment = wants_fragment(request)
    template = "relationships/_assign_sheet.html" if fragment else "relationships/assign_page.html"
    return uncached(render(request, template, context, status=status))


def _people_to_choose(client, people, lead, words, chosen):
    """A `LoadPage` of those with the most room, without the lead; the one already chosen stays in sight."""
    if lead:
        people = people.exclude(pk=lead.user_id)
    found = found_by_words(people, words) if words else people
    first_tier = Tier.KAM if client.segment == Segment.KEY else ""
    page = load_page(
        found, today=house_today(), size=PEOPLE_SHOWN, fullest_first=False, first_tier=first_tier
    )
    if chosen.isdecimal() and len(chosen) < 19 and chosen not in {str(row.id) for row in page}:
        page.rows = [*load_page(people.filter(pk=chosen), today=house_today()), *page]
    return page


def _may_lead(user, segment):
    return user.is_active and user.tier is not None and segment in user.tier.allowed_segments


# --- Whether it is key ----------------------------------------------------------------------------------------


def key_status_given(request, client_id):
    """Making a client key, with a reason."""
    return _decide_key(request, client_id, key_status.mark_key)


def key_status_ended(request, client_id):
    """Ending key status, with a reason; the client becomes a major one."""
    return _decide_key(request, client_id, key_status.end_key)


def _decide_key(request, client_id, decide):
    client = fetch_to_decide(request.user, client_id)
    form = KeyStatusForm(posted(request))
    if request.method != "POST":
        return _key_sheet(request, client, form)
    if not form.is_valid():
        return _key_sheet(request, client, form, status=422, ending=decide is key_status.end_key)
    try:
        decide(client=client, by=request.user, reason=form.cleaned_data["reason"])
    except key_status.KeyStatusRefused as refused:
        form.add_error(None, _refusal_of_key(refused))
        return _key_sheet(request, client, form, status=409)
    except OperationalError as error:
        return _answer_busy(request, client, form, error, _key_sheet)
    publish_on_commit(score_clients, [client.pk])
    return _answer_key(request, client)


def _refusal_of_key(refused):
    period = refused.period
    if isinstance(refused, key_status.LostClient):
        return _("This client is lost. Mark it as active again first.")
    if isinstance(refused, key_status.AlreadyKey):
        by = period.approved_by.name if period.approved_by else _("an import")
        return _("This client has been key since %(day)s, decided by %(by)s: “%(reason)s”.") % {
            "day": day(period.started_at),
            "by": by,
            "reason": period.reason,
        }
    return _("This client is not key any more.") if period else _("This client is not key.")


def _answer_key(request, client):
    """Done. A new key client whose lead may not lead it goes on to the choice of one who may."""
    client.refresh_from_db(fields=["segment"])
    words = (
        _("%(client)s is a key client now.")
        if client.segment == Segment.KEY
        else _("%(client)s is a major client now, no longer key.")
    )
    text = words % {"client": client.name}
    lead = assignment.running_lead(client)
    if lead and _may_lead(lead.user, client.segment):
        back = reverse("relationships:client_page", args=[client.pk])
        return written(request, text, events=KEY_EVENTS, client=client, back=back)
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("relationships:assign_client", client.pk)
    people = people_for_segment(client.segment).select_related("tier")
    form = AssignLeadForm(people=people, initial={"seen_lead": lead.pk if lead else None})
    response = _assign_sheet(request, client, form, lead=lead)
    for event in KEY_EVENTS:
        trigger_client_event(response, event, {"client": client.pk})
    return trigger_client_event(response, "toast", {"text": text, "kind": "success"})


def _key_sheet(request, client, form, status=200, ending=None):
    """`ending` says which form was sent; otherwise the client's segment now says which one is due."""
    client.refresh_from_db(fields=["segment"])
    context = {
        "client": client,
        "form": form,
        "ending": client.segment == Segment.KEY if ending is None else ending,
        "decisions": decisions_about(client),
    }
    fragment = wants_fragment(request)
    template = "relationships/_key_status_sheet.html" if fragment else "relationships/key_status_page.html"
    return uncached(render(request, template, context, status=status))


def _answer_busy(request, client, form, error, sheet):
    """409 when the client's row is held by somebody else for longer than we wait."""
    if not is_lock_timeout(error):
        raise error
    form.add_error(
        None, _("Somebody else is changing this client right now. Nothing was written; try again.")
    )
    return sheet(request, client, form, status=409)
