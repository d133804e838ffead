"""Sales hands over: the intake, its kick-off, and what was promised."""

from django import forms
from django.db import OperationalError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.templatetags.tend import short_day
from accounts.web.answers import written
from accounts.web.forms import PlainForm
from clients.filters import house_today
from clients.forms import take_theirs
from clients.forms.intake import (
    IntakeEditForm,
    IntakeForm,
    KickOffForm,
    PromiseDecisionForm,
    PromiseForm,
    PromiseLines,
    promises_of,
)
from clients.models import Client, Commitment, CommitmentStatus, Intake
from clients.services import intake as service
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused

from .delivery import CHANGED
from .edit import posted, refuse_busy
from .panels import answer_form
from .scope import fetch_changeable
from .sheets import answer_conflict_sheet, with_status


def intake_new(request, client_id):
    """The hand-over with its promises, in one form."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    today = house_today()
    initial = {"handed_over_on": today, "kick_off_by": service.kick_off_by(today)}
    form = IntakeForm(posted(request), instance=Intake(client=client), initial=initial)
    lines, status = PromiseLines(posted(request), prefix="promises"), None
    if form.is_valid() and lines.is_valid():
        try:
            intake = service.take_over(
                client=client,
                values=form.values(),
                people=form.cleaned_data["people"],
                promises=promises_of(lines),
                by=request.user,
                idempotency_key=form.cleaned_data["idempotency_key"],
            )
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat it."))
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            text = _("Taken over. Kick-off by %(day)s.") % {"day": short_day(intake.kick_off_by)}
            return _written(request, text, client)
    context = {"client": client, "lines": lines, "title": _("Take over from sales"), "back": back_to(client)}
    return with_status(answer_form(request, form, "clients/delivery/_intake_form.html", context), status)


def intake_edit(request, intake_id):
    intake = fetch_changeable(Intake.objects.select_related("client"), request.user, intake_id)
    client, action = intake.client, reverse("clients:intake_edit", args=[intake.pk])
    context = {"client": client, "title": _("Edit the hand-over"), "action": action, "back": back_to(client)}
    template = "clients/delivery/_intake_form.html"
    if request.method != "POST":
        return answer_form(request, IntakeEditForm(instance=intake), template, context)
    data = take_theirs(request.POST, IntakeEditForm(instance=intake))
    form = IntakeEditForm(data, instance=intake)
    if not form.is_valid():
        return answer_form(request, form, template, context)
    try:
        service.save_intake(
            intake=intake,
            version=form.cleaned_data["version"],
            changes=form.values(),
            people=form.cleaned_data["people"],
        )
    except EditConflict as conflict:
        context["title"] = _("Two versions of this hand-over")
        return answer_conflict_sheet(request, form, conflict.saved, context)
    except OperationalError as error:
        refuse_busy(form, error)
        return with_status(answer_form(request, form, template, context), 409)
    return _written(request, _("Saved."), client)


def intake_kick_off(request, intake_id):
    """The kick-off was held."""
    intake = fetch_changeable(Intake.objects.select_related("client"), request.user, intake_id)
    form, status = KickOffForm(posted(request), initial={"held_on": house_today()}), None
    if form.is_valid():
        try:
            service.hold_kick_off(intake=intake, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.text)
        except service.AlreadyDecided as decided:
            day = short_day(decided.row.kicked_off_on)
            form.add_error(None, _("Somebody has noted the kick-off for %(day)s already.") % {"day": day})
            status = 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, _("Kick-off noted."), intake.client)
    context = {
        "client": intake.client,
        "title": _("Kick-off held"),
        "action": reverse("clients:intake_kick_off", args=[intake.pk]),
        "back": back_to(intake.client),
    }
    return with_status(answer_form(request, form, "clients/delivery/_form.html", context), status)


def commitment_new(request, client_id):
    """A promise that came up after the hand-over."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form, status = PromiseForm(posted(request)), None
    if form.is_valid():
        try:
            service.add_promise(client=client, by=request.user, **form.cleaned_data)
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, _("Kept in mind until somebody says kept or withdrawn."), client)
    context = {
        "client": client,
        "title": _("A promise to the client"),
        "action": reverse("clients:commitment_new", args=[client.pk]),
        "back": back_to(client),
    }
    return with_status(answer_form(request, form, "clients/delivery/_form.html", context), status)


class StatusForm(PlainForm):
    status = forms.ChoiceField(choices=CommitmentStatus.choices)


def commitment_decision(request, commitment_id):
    """Kept, or withdrawn with a note; GET with ?status= opens the form."""
    promise = fetch_changeable(Commitment.objects.select_related("client"), request.user, commitment_id)
    asked = StatusForm(request.GET)
    status = asked.cleaned_data["status"] if asked.is_valid() else CommitmentStatus.WITHDRAWN
    form, code = PromiseDecisionForm(posted(request), initial={"status": status}), None
    if form.is_valid():
        try:
            decided = service.decide_promise(promise=promise, by=request.user, **form.cleaned_data)
        except service.AlreadyDecided as other:
            words = other.row.get_status_display()
            form.add_error(None, _("Somebody has said “%(status)s” already.") % {"status": words})
            code = 409
        except OperationalError as error:
            refuse_busy(form, error)
            code = 409
        else:
            kept = decided.status == CommitmentStatus.KEPT
            return _written(request, _("Promise kept.") if kept else _("Promise withdrawn."), promise.client)
    kept = form["status"].value() == CommitmentStatus.KEPT
    context = {
        "client": promise.client,
        "title": _("Promise kept") if kept else _("Withdraw this promise"),
        "note": promise.text,
        "action": reverse("clients:commitment_decision", args=[promise.pk]),
        "back": back_to(promise.client),
    }
    return with_status(answer_form(request, form, "clients/delivery/_form.html", context), code)


def back_to(client):
    """The panel as a page, where a form without script goes back to."""
    return reverse("clients:delivery", args=[client.pk])


def _written(request, text, client):
    return written(request, text, events=CHANGED, client=client, back=back_to(client))
