"""A word over the score: said in a sheet, ended by a click; all of them on a page, with how right they were."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Count, Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts import access
from accounts.templatetags.tend import floored, short_day
from accounts.web.answers import refused, written
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.models import Band, Client
from clients.services.changes import KeyUsedElsewhere
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form
from clients.views.scope import fetch_changeable
from clients.views.sheets import with_status
from relationships.forms_health import OverrideForm, OverrideQueryForm
from relationships.health.refresh import as_of_today
from relationships.health.spec import Spec
from relationships.models import HealthOverride, ScoringModel
from relationships.services import overrides as service

SHEET = "relationships/rating/_override_sheet.html"
EVENTS = ("care-changed",)
ROWS_PER_PAGE, PEOPLE_SHOWN = 30, 20
RUNNING, ENDED = "running", "ended"
STATES = [
    ("", gettext_lazy("All")),
    (RUNNING, pgettext_lazy("override", "Running")),
    (ENDED, pgettext_lazy("override", "Ended")),
]


# --- Saying otherwise ----------------------------------------------------------------------------------------------


def override(request, client_id):
    """The sheet, and the override itself; under htmx a GET with `level` or `score` answers what that would show.

    422 for what is wrong, 409 when another override began or ended since the sheet was opened.
    """
    client = fetch_changeable(Client.objects.select_related("health__model"), request.user, client_id)
    health = getattr(client, "health", None)
    spec = Spec.from_json((health.model if health else ScoringModel.objects.current()).spec)
    if request.method != "POST" and wants_fragment(request) and {"level", "score"} & request.GET.keys():
        return _preview(request, spec)
    running = service.running_override(client)
    form, status = OverrideForm(posted(request), spec=spec, initial=_initial(running)), None
    if form.is_valid():
        status = _say(client, form, request.user)
        if status is None:
            text = _("Shown as %(score)s until %(day)s.") % _said(form)
            return written(request, text, events=EVENTS, client=client, back=client.get_absolute_url())
        running = service.running_override(client)
    context = _context(client, health, spec, running, form)
    return with_status(answer_form(request, form, SHEET, context), status)


def _initial(running):
    """A running one is changed from where it stands."""
    if running is None:
        return {}
    return {
        "seen": running.pk,
        "score": round(running.score, 1) if running.score % 1 else int(running.score),
        "reason": running.reason,
        "expires_on": running.expires_on,
    }


def _say(client, form, user):
    """Says it. None when it is said, else the status, with the reason on the form."""
    values = {name: form.cleaned_data[name] for name in ("reason", "expires_on", "idempotency_key", "seen")}
    try:
        service.override_health(client=client, score=form.chosen_score, by=user, **values)
    except service.OverrideChanged as changed:
        _tell_changed(form, changed.running)
        return 409
    except KeyUsedElsewhere:
        form.add_error(None, _("This form was used before. Open it again and repeat your change."))
        return 409
    except OperationalError as error:
        refuse_busy(form, error)
        return 409
    except service.DayOutOfReach:  # the day ended since the form was checked
        form.add_error("expires_on", _("The day has changed meanwhile. Choose the last day again."))
        return 422
    except service.NotScored:
        form.add_error(None, _("Only clients with a lead have a health that can be overridden."))
        return 422
    return None


def _tell_changed(form, running):
    """Nothing was written; the form now rests on what runs, and saving again replaces it."""
    form.data = form.data.copy()
    form.data["seen"] = running.pk if running else ""
    if running is None:
        form.add_error(None, _("The override was ended meanwhile. Nothing was written: look again and save."))
        return
    said = {
        "name": running.made_by.name if running.made_by else _("Somebody"),
        "score": floored(running.score),
        "day": short_day(running.expires_on),
        "reason": running.reason,
    }
    told = _("Meanwhile %(name)s said %(score)s until %(day)s: “%(reason)s”. Nothing was written: ") % said
    form.add_error(None, told + _("look again, and save to replace it."))


def _said(form):
    return {"score": floored(form.chosen_score), "day": short_day(form.cleaned_data["expires_on"])}


def _context(client, health, spec, running, form):
    computed = health.score if health else None
    shown = _typed(form)
    return {
        "client": client,
        "title": _("Override the score"),
        "note": client.name,
        "action": reverse("relationships:override", args=[client.pk]),
        "submit": _("Show this instead"),
        "back": client.get_absolute_url(),
        "fields_template": "relationships/rating/_override_fields.html",
        "computed": computed,
        "computed_band": health.band if health else Band.UNKNOWN,
        "running": running,
        "shown": shown,
        "shown_band": spec.band_of(shown) if shown is not None else "",
    }


def _typed(form):
    """The number that the form would show now, or None."""
    score = form["score"].value()
    query = OverrideQueryForm({"score": "" if score is None else score, "level": form["level"].value() or ""})
    return query.chosen if query.is_valid() else None


def _preview(request, spec):
    form = OverrideQueryForm(request.GET)
    shown = form.chosen if form.is_valid() else None
    context = {"shown": shown, "shown_band": spec.band_of(shown) if shown is not None else ""}
    return uncached(render(request, "relationships/rating/_override_preview.html", context))


def override_end(request, override_id):
    """Ends it now. One that has ended stays as it is, and says so."""
    overrides = HealthOverride.objects.select_related("client")
    override = fetch_changeable(overrides, request.user, override_id)
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    text, back = _("Ended: the computed score shows again."), override.client.get_absolute_url()
    if override.ended_at:
        text = _("It had ended already.")
    else:
        try:
            service.end_override(override=override, by=request.user)
        except OperationalError as error:
            form = PlainForm({})
            form.is_valid()
            refuse_busy(form, error)
            return refused(request, form.non_field_errors()[0], back=back)
    return written(request, text, events=EVENTS, client=override.client, back=back)


# --- All of them ---------------------------------------------------------------------------------------------------


class OverridesForm(PlainForm):
    """Which overrides, and from where on."""

    state = forms.ChoiceField(choices=STATES, required=False)
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def overrides(request):
    """Running and past overrides of the clients in view, and how often they were right. Four queries beside scope."""
    if not access.may_see_portfolio(request.user):
        raise PermissionDenied
    form = OverridesForm(request.GET)
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {"state": "", "cursor": ""}
    seen = HealthOverride.objects.visible_to(request.user)
    rows = _in_state(seen, chosen["state"]).select_related("client__health", "made_by", "ended_by")
    page = keyset_page(rows, keys=["-made_at", "-id"], cursor=chosen["cursor"], size=ROWS_PER_PAGE)
    spec, today = Spec.from_json(ScoringModel.objects.current().spec), as_of_today()
    totals = seen.aggregate(**_counts(today))
    context = {
        "page": page,
        "rows": [_row(row, spec, today) for row in page],
        "tabs": _tabs(chosen["state"]),
        "state": chosen["state"],
        "totals": totals,
        "right_share": totals["right"] / totals["judged"] if totals["judged"] else None,
        "people": _by_person(seen, today),
    }
    template = "_overrides" if wants_fragment(request) else "overrides"
    name = f"relationships/rating/{template}.html"
    return uncached(render(request, name, context, status=200 if valid else 422))


def _in_state(rows, state):
    today = as_of_today()
    if state == RUNNING:
        return rows.running(today)
    return rows.over(today) if state == ENDED else rows


def _row(override, spec, today):
    """An override as it is listed; `computed` is the score at its end, or now while it runs."""
    is_running = override.ended_at is None and override.expires_on >= today
    health = getattr(override.client, "health", None)
    now = health.score if health else None
    return {
        "override": override,
        "band": spec.band_of(override.score),
        "is_running": is_running,
        "computed": now if override.ended_at is None else override.computed_at_end,
    }


def _tabs(current):
    address = reverse("relationships:overrides")
    return [
        {"label": label, "url": f"{address}?state={name}" if name else address, "current": name == current}
        for name, label in STATES
    ]


def _counts(today):
    running = Q(ended_at__isnull=True, expires_on__gte=today)
    return {
        "running": Count("pk", filter=running),
        "judged": Count("pk", filter=Q(was_right__isnull=False)),
        "right": Count("pk", filter=Q(was_right=True)),
    }


def _by_person(seen, today):
    """Who said them: how many run, can be judged, were right; the most judged first, at most a table full."""
    people = seen.order_by().values("made_by", "made_by__name").annotate(**_counts(today), said=Count("pk"))
    return [
        person | {"share": person["right"] / person["judged"] if person["judged"] else None}
        for person in people.order_by("-judged", "-said", "made_by__name_sort")[:PEOPLE_SHOWN]
    ]
