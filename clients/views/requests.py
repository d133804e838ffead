"""Internal requests: the list, one request with its thread, the panel of a client, and the form.

Department members open the first four; what they see is the request itself and the client's name.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Department
from accounts.templatetags.tend import short_day
from accounts.web import errors
from accounts.web.answers import written
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page, keyset_page
from clients.filters import house_today
from clients.forms.request import CLOSED, AnswerForm, RequestEndForm, RequestFilterForm, RequestForm
from clients.models import Client, InternalRequest
from clients.services.changes import KeyUsedElsewhere
from clients.services.requests import (
    DECLINE,
    DONE,
    OPEN_STATES,
    STATE_AFTER,
    TAKE,
    WITHDRAW,
    RequestClosed,
    answer_request,
    ask_request,
    change_request,
)

from .edit import posted, refuse_busy
from .panels import answer_form, answer_panel
from .scope import fetch_changeable, fetch_visible
from .sheets import with_status

ROWS_PER_PAGE = 50
CLOSED_SHOWN = 10
CHANGED = ("requests-changed", "care-changed")


def requests(request):
    """Those put to a department member's department, else those of the reader's clients. At most five queries more."""
    form = RequestFilterForm(request.GET)
    valid = form.is_valid()
    visible = InternalRequest.objects.visible_to(request.user)
    department = access.department_of(request.user)
    context = {
        "form": form,
        "valid": valid,
        "page": _page(visible, request.user, form.cleaned_data) if valid else Page([]),
        "standing": _standing(visible),
        "for_department": department is not None,
        "departments": Department.objects.all() if department is None else [],
        "own_department": Department.objects.get(pk=department) if department else None,
        "today": house_today(),
    }
    template = "clients/requests/_list.html" if wants_fragment(request) else "clients/requests/list.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def _page(visible, user, chosen):
    """The open ones by the day they are needed, the closed ones by the day they ended, the newest first."""
    found = visible.select_related("client", "department", "asked_by", "taken_by")
    state, closed = chosen["state"], chosen["state"] not in ("", *OPEN_STATES)
    if not state:
        found = found.open()
    elif state == CLOSED:
        found = found.exclude(state__in=OPEN_STATES)
    else:
        found = found.filter(state=state)
    if chosen["department"]:
        found = found.filter(department=chosen["department"])
    if chosen["mine"]:
        found = found.filter(Q(asked_by=user) | Q(taken_by=user))
    keys = ["-closed_at", "-id"] if closed else ["due_on", "id"]
    page = keyset_page(found, keys=keys, cursor=chosen["cursor"], size=ROWS_PER_PAGE)
    return _with_days(page)


def _with_days(rows):
    today = house_today()
    for row in rows:
        row.days = (row.due_on - today).days
    return rows


def _standing(visible):
    """How many are open, how many of them nobody has taken, and how many are late. One query."""
    return (
        visible.open()
        .order_by()
        .aggregate(
            open=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=house_today())),
            untaken=Count("pk", filter=Q(state="open")),
        )
    )


# --- One request ----------------------------------------------------------------------------------------------


def fetch_request(user, pk):
    """The request with `may_change` (may answer), or 404: those of other departments do not exist. One query."""
    mine = InternalRequest.objects.answerable_by(user).filter(pk=OuterRef("pk"))
    related = ("client", "department", "asked_by", "taken_by", "issue", "contract", "deal__product")
    found = InternalRequest.objects.visible_to(user).annotate(may_change=Exists(mine))
    return get_object_or_404(found.select_related(*related), pk=pk)


def _fetch_answerable(user, pk):
    row = fetch_request(user, pk)
    if not row.may_change:
        raise PermissionDenied
    return row


def actions_of(user, row):
    """What `user` may do with the request as it stands: the department takes, ends or declines it, who asked
    withdraws it, and either may say that it is done."""
    if not row.may_change or row.state not in OPEN_STATES:
        return []
    if access.department_of(user) is None:
        return [DONE, WITHDRAW]
    return [DONE, DECLINE] if row.state == "taken" else [TAKE, DONE, DECLINE]


def request_page(request, request_id):
    """What is asked, by whom and until when, and the thread. The fragment asks for itself again after each change."""
    row = fetch_request(request.user, request_id)
    context = _context(request, row)
    template = "clients/requests/_request.html" if wants_fragment(request) else "clients/requests/page.html"
    return uncached(render(request, template, context))


def _context(request, row):
    row.days = (row.due_on - house_today()).days
    return {
        "row": row,
        "is_open": row.state in OPEN_STATES,
        "answers": row.answers.select_related("author"),
        "actions": actions_of(request.user, row),
        "for_department": access.department_of(request.user) is not None,
        "form": AnswerForm(),
        "today": house_today(),
    }


def request_answer(request, request_id):
    row = _fetch_answerable(request.user, request_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = AnswerForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            answer_request(request=row, by=request.user, **form.cleaned_data)
        except RequestClosed as ended:
            _refuse_ended(form, ended.request)
            status = 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat your answer."))
        else:
            return written(
                request, _("Your answer is sent."), events=CHANGED, client=row.client, back=_page_of(row)
            )
    context = _context(request, row) | {"form": form}
    template = (
        "clients/requests/_answer_form.html" if wants_fragment(request) else "clients/requests/page.html"
    )
    return uncached(render(request, template, context, status=status))


class ActionForm(PlainForm):
    action = forms.ChoiceField(choices=[(name, name) for name in STATE_AFTER])


def request_state(request, request_id):
    """Takes the request at once; done, declined and withdrawn ask for the last words in the sheet."""
    row = _fetch_answerable(request.user, request_id)
    chosen = ActionForm(request.POST if request.method == "POST" else request.GET)
    if not chosen.is_valid():
        return errors.answer(request, 422)
    action = chosen.cleaned_data["action"]
    if action in _NOT_YOURS[access.department_of(request.user) is not None]:
        raise PermissionDenied
    form = RequestEndForm(posted(request), reason_needed=action == DECLINE)
    if form.is_valid():
        return _changed(request, row, action, form)
    return _end_form(request, row, action, form)


# What whoever asked may not do, and what the department may not.
_NOT_YOURS = {False: (TAKE, DECLINE), True: (WITHDRAW,)}


def _changed(request, row, action, form):
    try:
        change_request(request=row, action=action, by=request.user, text=form.cleaned_data["text"])
    except RequestClosed as ended:
        _refuse_ended(form, ended.request)
        return _end_form(request, row, action, form, status=409)
    except OperationalError as error:
        refuse_busy(form, error)
        return _end_form(request, row, action, form, status=409)
    text = _short(row)
    said = {
        TAKE: _("You have taken this: %(what)s") % {"what": text},
        DONE: _("Done: %(what)s") % {"what": text},
        DECLINE: _("Declined: %(what)s") % {"what": text},
        WITHDRAW: _("Withdrawn: %(what)s") % {"what": text},
    }
    return written(request, said[action], events=CHANGED, client=row.client, back=_page_of(row))


def _end_form(request, row, action, form, *, status=None):
    titles = {
        TAKE: _("Take this request"),
        DONE: _("Mark as done"),
        DECLINE: _("Decline this request"),
        WITHDRAW: _("Withdraw this request"),
    }
    context = {"row": row, "action": action, "title": titles[action], "back": _page_of(row)}
    return with_status(answer_form(request, form, "clients/requests/_end_form.html", context), status)


def _refuse_ended(form, row):
    """Says what has become of the request meanwhile."""
    said = {"state": row.get_state_display()}
    form.add_error(
        None, _("Somebody was quicker: this request is now “%(state)s”. Nothing was written.") % said
    )


def _short(row):
    """Its words, cut: they travel in a header."""
    return row.what if len(row.what) <= 80 else f"{row.what[:79]}…"


def _page_of(row):
    return reverse("clients:request_page", args=[row.pk])


# --- A client's requests --------------------------------------------------------------------------------------


def client_requests(request, client_id):
    """The panel: the open ones by the day they are needed, then those that ended lately. Two queries more."""
    client = fetch_visible(Client.objects.all(), request.user, client_id)
    rows = client.requests.select_related("department", "asked_by", "taken_by")
    closed = rows.exclude(state__in=OPEN_STATES).order_by("-closed_at", "-id")
    context = {
        "open_requests": _with_days(list(rows.open().order_by("due_on", "id"))),
        "closed_requests": list(closed[:CLOSED_SHOWN]),
        "today": house_today(),
    }
    template = "clients/requests/_panel.html"
    return answer_panel(request, client, template, context, title=_("Internal requests"))


class LinkForm(PlainForm):
    """What the form is opened about: /clients/1/requests/new/?issue=2."""

    issue = forms.IntegerField(required=False, min_value=1)
    contract = forms.IntegerField(required=False, min_value=1)
    deal = forms.IntegerField(required=False, min_value=1)


def request_new(request, client_id):
    client = fetch_changeable(Client.objects.all(), request.user, client_id)
    about = LinkForm(request.GET)
    initial = about.cleaned_data if about.is_valid() else {}
    form = RequestForm(
        posted(request), instance=InternalRequest(client=client), client=client, initial=initial
    )
    status = None
    if form.is_valid():
        values = form.values() | {"idempotency_key": form.cleaned_data["idempotency_key"]}
        try:
            row = ask_request(client=client, by=request.user, **values)
        except KeyUsedElsewhere:
            form.add_error(None, _("This form is incomplete. Open it again and repeat it."))
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            said = {"department": row.department, "day": short_day(row.due_on)}
            text = _("%(department)s is asked, by %(day)s.") % said
            return written(request, text, events=CHANGED, client=client, back=_page_of(row))
    context = {"client": client, "title": _("Ask a department"), "back": _requests_of(client)}
    return with_status(answer_form(request, form, "clients/requests/_request_form.html", context), status)


def _requests_of(client):
    return reverse("clients:client_requests", args=[client.pk])
