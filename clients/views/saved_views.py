"""Saved views of the client list: kept, changed, pinned, deleted; and the columns that a reader keeps as theirs."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.web.answers import refused, written
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import ColumnNames
from clients.forms.lists import PinForm, SavedViewForm, ViewChangeForm
from clients.list_columns import CHOICES, DEFAULT, MOST_COLUMNS
from clients.list_queries import in_words, normal_query, parsed
from clients.list_views import address_of
from clients.models import SavedView
from clients.services.saved_views import NameTaken, change_view, keep_columns, pin_view, save_view

from .edit import posted
from .panels import answer_form

CHANGED = ("views-changed",)
SHEET = "clients/lists/_view_sheet.html"


def saved_views(request):
    """Every view that the reader may use: own ones, and those that their team shares."""
    views = list(SavedView.objects.visible_to(request.user).named().with_pin(request.user))
    rows = [
        {"view": view, "url": address_of(view), "words": in_words(view.query), "mine": _is_own(request, view)}
        for view in views
    ]
    rows.sort(key=lambda row: not row["mine"])
    part = "_" if wants_fragment(request) else ""
    return uncached(render(request, f"clients/lists/{part}saved_views.html", {"rows": rows}))


def view_new(request):
    """Keeps what the list shows, `?query=`, under a name."""
    form = SavedViewForm(
        posted(request), owner=request.user, initial={"query": _query_asked_for(request), "is_pinned": True}
    )
    if form.is_valid():
        try:
            query = form.cleaned_data["query"]
            view = save_view(owner=request.user, query=query, **form.values())
        except NameTaken:
            form.add_error("name", _name_taken())
        else:
            text = _("Saved as “%(name)s”.") % {"name": view.name}
            return written(request, text, events=CHANGED, back=address_of(view))
    query = form["query"].value() or ""
    context = {
        "title": _("Save this view"),
        "action": reverse("clients:view_new"),
        "submit": _("Save"),
        "words": in_words(normal_query(parsed(query))),
        "back": reverse("clients:list"),
    }
    return answer_form(request, form, SHEET, context)


def view_edit(request, view_id):
    """Another name, reach or content for one's own view. 422 keeps what was typed."""
    view = _fetch_own(request, view_id)
    here = _query_asked_for(request) or normal_query(parsed(request.POST.get("query", "")))
    form = ViewChangeForm(
        posted(request),
        owner=request.user,
        has_other=bool(here) and here != view.query,
        initial={"name": view.name, "is_shared": view.is_shared, "is_pinned": view.is_pinned, "query": here},
    )
    if form.is_valid():
        try:
            view = change_view(view=view, query=form.new_query, **form.values())
        except NameTaken:
            form.add_error("name", _name_taken())
        else:
            text = _("“%(name)s” is saved.") % {"name": view.name}
            return written(request, text, events=CHANGED, back=reverse("clients:views"))
    context = {
        "title": _("Change a view"),
        "action": reverse("clients:view_edit", args=[view.pk]),
        "submit": _("Save"),
        "words": in_words(view.query),
        "back": reverse("clients:views"),
        "view": view,
    }
    return answer_form(request, form, SHEET, context)


def view_delete(request, view_id):
    """Deletes one's own view, for those too whom it was shared with. POST only."""
    view = _fetch_own(request, view_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    view.delete()
    text = _("“%(name)s” is deleted.") % {"name": view.name}
    return written(request, text, events=CHANGED, back=reverse("clients:views"))


def view_pin(request, view_id):
    """Makes a view a tab above the reader's list, or takes the tab away. POST only."""
    view = _fetch(request, view_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = PinForm(request.POST)
    if not form.is_valid():
        return refused(request, _("Nothing was changed."), back=reverse("clients:views"), status=422)
    pin_view(view=view, by=request.user, is_pinned=form.cleaned_data["is_pinned"])
    pinned = _("“%(name)s” is a tab above the list now.")
    text = pinned if form.cleaned_data["is_pinned"] else _("“%(name)s” is no tab any more.")
    return written(request, text % {"name": view.name}, events=CHANGED, back=reverse("clients:views"))


class ColumnsForm(PlainForm):
    """The columns to keep; none: Tend's own."""

    cols = forms.MultipleChoiceField(choices=CHOICES, required=False, widget=ColumnNames)

    def clean_cols(self):
        if len(self.cleaned_data["cols"]) > MOST_COLUMNS:
            raise forms.ValidationError(_("Choose fewer columns."))
        return self.cleaned_data["cols"]


def columns(request):
    """Keeps columns as the reader's own, wherever an address names none; without any, Tend's are back. POST only."""
    if not access.keeps_clients(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        text = _("Nothing was kept: choose one to %(most)s columns.") % {"most": MOST_COLUMNS}
        return refused(request, text, back=reverse("clients:list"), status=422)
    names = form.cleaned_data["cols"]
    usual = not names or set(names) == set(DEFAULT)
    keep_columns(owner=request.user, query="" if usual else normal_query(parsed(f"cols={'.'.join(names)}")))
    text = _("The usual columns are back.") if usual else _("These are your columns from now on.")
    return written(request, text, events=CHANGED, back=reverse("clients:list"))


class QueryForm(PlainForm):
    query = forms.CharField(required=False, max_length=2000)


def _query_asked_for(request):
    """The normal form of `?query=`; empty where it makes no sense."""
    form = QueryForm(request.GET)
    return normal_query(parsed(form.cleaned_data["query"])) if form.is_valid() else ""


def _fetch(request, view_id):
    views = SavedView.objects.visible_to(request.user).named().with_pin(request.user)
    return get_object_or_404(views, pk=view_id)


def _fetch_own(request, view_id):
    """The view, 404 when the reader may not use it, 403 when it is another's."""
    view = _fetch(request, view_id)
    if not _is_own(request, view):
        raise PermissionDenied
    return view


def _is_own(request, view):
    return view.owner_id == request.user.pk


def _name_taken():
    return _("You have a view of this name. Choose another name, or change that one.")
