"""Reports to a client: their panel, the draft to review, the PDF, and the click that sends it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.models import Client
from clients.services.changes import KeyUsedElsewhere
from clients.services.editing import EditConflict
from clients.views.edit import posted, refuse_busy
from clients.views.panels import answer_form, answer_panel
from clients.views.scope import fetch_changeable, fetch_visible
from relationships.models import ClientReport
from relationships.services.reports import EDITABLE, ReportRefused, draft_report, save_report, send_report
from relationships.tasks import send_reports

from .content import SECTIONS, read_content
from .forms import ContentForm, NewReportForm, PdfForm, SendForm
from .render import file_name, render_report

CHANGED = ("reports-changed",)
SHOWN_IN_PANEL = 24


def reports(request, client_id):
    """The newest reports of a client. Two queries more."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    rows = list(client.reports.select_related("contact", "created_by")[:SHOWN_IN_PANEL])
    template = "relationships/reports/_panel.html"
    return answer_panel(request, client, template, {"reports": rows}, title=_("Reports"))


def report_new(request, client_id):
    """A draft of a period, to be reviewed on its own page."""
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    form = NewReportForm(posted(request))
    report = _drafted(request, client, form) if form.is_valid() else None
    if report is not None:
        return _go_to(request, report)
    context = {
        "title": _("New report"),
        "note": client.name,
        "submit": _("Draft the report"),
        "action": reverse("relationships:report_new", args=[client.pk]),
        "back": client.get_absolute_url(),
        "client": client,
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _drafted(request, client, form):
    """The report, or None with the form saying what hinders."""
    try:
        return draft_report(client=client, by=request.user, **form.cleaned_data)
    except KeyUsedElsewhere:
        form.add_error(None, _("This form was sent before, for another client. Open it again."))
    except OperationalError as error:
        refuse_busy(form, error)
    return None


def _go_to(request, report):
    """To the report's page; a form in the sheet is told so by htmx."""
    url = reverse("relationships:report_page", args=[report.pk])
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _fetch(request, report_id, fetch=fetch_visible):
    people = ("client", "contact", "sent_by", "created_by")
    return fetch(ClientReport.objects.select_related(*people), request.user, report_id)


def report_page(request, report_id):
    """What the report says: to be reviewed while it is a draft or could not be sent, else as it went out."""
    report = _fetch(request, report_id)
    if request.method != "POST":
        return _show(request, report, ContentForm(report=report))
    if not report.may_change:
        raise PermissionDenied
    form = ContentForm(request.POST, report=report)
    if not form.is_valid():
        return _show(request, report, form, status=422)
    if not _saved(report, form):
        return _show(request, report, form, status=409)
    if form.cleaned_data["then"] == "send":
        return redirect("relationships:report_send", report.pk)
    messages.success(request, _("The report is saved."))
    return redirect("relationships:report_page", report.pk)


def _saved(report, form):
    """Whether it was written; else the form says what hinders."""
    try:
        save_report(report=report, version=form.cleaned_data["version"], content=form.content())
        return True
    except ReportRefused as refused:
        form.add_error(None, str(refused))
    except EditConflict:
        text = _(
            "Somebody else has saved this report since you opened it. Open it again and repeat your change."
        )
        form.add_error(None, text)
    except OperationalError as error:
        refuse_busy(form, error)
    return False


def _show(request, report, form, *, status=200):
    content = read_content(report.content)
    context = {
        "report": report,
        "client": report.client,
        "may_change": report.may_change,
        "form": form,
        "editable": report.may_change and report.status in EDITABLE,
        "sections": [(SECTIONS[name], lines) for name, lines in content.items() if lines],
    }
    template = (
        "relationships/reports/_report.html" if wants_fragment(request) else "relationships/reports/page.html"
    )
    return uncached(render(request, template, context, status=status))


def report_pdf(request, report_id):
    """The PDF: shown, or with `?download=1` kept."""
    report = _fetch(request, report_id)
    form = PdfForm(request.GET)
    disposition = "attachment" if form.is_valid() and form.cleaned_data["download"] else "inline"
    response = HttpResponse(render_report(report), content_type="application/pdf")
    response["Content-Disposition"] = f'{disposition}; filename="{file_name(report)}"'
    return uncached(response)


def report_send(request, report_id):
    """Whom it goes to; the click that sends it. The mail itself is a job's."""
    report = _fetch(request, report_id, fetch_changeable)
    form = SendForm(posted(request), report=report)
    if form.is_valid() and _sent(request, report, form):
        text = _("The report goes out to %(name)s.") % {"name": form.cleaned_data["contact"].name}
        back = reverse("relationships:report_page", args=[report.pk])
        return written(request, text, events=CHANGED, client=report.client, back=back)
    context = {
        "title": _("Send the report"),
        "note": _("As PDF by e-mail, with your address for answers."),
        "submit": _("Send now"),
        "action": reverse("relationships:report_send", args=[report.pk]),
        "back": reverse("relationships:report_page", args=[report.pk]),
        "fields_template": "relationships/reports/_send_fields.html",
        "client": report.client,
        "report": report,
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _sent(request, report, form):
    """Whether it is on its way; else the form says what hinders."""
    values = {"version": form.cleaned_data["version"], "contact": form.cleaned_data["contact"]}
    try:
        send_report(report=report, by=request.user, task=send_reports, **values)
        return True
    except ReportRefused as refused:
        form.add_error(None, str(refused))
    except EditConflict:
        form.add_error(
            None, _("The report was changed since you opened this. Look at it again before you send it.")
        )
    except OperationalError as error:
        refuse_busy(form, error)
    return False
