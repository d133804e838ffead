"""The own rating: on the client's page, and of all one's clients in a minute."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts.web.answers import safe_next
from accounts.web.htmx import uncached, wants_fragment
from clients.services.assignment import running_lead
from clients.services.changes import KeyUsedElsewhere
from clients.views.edit import posted, refuse_busy
from relationships.client_overview import fetch_client
from relationships.forms_health import BLOCK, ROW, RateForm, RatingQueryForm
from relationships.own_ratings import SCALE, how_many_wait, standing_of, standings_of
from relationships.services.own_rating import NotTheLead, rate_relationship

TEMPLATES = {BLOCK: "relationships/rating/_client_rating.html", ROW: "relationships/rating/_row_answer.html"}


@require_safe
def ratings(request):
    """All the clients that the reader leads, those first that wait for a rating. Two queries beside session."""
    standings = standings_of(request.user)
    context = {
        "rows": [rating_context(standing, ROW) for standing in standings],
        "waiting": sum(bool(standing.asks) for standing in standings),
    }
    return uncached(render(request, "relationships/rating/ratings.html", context))


def rating_context(standing, shape=BLOCK, *, form=None, asked=None):
    """What the scale shows. `form` is a rating that was not taken, `asked` the value whose reason is to be typed."""
    client, in_list = standing.client, shape == ROW
    return {
        "own": standing,
        "client": client,
        "scale": SCALE,
        "rate_form": form or RateForm(),
        "key": uuid.uuid4(),  # another form, another rating
        "asked": form.cleaned_data.get("value") if form else asked,
        "shape": shape,
        "target": f"rating-row-{client.pk}" if in_list else f"client-{client.pk}-rating",
        "back": reverse("relationships:ratings") if in_list else client.get_absolute_url(),
    }


def client_rating(request, client_id):
    """The rating of one client: shown (GET; `value` opens its reason), given (POST) by whoever leads it.

    422 without a value, and for red without a reason, with the field for it; 409 for a form that was used before.
    """
    client = fetch_client(request.user, client_id)
    lead = running_lead(client)
    standing = standing_of(client, request.user, lead.user if lead else None)
    if request.method == "POST":
        if not standing.may_rate:
            raise PermissionDenied
        return _rate(request, standing, RateForm(posted(request)))
    query = RatingQueryForm(request.GET)
    valid = query.is_valid()
    asked = query.cleaned_data["value"] if valid and standing.may_rate else None
    context = rating_context(standing, query.cleaned_data.get("shape") or BLOCK, asked=asked)
    return _show(request, context, status=200 if valid else 422)


def _rate(request, standing, form):
    status = 422
    if form.is_complete:
        values = {name: form.cleaned_data[name] for name in ("value", "note", "idempotency_key")}
        try:
            rating = rate_relationship(client=standing.client, by=request.user, **values)
        except NotTheLead:  # handed over a moment ago
            raise PermissionDenied from None
        except KeyUsedElsewhere:
            form.add_error(None, _("This was rated before. Look again and choose once more."))
            status = 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _saved(request, standing, rating, form.cleaned_data["shape"] or BLOCK)
    context = rating_context(standing, form.cleaned_data.get("shape") or BLOCK, form=form)
    return _show(request, context, status=status)


def _saved(request, standing, rating, shape):
    client = standing.client
    words = {"client": client.name, "value": rating.value, "word": rating.get_value_display()}
    text = _("%(client)s: rated %(value)s, %(word)s.") % words
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(safe_next(request) or client)
    now = standing_of(client, request.user, standing.lead)
    response = _show(request, rating_context(now, shape) | {"just_rated": True})
    trigger_client_event(response, "care-changed", {"client": client.pk})
    return trigger_client_event(response, "announce", {"text": text})


def _show(request, context, status=200):
    if not wants_fragment(request):
        return uncached(render(request, "relationships/rating/client_rating.html", context, status=status))
    if context["shape"] == ROW:
        context["waiting"] = how_many_wait(request.user)
    return uncached(render(request, TEMPLATES[context["shape"]], context, status=status))
