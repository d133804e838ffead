"""One milestone: planned, changed, done, accepted by the client, taken out of the plan."""

from django.db import OperationalError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.templatetags.tend import day
from accounts.web.answers import written
from accounts.web.forms import PlainForm
from clients.filters import house_today
from clients.forms import take_theirs
from clients.forms.delivery import AcceptForm, DoneForm, MilestoneEditForm, MilestoneForm
from clients.models import Contract, Milestone
from clients.services import delivery as service
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.refusals import Refused

from .delivery import CHANGED
from .edit import posted, refuse_busy
from .intake import back_to
from .panels import answer_form
from .scope import fetch_changeable
from .sheets import answer_conflict_sheet, with_status

FORM = "clients/delivery/_form.html"


def milestone_new(request, contract_id):
    contract = fetch_changeable(Contract.objects.select_related("client"), request.user, contract_id)
    milestone = Milestone(contract=contract, client=contract.client)
    form, status = MilestoneForm(posted(request), instance=milestone), None
    if form.is_valid():
        key = form.cleaned_data["idempotency_key"]
        try:
            service.add_milestone(contract=contract, values=form.values(), idempotency_key=key)
        except (Refused, OperationalError) as error:
            status = _refuse(form, error)
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat it."))
        else:
            return _written(request, _("The milestone is planned."), contract.client)
    action = reverse("clients:milestone_new", args=[contract.pk])
    context = _context(contract, _("New milestone"), action)
    return with_status(answer_form(request, form, FORM, context), status)


def milestone_edit(request, milestone_id):
    """422 with what was typed, 409 with both versions when somebody else saved meanwhile."""
    milestone = _fetch(request, milestone_id)
    context = _about(milestone, _("Edit milestone"), "milestone_edit")
    if request.method != "POST":
        return answer_form(request, MilestoneEditForm(instance=milestone), FORM, context)
    data = take_theirs(request.POST, MilestoneEditForm(instance=milestone))
    form, status = MilestoneEditForm(data, instance=milestone), None
    if not form.is_valid():
        return answer_form(request, form, FORM, context)
    try:
        version = form.cleaned_data["version"]
        service.save_milestone(milestone=milestone, version=version, changes=form.values())
    except EditConflict as conflict:
        context["title"] = _("Two versions of this milestone")
        return answer_conflict_sheet(request, form, conflict.saved, context)
    except (Refused, service.AlreadyAccepted, OperationalError) as error:
        status = _refuse(form, error)
    else:
        return _written(request, _("The milestone is saved."), milestone.client)
    return with_status(answer_form(request, form, FORM, context), status)


def milestone_done(request, milestone_id):
    milestone = _fetch(request, milestone_id)
    initial = {"done_on": milestone.done_on or house_today()}
    form, status = DoneForm(posted(request), initial=initial), None
    if form.is_valid():
        try:
            service.mark_done(milestone=milestone, by=request.user, **form.cleaned_data)
        except (service.AlreadyAccepted, OperationalError) as error:
            status = _refuse(form, error)
        else:
            return _written(request, _("Delivered. Now the client accepts it."), milestone.client)
    context = _about(milestone, _("Delivered"), "milestone_done")
    return with_status(answer_form(request, form, FORM, context), status)


def milestone_accept(request, milestone_id):
    """Nghiệm thu: the client's acceptance, with its paper; invoices that hang on it fall due."""
    milestone = _fetch(request, milestone_id)
    form, status = _accept_form(request, milestone), None
    if form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        try:
            _saved, due = service.accept_milestone(
                milestone=milestone,
                by=request.user,
                upload=upload,
                document=upload.document if upload else None,
                **values,
            )
        except (Refused, service.AlreadyAccepted, OperationalError) as error:
            status = _refuse(form, error)
        else:
            return _accepted(request, milestone, due)
    context = _about(milestone, _("Accepted by the client"), "milestone_accept")
    return with_status(answer_form(request, form, FORM, context), status)


def _accept_form(request, milestone):
    files = request.FILES if request.method == "POST" else None
    initial = {"accepted_on": house_today()}
    return AcceptForm(posted(request), files, milestone=milestone, initial=initial)


def _accepted(request, milestone, due):
    text = _("Accepted by the client.")
    if due:
        text = _("Accepted by the client. Now due: %(numbers)s.") % {"numbers": ", ".join(due[:3])}
    events = (*CHANGED, "documents-changed", "receivables-changed")
    return written(request, text, events=events, client=milestone.client, back=back_to(milestone.client))


def milestone_delete(request, milestone_id):
    """Asks first; then takes it out of the plan."""
    milestone = _fetch(request, milestone_id)
    context = _about(milestone, _("Take this milestone out of the plan?"), "milestone_delete")
    template = "clients/delivery/_confirm.html"
    if request.method != "POST":
        return answer_form(request, PlainForm(), template, context)
    form = PlainForm(request.POST)
    try:
        service.remove_milestone(milestone=milestone)
    except (Refused, service.AlreadyAccepted, OperationalError) as error:
        status = _refuse(form, error)
        return with_status(answer_form(request, form, template, context), status)
    return _written(request, _("The milestone is out of the plan."), milestone.client)


def _refuse(form, error):
    """Says on the form what stands against it; returns the status."""
    if isinstance(error, Refused):
        form.add_error(error.field if error.field in form.fields else None, error.text)
        return 422
    if isinstance(error, service.AlreadyAccepted):
        said = {"day": day(error.milestone.accepted_on)}
        form.add_error(None, _("The client accepted this on %(day)s. Nothing was written.") % said)
    else:
        refuse_busy(form, error)
    return 409


def _fetch(request, milestone_id):
    related = Milestone.objects.select_related("client", "contract")
    return fetch_changeable(related, request.user, milestone_id)


def _about(milestone, title, name):
    action = reverse(f"clients:{name}", args=[milestone.pk])
    return _context(milestone.contract, title, action) | {"note": milestone.title}


def _context(contract, title, action):
    back = back_to(contract.client)
    note = f"{contract.number} · {contract.title}"
    return {"client": contract.client, "title": title, "action": action, "back": back, "note": note}


def _written(request, text, client):
    return written(request, text, events=CHANGED, client=client, back=back_to(client))
