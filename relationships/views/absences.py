"""Leave and cover: who is away when and who stands in, entered, changed and called off."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import Absence
from accounts.web.answers import refused
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.services.refusals import Refused
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form
from clients.views.sheets import with_status
from relationships import leave
from relationships.forms_absences import AbsenceForm, AbsencePreviewForm, PageForm, PersonForm
from relationships.services import absences as service

SHEET = "relationships/absences/_absence_sheet.html"
PREVIEW = "relationships/absences/_preview.html"
PREVIEWED = {"first_day", "last_day", "substitute"}
ROWS_PER_PAGE, PAST_SHOWN = 30, 10
ENDED_SHOWN_FOR = datetime.timedelta(days=14)


@require_safe
def absences(request):
    """One's own days away, whom one stands in for, and the coming days of one's people. Two queries beside scope."""
    user, form = request.user, PageForm(request.GET)
    valid = form.is_valid()
    today = service.today_of(user)
    rows = Absence.objects.select_related("person", "substitute")
    mine = rows.filter(Q(person=user) | Q(substitute=user, cancelled_at__isnull=True, last_day__gte=today))
    mine = [_row(absence) for absence in mine.order_by("-first_day", "-pk")[: 2 * ROWS_PER_PAGE]]
    own = [row for row in mine if row["absence"].person_id == user.pk]
    past = [row for row in own if row["state"] in ("over", "cancelled")]
    context = {
        "ahead": [row for row in reversed(own) if row not in past],
        "past": past[:PAST_SHOWN],
        "covers": [row for row in reversed(mine) if row["absence"].person_id != user.pk],
        "page": _of_my_people(request, rows, today, form.cleaned_data.get("cursor", "") if valid else ""),
    }
    fragment = "_people" if wants_fragment(request) else "absences"
    template = f"relationships/absences/{fragment}.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def _of_my_people(request, rows, today, cursor):
    """A page of the absences of those the reader answers for: running, coming and just over; None without people."""
    if not access.may_see_portfolio(request.user):
        return None
    theirs = rows.filter(pk__in=access.absences_to_change(request.user).values("pk")).standing()
    theirs = theirs.filter(last_day__gte=today - ENDED_SHOWN_FOR).exclude(person=request.user)
    page = keyset_page(theirs, keys=["first_day", "id"], cursor=cursor, size=ROWS_PER_PAGE)
    page.rows = [_row(absence) for absence in page.rows]
    return page


def _row(absence):
    """An absence with its `state` by the calendar of who is away."""
    today = service.today_of(absence.person)
    if absence.cancelled_at:
        state = "cancelled"
    elif absence.last_day < today:
        state = "over"
    else:
        state = "running" if absence.first_day <= today else "coming"
    return {"absence": absence, "state": state, "days": service.span(absence.first_day, absence.last_day)}


# --- Entering and changing -----------------------------------------------------------------------------------------


def absence_new(request):
    """The sheet for new days away, one's own or (`person`) of somebody one answers for, and the absence itself.

    Under htmx a GET with days or a substitute answers what that would mean. 404 for a person out of reach.
    """
    people = access.people_whose_leave(request.user)
    person = _person_asked_for(request, people)
    if _asks_for_preview(request):
        return _preview(request, person)
    form = AbsenceForm(posted(request), stand_ins=leave.stand_ins_near(person))
    status = None
    if form.is_valid():
        status = _write(form, lambda: service.plan_absence(person=person, by=request.user, **form.plan))
        if status is None:
            return _written(request, _said(person, form))
    context = _context(request, person, form) | {
        "title": _("Days away"),
        "action": reverse("relationships:absence_new"),
        "submit": _("Save"),
        "person_form": _person_choice(request, people, person),
    }
    return with_status(answer_form(request, form, SHEET, context), status)


def _person_asked_for(request, people):
    """Whom `person` names among `people`, else the reader."""
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("person"):
        return request.user
    form = PersonForm(asked, people=people)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data["person"]


def _person_choice(request, people, person):
    """The select of whose days they are; None where only one's own are to be entered."""
    if not access.may_see_portfolio(request.user):
        return None
    return PersonForm(
        people=people.order_by("name_sort", "pk")[: leave.MOST_STAND_INS], initial={"person": person.pk}
    )


def absence_edit(request, absence_id):
    """The sheet of one absence, and its change. 403 for the substitute, 409 when it was changed meanwhile."""
    absence = _fetch_changeable(request.user, absence_id)
    if _asks_for_preview(request):
        return _preview(request, absence.person)
    row = _row(absence)
    if row["state"] in ("cancelled", "over"):
        text = _("This absence is over or called off: it can no longer be changed.")
        return refused(request, text, back=reverse("relationships:absences"))
    options = {"stand_ins": leave.stand_ins_near(absence.person), "runs": row["state"] == "running"}
    form, status = AbsenceForm(posted(request), initial=_initial(absence), **options), None
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        status = _write(form, lambda: service.change_absence(absence=absence, seen=seen, **form.plan))
        if status is None:
            return _written(request, _said(absence.person, form))
    context = _context(request, absence.person, form) | {
        "title": _("Change days away"),
        "action": reverse("relationships:absence_edit", args=[absence.pk]),
        "submit": _("Save changes"),
        "absence": absence,
        "runs": row["state"] == "running",
    }
    return with_status(answer_form(request, form, SHEET, context), status)


def absence_cancel(request, absence_id):
    """Calls it off; one that runs since before today ends with yesterday. Once more changes nothing."""
    absence = _fetch_changeable(request.user, absence_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = reverse("relationships:absences")
    try:
        cancelled = service.cancel_absence(absence=absence)
    except OperationalError as error:
        form = PlainForm({})
        form.is_valid()
        refuse_busy(form, error)
        return refused(request, form.non_field_errors()[0], back=back)
    if cancelled.cancelled_at:
        return _written(request, _("Called off: nobody stands in."))
    return _written(request, _("Ended: nobody stands in from today on."))


def _fetch_changeable(user, absence_id):
    """The absence, 404 when `user` may not see it, 403 when they only stand in. At most two queries."""
    rows = access.absences_to_see(user).select_related("person__team", "substitute")
    absence = get_object_or_404(rows, pk=absence_id)
    if absence.person_id != user.pk and not access.absences_to_change(user).filter(pk=absence.pk).exists():
        raise PermissionDenied
    return absence


def _initial(absence):
    return {
        "first_day": absence.first_day,
        "last_day": absence.last_day,
        "substitute": absence.substitute_id,
        "note": absence.note,
        "seen": service.as_seen(absence),
    }


def _write(form, write):
    """None when it is written, else the status, with the reason at its field."""
    try:
        write()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.text)
        return 422
    except service.AbsenceChanged as changed:
        form.data = form.data.copy()
        form.data["seen"] = service.as_seen(changed.absence)
        days = service.span(changed.absence.first_day, changed.absence.last_day)
        said = _("Somebody changed it meanwhile to %(days)s. Look again, and save to replace it.")
        form.add_error(None, said % {"days": days})
        return 409
    except OperationalError as error:
        refuse_busy(form, error)
        return 409
    return None


def _said(person, form):
    values = form.cleaned_data
    days = service.span(values["first_day"], values["last_day"])
    return _("%(name)s: away %(days)s, %(substitute)s stands in.") % {
        "name": person.name,
        "days": days,
        "substitute": values["substitute"].name,
    }


def _written(request, text):
    """Back to the list, which says so."""
    messages.success(request, text)
    back = reverse("relationships:absences")
    return (
        HttpResponse(status=204, headers={"HX-Redirect": back}) if wants_fragment(request) else redirect(back)
    )


# --- What it would mean --------------------------------------------------------------------------------------------


def _asks_for_preview(request):
    return request.method != "POST" and wants_fragment(request) and bool(PREVIEWED & request.GET.keys())


def _preview(request, person):
    form = AbsencePreviewForm(request.GET, stand_ins=leave.stand_ins_near(person))
    form.is_valid()
    return uncached(render(request, PREVIEW, {"person": person} | _meaning(person, form.cleaned_data)))


def _context(request, person, form):
    """What the sheet shows beside its fields, with what the form has so far."""
    typed = {name: form[name].value() for name in PREVIEWED}
    so_far = AbsencePreviewForm(typed, stand_ins=leave.stand_ins_near(person))
    so_far.is_valid()
    return {
        "person": person,
        "is_self": person.pk == request.user.pk,
        "back": reverse("relationships:absences"),
        "fields_template": "relationships/absences/_absence_fields.html",
    } | _meaning(person, so_far.cleaned_data)


def _meaning(person, typed):
    """`days`, `handed` and the substitute's `load`, each None until enough is typed to tell. At most four queries."""
    first, last, substitute = typed.get("first_day"), typed.get("last_day"), typed.get("substitute")
    sane = first and last and 0 <= (last - first).days < service.LONGEST_DAYS
    return {
        "days": leave.days_between(person, first, last, get_language()) if sane else None,
        "handed": leave.handed_over_by(person, first, last) if sane else None,
        "substitute": substitute,
        "load": leave.load_of(substitute) if substitute else None,
    }
