"""The steps of an issue: answered, waiting, in work again, resolved, reopened, rated, noted."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import OperationalError
from django.forms import Form
from django.http import HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.db import is_lock_timeout
from accounts.templatetags.tend import ago, clock
from accounts.web.answers import written
from clients.forms.issue import NoteForm, RatingForm, ReopeningForm, ResolutionForm, WaitForm
from clients.models import Issue, IssueEntryKind
from clients.services import issues as services

from .edit import posted, refuse_busy
from .issues import CHANGED, page_of
from .panels import answer_form
from .scope import fetch_changeable


@dataclass(frozen=True)
class Step:
    """`form` asks for what `act(issue=…, by=…, **cleaned data)` needs; None: a click is enough."""

    act: Callable
    done: str
    form: type[Form] | None = None
    title: str = ""
    submit: str = ""


STEPS = {
    "response": Step(services.record_response, gettext_lazy("The first response is recorded.")),
    "wait": Step(
        services.wait_for_client,
        gettext_lazy("Both clocks stand still until the client has answered."),
        WaitForm,
        gettext_lazy("Wait for the client"),
        gettext_lazy("Stop the clocks"),
    ),
    "resumption": Step(services.resume, gettext_lazy("In work again: the clocks go on.")),
    "resolution": Step(
        services.resolve,
        gettext_lazy("Resolved. Ask the client in a few days how satisfied they are."),
        ResolutionForm,
        gettext_lazy("Resolve the issue"),
        gettext_lazy("Resolve"),
    ),
    "reopening": Step(
        services.reopen,
        gettext_lazy("Open again: the clock goes on where it stood."),
        ReopeningForm,
        gettext_lazy("Open the issue again"),
        gettext_lazy("Open again"),
    ),
    "rating": Step(
        services.rate,
        gettext_lazy("The client's rating is recorded."),
        RatingForm,
        gettext_lazy("The client's rating"),
        gettext_lazy("Record the rating"),
    ),
    "note": Step(
        services.add_note,
        gettext_lazy("The note is added."),
        NoteForm,
        gettext_lazy("Note on the issue"),
        gettext_lazy("Add the note"),
    ),
}


def issue_step(request, issue_id, noun):
    """One of STEPS: a click alone, or a form in the sheet. Whoever comes second is told and changes nothing."""
    issue = fetch_changeable(Issue.objects.select_related("client"), request.user, issue_id)
    step = STEPS[noun]
    if step.form is None:
        return _click(request, issue, step)
    initial = {"seen": issue.satisfaction, "satisfaction": issue.satisfaction}
    form = step.form(posted(request), initial=initial)
    if not form.is_valid():
        return _show(request, issue, noun, form)
    try:
        step.act(issue=issue, by=request.user, **form.cleaned_data)
    except services.IssueMoved as moved:
        form.add_error(None, _told(moved.issue))
        return _show(request, issue, noun, form, status=409)
    except OperationalError as error:
        refuse_busy(form, error)
        return _show(request, issue, noun, form, status=409)
    return _done(request, issue, step.done)


def _click(request, issue, step):
    if request.method != "POST":  # after the fetch: outside one's portfolio every method is a 404
        return HttpResponseNotAllowed(["POST"])
    try:
        step.act(issue=issue, by=request.user)
    except services.IssueMoved as moved:
        return _done(request, issue, _told(moved.issue))
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        return _done(
            request, issue, _("Somebody else is saving this right now. Nothing was written; try again.")
        )
    return _done(request, issue, step.done)


def _done(request, issue, text):
    return written(request, str(text), events=CHANGED, client=issue.client, back=page_of(issue))


def _show(request, issue, noun, form, *, status=None):
    step = STEPS[noun]
    context = {
        "title": step.title,
        "note": issue.title,
        "submit": step.submit,
        "action": reverse(f"clients:issue_{noun}", args=[issue.pk]),
        "back": page_of(issue),
    }
    response = answer_form(request, form, "components/_sheet_form.html", context)
    response.status_code = status or response.status_code
    return response


def _told(issue):
    """What somebody else did before, in words. One query."""
    steps = issue.entries.exclude(kind=IssueEntryKind.NOTE).select_related("by")
    last = steps.order_by("-at", "-id").first()
    if last is None:
        return _("Somebody else was faster. Nothing was written; open the issue anew.")
    return _("Nothing was written. The issue has moved on: %(what)s, %(who)s, %(day)s %(time)s.") % {
        "what": last.get_kind_display(),
        "who": last.by.name if last.by else "–",
        "day": ago(last.at),
        "time": clock(last.at),
    }
