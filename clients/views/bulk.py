"""What is done to many clients at once: each row's scope is checked, and what happened is told row by row."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

from accounts.templatetags.tend import number
from accounts.web.csv_export import csv_response
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.xlsx_export import xlsx_response
from clients.filters import house_today, sorted_keys
from clients.forms.lists import BulkTagsForm, ExportForm
from clients.list_columns import COLUMNS, with_columns
from clients.list_views import list_views
from clients.models import Client, Tag
from clients.querysets.tags import MOST_KNOWN
from clients.selection import Outcome, SelectionForm, may_only_be_read, none_left, selection_of
from clients.services.tags import add_tags, remove_tags, tag_named

from .edit import posted

MOST_EXPORTED, ROWS_AT_ONCE = 20_000, 1000


def read_selection(request):
    """(form, Selection), the latter None where nothing or too much is chosen; the form says what is wrong."""
    data = request.POST if request.method == "POST" else request.GET
    form = SelectionForm(data, user=request.user, request=request)
    return form, selection_of(form) if form.is_valid() else None


def answer_bulk(request, template, context, *, status=200):
    """A step of a bulk action, in the sheet or as a page of its own."""
    if not wants_fragment(request):
        context |= {"sheet_template": template, "own_page": True}
        template = "clients/sheet_page.html"
    return uncached(render(request, template, context, status=status))


def nothing_chosen(request, form, title):
    """422 with the reason why there is nothing to work on."""
    context = {"title": title, "form": form, "back": reverse("clients:list")}
    return answer_bulk(request, "clients/lists/_bulk_nothing.html", context, status=422)


def report(request, title, outcomes, selection, *, events=()):
    """Tells what happened to every client that was chosen: what was not done first."""
    order = {"warn": 0, "good": 1, "plain": 2}
    context = {
        "title": title,
        "outcomes": sorted(outcomes, key=lambda one: order[one.tone]),
        "done": sum(one.tone == "good" for one in outcomes),
        "unseen": selection.unseen,
        "back": reverse("clients:list"),
    }
    answer = answer_bulk(request, "clients/lists/_bulk_report.html", context)
    for event in events:
        trigger_client_event(answer, event, {})
    return answer


# --- Tags -----------------------------------------------------------------------------------------------------


def bulk_tags(request):
    """Puts tags on the chosen clients or takes them off. 422 keeps what was typed."""
    title = _("Tags for many clients")
    chosen, selection = read_selection(request)
    if selection is None:
        return nothing_chosen(request, chosen, title)
    most = {"most": MOST_KNOWN} if request.method == "POST" else {}
    form = BulkTagsForm(posted(request), offered=Tag.objects.offered_to(request.user, **most))
    if form.is_valid():
        outcomes = _tag(form.cleaned_data, selection, request.user) + may_only_be_read(selection)
        return report(request, title, outcomes, selection, events=("clients-changed",))
    context = {
        "title": title,
        "form": form,
        "selection": selection,
        "action": reverse("clients:bulk_tags"),
        "back": reverse("clients:list"),
    }
    return answer_bulk(
        request, "clients/lists/_bulk_tags.html", context, status=422 if form.is_bound else 200
    )


def _tag(asked, selection, user):
    """The outcomes for those that may be changed. A fixed number of statements, one more for each new word."""
    ids = [client.pk for client in selection.changeable]
    if not ids:
        return []
    tags = list(asked["tags"])
    if asked["what"] == BulkTagsForm.OFF:
        changed, nothing = remove_tags(client_ids=ids, tags=tags), _("Had none of them.")
        words = _("Taken off: %(tags)s")
    else:
        tags = list(dict.fromkeys([*tags, *(tag_named(name) for name in asked["names"])]))
        changed, nothing = add_tags(client_ids=ids, tags=tags, by=user), _("Had them already.")
        words = _("Put on: %(tags)s")
    return [
        Outcome(client, "good", words % {"tags": ", ".join(tag.name for tag in changed[client.pk])})
        if changed[client.pk]
        else Outcome(client, "plain", nothing)
        for client in selection.changeable
    ]


# --- Export ---------------------------------------------------------------------------------------------------


def bulk_export(request):
    """How many clients the file will hold, and which are left out; then as CSV or for Excel."""
    title = _("Export clients")
    form = SelectionForm(request.GET, user=request.user, request=request)
    count = form.clients().count() if form.is_valid() else 0
    if not form.errors and count > MOST_EXPORTED:
        form.add_error(None, _too_many())
    if not form.errors and not count:
        form.add_error(None, none_left())
    if form.errors:
        return nothing_chosen(request, form, title)
    asked = form.cleaned_data["client"]
    context = {
        "title": title,
        "form": form,
        "count": count,
        "unseen": 0 if form.cleaned_data["all"] else len(asked) - count,
        "columns": [COLUMNS[name].words for name in _columns(request, form)],
        "back": reverse("clients:list"),
    }
    return answer_bulk(request, "clients/lists/_bulk_export.html", context)


def export(request):
    """The chosen clients that the reader may see as a file, with the columns and in the order of the list."""
    form, kind = SelectionForm(request.GET, user=request.user, request=request), ExportForm(request.GET)
    if not form.is_valid() or not kind.is_valid():
        return nothing_chosen(request, form, _("Export clients"))
    ids = _ids_in_order(form)
    if len(ids) > MOST_EXPORTED:
        form.add_error(None, _too_many())
        return nothing_chosen(request, form, _("Export clients"))
    names = _columns(request, form)
    return _file(kind.cleaned_data["format"], _rows(ids, names), names)


def _columns(request, form):
    """The names of the columns that the list shows."""
    if form.columns:
        return form.columns
    usual = list_views(request.user, request.GET).usual_columns
    return [name for name in COLUMNS if name in usual]


def _ids_in_order(form):
    """The chosen clients that the reader may see, in the list's order, and one more than a file holds. One query."""
    sort = form.filters.form.cleaned_data["sort"] if form.filters.form.is_valid() else "name"
    clients, keys = sorted_keys(form.clients(), sort)
    return list(clients.order_by(*keys).values_list("pk", flat=True)[: MOST_EXPORTED + 1])


def _rows(ids, names):
    """Those clients with what the columns `names` need; a query for every so many, none of which takes long."""
    for start in range(0, len(ids), ROWS_AT_ONCE):
        part = ids[start : start + ROWS_AT_ONCE]
        found = with_columns(Client.objects.filter(pk__in=part), names, house_today(), also={"tax_code"})
        rows = {client.pk: client for client in found}
        yield from (rows[pk] for pk in part if pk in rows)


def _file(kind, clients, names):
    """A file with number, name and tax code in front of what the columns hold."""
    cells = [cell for name in names for cell in COLUMNS[name].cells]
    header = [_("Number"), _("Client"), _("Tax code"), *(head for head, _value in cells)]
    rows = (
        [client.pk, client.name, client.tax_code, *(value(client) for _head, value in cells)]
        for client in clients
    )
    name = f"clients-{house_today().isoformat()}"
    if kind == ExportForm.XLSX:
        return xlsx_response(f"{name}.xlsx", _("Clients"), header, rows)
    return csv_response(f"{name}.csv", header, rows)


def _too_many():
    text = ngettext(
        "A file holds at most %(most)s client. Narrow the filters.",
        "A file holds at most %(most)s clients. Narrow the filters.",
        MOST_EXPORTED,
    )
    return text % {"most": number(MOST_EXPORTED)}
