"""Issues of a client: the panel on its page, opening and editing one, and the issue's own page."""

from django.db import OperationalError
from django.db.models import Case, F, Value, When
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.forms.conflict import take_theirs
from clients.forms.issue import IssueEditForm, IssueForm
from clients.issue_clocks import clocks_of, with_clocks
from clients.issue_thread import thread
from clients.models import Client, Issue
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.services.issues import NoServiceLevel, open_issue, save_issue

from .edit import posted, refuse_busy
from .panels import answer_form, answer_panel
from .scope import fetch_changeable, fetch_visible
from .sheets import answer_conflict_sheet

CHANGED = ("issues-changed", "care-changed")
OPEN_IN_PANEL, RESOLVED_IN_PANEL = 30, 10
FIELDS_TEMPLATE = "clients/issues/_issue_fields.html"


def client_issues(request, client_id):
    """What is open of a client, the nearest due moment first, and what was resolved last. Two queries more."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    now = timezone.now()
    waiting_last = Case(When(status="waiting", then=Value(1)), default=Value(0))
    found = client.issues.open().order_by(waiting_last, F("resolution_due_at"), "pk")
    still_open = list(found[: OPEN_IN_PANEL + 1])
    resolved = client.issues.filter(status="resolved").order_by("-resolved_at")
    resolved = list(resolved[: RESOLVED_IN_PANEL + 1])
    context = {
        "still_open": with_clocks(still_open[:OPEN_IN_PANEL], now),
        "resolved": with_clocks(resolved[:RESOLVED_IN_PANEL], now),
        "more": len(still_open) > OPEN_IN_PANEL or len(resolved) > RESOLVED_IN_PANEL,
    }
    return answer_panel(request, client, "clients/issues/_panel.html", context, title=_("Issues"))


def issue_new(request, client_id):
    """Opens an issue of the client."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form = IssueForm(posted(request), instance=Issue(client=client))
    if form.is_valid():
        issue = _opened(request, client, form)
        if issue is not None:
            text = _("Open since now: %(what)s") % {"what": shortened(issue.title)}
            return written(request, text, events=CHANGED, client=client, back=page_of(issue))
    context = {
        "title": _("New issue"),
        "note": client.name,
        "submit": _("Open the issue"),
        "action": reverse("clients:issue_new", args=[client.pk]),
        "back": client.get_absolute_url(),
        "fields_template": FIELDS_TEMPLATE,
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _opened(request, client, form):
    """The issue, or None with the form saying what hinders."""
    key = form.cleaned_data["idempotency_key"]
    try:
        return open_issue(client=client, by=request.user, values=form.values(), idempotency_key=key)
    except KeyUsedElsewhere:
        form.add_error(
            None, _("This form was sent before, for another client. Open it again and repeat your input.")
        )
    except NoServiceLevel:
        refuse_without_service_level(form)
    except OperationalError as error:
        refuse_busy(form, error)
    return None


def issue_page(request, issue_id):
    """One issue: how both clocks stand, what can be done, and everything that happened. Six queries more."""
    issues = Issue.objects.select_related("client", "contact", "department", "contract", "opened_by")
    issue = fetch_visible(issues, request.user, issue_id)
    context = {
        "issue": issue,
        "client": issue.client,
        "may_change": issue.may_change,
        "clocks": clocks_of(issue, timezone.now()),
        "thread": thread(issue),
        "requests": issue.requests.select_related("department").order_by("-created_at"),
    }
    template = "clients/issues/_issue.html" if wants_fragment(request) else "clients/issues/issue_page.html"
    return uncached(render(request, template, context))


def issue_edit(request, issue_id):
    """An edit in the sheet or on a page of its own; the second of two editors chooses between both versions."""
    issue = fetch_changeable(Issue.objects.select_related("client"), request.user, issue_id)
    client, title = issue.client, issue.title
    if request.method != "POST":
        return _edit_form(request, issue, IssueEditForm(instance=issue), title)
    data = take_theirs(request.POST, IssueEditForm(instance=issue))
    form = IssueEditForm(data, instance=issue)
    if not form.is_valid():
        return _edit_form(request, issue, form, title)
    try:
        saved = save_issue(issue=issue, version=form.cleaned_data["version"], changes=form.values())
    except EditConflict as conflict:
        return _edit_conflict(request, issue, form, conflict.saved)
    except NoServiceLevel:
        refuse_without_service_level(form)
        return _edit_form(request, issue, form, title)
    except OperationalError as error:
        refuse_busy(form, error)
        return _edit_form(request, issue, form, title)
    text = _("Saved: %(what)s") % {"what": shortened(saved.title)}
    return written(request, text, events=CHANGED, client=client, back=page_of(issue))


def _edit_form(request, issue, form, title):
    context = {
        "title": _("Edit issue"),
        "note": title,
        "submit": _("Save"),
        "action": reverse("clients:issue_edit", args=[issue.pk]),
        "back": page_of(issue),
        "fields_template": FIELDS_TEMPLATE,
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _edit_conflict(request, issue, form, saved):
    context = {
        "title": _("Two versions of this issue"),
        "note": saved.title,
        "action": reverse("clients:issue_edit", args=[issue.pk]),
    }
    return answer_conflict_sheet(request, form, saved, context)


def refuse_without_service_level(form):
    form.add_error(
        "severity", _("No service level is set for this severity and the client's segment. Ask an admin.")
    )


def page_of(issue):
    return reverse("clients:issue_page", args=[issue.pk])


def shortened(words):
    """Cut: it travels in a header."""
    return words if len(words) <= 80 else f"{words[:79]}…"
