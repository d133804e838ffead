"""All mail to the people here, for admins, and sending it again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts import access
from accounts.db import is_lock_timeout
from accounts.web import errors
from accounts.web.answers import refused, safe_next
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page
from relationships import deliveries as reads
from relationships.forms_reminders import AgainForm, DeliveriesForm
from relationships.models import Delivery, DeliveryStatus
from relationships.services.deliveries import ASKED, ON_ITS_WAY, OVER, send_again

MOST_AT_ONCE = 1000  # of one click on "Send all again"; the next click takes the next
OUTCOMES_SHOWN = 100


@require_safe
def deliveries(request):
    """Mail by the filters of the address, newest first, with counts that agree with the list. Three queries more."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    form, now = DeliveriesForm(request.GET), timezone.now()
    valid = form.is_valid()
    chosen = form.cleaned_data
    found = reads.found_by(chosen, now) if valid else Delivery.objects.none()
    rows = reads.in_state(found, chosen.get("state"))
    page = reads.deliveries_page(rows, chosen["cursor"]) if valid else Page([])
    counts, standing = reads.counts_of(found), reads.standing(now)
    is_filtered = not valid or any(chosen[name] for name in ("kind", "channel", "person", "state"))
    is_filtered = is_filtered or chosen["days"] != form.USUAL_DAYS
    context = {
        "form": form,
        "valid": valid,
        "state": chosen.get("state", ""),
        "tabs": _tabs(request, chosen.get("state", ""), counts),
        "page": page,
        "lines": reads.lines(page),
        "is_filtered": is_filtered,
        "standing": standing,
        "none_yet": not (is_filtered or counts[""] or standing.held_up or standing.planned),
        "may_ask_all": valid and chosen["state"] == DeliveryStatus.FAILED and bool(page.rows),
    }
    template = "_answer" if wants_fragment(request) else "list"
    status = 200 if valid else 422
    return uncached(render(request, f"relationships/deliveries/{template}.html", context, status=status))


def _tabs(request, current, counts):
    """A tab for each state; the other filters stay."""
    kept = request.GET.copy()
    kept.pop("cursor", None)
    labels = {"": _("All"), **dict(DeliveryStatus.choices)}
    tabs = []
    for state, label in labels.items():
        kept["state"] = state
        address = f"{reverse('relationships:deliveries')}?{kept.urlencode()}"
        tabs.append({"label": label, "url": address, "current": state == current, "count": counts[state]})
    return tabs


def delivery_again(request):
    """Sends one mail again, or all failed ones of the filter, and says of each what was done."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = AgainForm(request.POST)
    if not form.is_valid():
        return errors.answer(request, 422)
    back = reverse("relationships:deliveries")
    try:
        if form.cleaned_data["delivery"]:
            return _one_again(request, form.cleaned_data["delivery"], back)
        return _all_again(request, form.cleaned_data, back)
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return refused(request, _("These mails are just being sent. Look again in a minute."), back=back)


def _one_again(request, delivery_id, back):
    row = get_object_or_404(Delivery.objects.mail(), pk=delivery_id)
    [outcome] = send_again(deliveries=[row])
    text = _SAID[outcome.done]()
    if not wants_fragment(request):
        messages.add_message(request, messages.SUCCESS if outcome.done == ASKED else messages.WARNING, text)
        return redirect(safe_next(request) or back)
    again = reads.with_what_is_told(Delivery.objects.filter(pk=row.pk))
    context = {"line": next(iter(reads.lines(again, {row.pk: outcome.done})), None), "gone_id": row.pk}
    response = uncached(render(request, "relationships/deliveries/_row_answer.html", context))
    kind = "success" if outcome.done == ASKED else "warning"
    return trigger_client_event(response, "toast", {"text": text, "kind": kind})


_SAID = {
    ASKED: lambda: _("It goes out again within a minute."),
    ON_ITS_WAY: lambda: _("It is on its way already."),
    OVER: lambda: _("Not sent: what it tells is over, or its reader does without."),
}


def _all_again(request, chosen, back):
    rows = reads.in_state(reads.found_by(chosen, timezone.now()), DeliveryStatus.FAILED)
    found = list(reads.with_what_is_told(rows).order_by("send_at", "pk")[:MOST_AT_ONCE])
    outcomes = {outcome.delivery.pk: outcome.done for outcome in send_again(deliveries=found)}
    done = list(outcomes.values())
    context = {
        "counts": {name: done.count(name) for name in (ASKED, ON_ITS_WAY, OVER)},
        "lines": reads.lines(found[:OUTCOMES_SHOWN], outcomes),
        "more": max(0, len(found) - OUTCOMES_SHOWN),
        "is_cut": len(found) == MOST_AT_ONCE,
        "back": back,
    }
    template = "_outcomes" if wants_fragment(request) else "outcomes"
    return uncached(render(request, f"relationships/deliveries/{template}.html", context))
