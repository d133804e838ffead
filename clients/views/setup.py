"""The set-up: what rules rest on, a tab each. Admins only."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import access
from accounts.models import Department, Tier
from accounts.web.forms import PlainForm
from accounts.web.pagination import keyset_page
from clients.forms.setup import (
    DepartmentRows,
    DunningRows,
    ProductRows,
    RateForm,
    SlaRows,
    TierRows,
    known_industries,
)
from clients.models import DunningStep, ExchangeRate, Product, SlaPolicy
from clients.services.setup import (
    RateNotNewest,
    RowConflict,
    RowsDoNotFit,
    add_rate,
    delete_rate,
    save_rows,
)

PRODUCTS_SHOWN = 50
RATES_SHOWN = 60


@dataclass(frozen=True)
class Section:
    """A tab of form-set rows. `note` says from when on a change counts."""

    model: type
    rows: type
    label: str
    note: str


SECTIONS = {
    "products": Section(
        Product,
        ProductRows,
        gettext_lazy("Products"),
        gettext_lazy(
            "Whitespace and suggestions follow at once; the health of every client follows in the nightly run."
        ),
    ),
    "levels": Section(
        SlaPolicy,
        SlaRows,
        gettext_lazy("Service levels"),
        gettext_lazy("In working hours. They count for issues opened from now on; open issues keep theirs."),
    ),
    "dunning": Section(
        DunningStep,
        DunningRows,
        gettext_lazy("Dunning steps"),
        gettext_lazy("Collection follow-ups take them up in the nightly run."),
    ),
    "departments": Section(
        Department,
        DepartmentRows,
        gettext_lazy("Departments"),
        gettext_lazy("One that is not active can no longer be asked; its open requests stay."),
    ),
    "tiers": Section(
        Tier,
        TierRows,
        gettext_lazy("Authority"),
        gettext_lazy("What an account manager of each tier may lead and grant, from now on."),
    ),
}
RATES = "rates"


class SetupForm(PlainForm):
    """Which tab, and which page of it."""

    tab = forms.ChoiceField(choices=[(name, name) for name in (*SECTIONS, RATES)], required=False)
    cursor = forms.CharField(max_length=2000, required=False)


def setup(request):
    """One tab with its rows; saving writes only what was changed. 422 at the field, 409 where two admins collide."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    form = SetupForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    tab = chosen.get("tab") or next(iter(SECTIONS))
    if tab == RATES:
        return _rates(request, tab)
    section, page = SECTIONS[tab], None
    options = {"form_kwargs": {"industries": known_industries()}} if section.model is Product else {}
    if request.method == "POST":
        rows = section.rows(request.POST, queryset=section.model.objects.all(), **options)
        status = _save(section, rows)
        if status == 200:
            return _saved(request, rows)
    else:
        queryset, page = _page(section.model, chosen.get("cursor", ""))
        rows, status = section.rows(queryset=queryset, **options), 200
    context = {"section": section, "rows": rows, "page": page}
    return _show(request, tab, context, status)


def _page(model, cursor):
    """The rows of a tab: products may be many, so they come in pages."""
    if model is not Product:
        return model.objects.all(), None
    page = keyset_page(
        Product.objects.all(), keys=["series", "name", "id"], cursor=cursor, size=PRODUCTS_SHOWN
    )
    return Product.objects.filter(pk__in=[row.pk for row in page]), page


def _save(section, rows):
    """Writes the changed rows; 200, 422 or 409, with the reasons on the rows."""
    if not rows.is_valid():
        return 422
    try:
        save_rows(model=section.model, changes=rows.changes())
    except RowConflict as conflict:
        _explain(rows, conflict)
        return 409
    except RowsDoNotFit:
        rows.non_form_errors().append(
            _("This does not fit with what somebody else saved meanwhile. Open the page again.")
        )
        return 409
    return 200


def _explain(rows, conflict):
    """Names the other's values at the fields. Saving once more replaces them, knowingly."""
    form = rows.changed_forms[conflict.place]
    if conflict.saved is None:
        form.add_error(None, _("Somebody else deleted this row meanwhile. Open the page again."))
        return
    data = rows.data.copy()
    for one in rows.forms:
        one.data = data
    for name in conflict.fields:
        text = _("Somebody else set this to “%(value)s” meanwhile. Save again to replace it.")
        form.add_error(name, text % {"value": _in_words(getattr(conflict.saved, name))})
        form.show_saved(data, name, conflict.saved)


def _in_words(value):
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "; ".join(value) or "–" if isinstance(value, list) else str(value)


def _saved(request, rows):
    count = len(rows.changes())
    if count:
        text = ngettext("%(n)s change is saved.", "%(n)s changes are saved.", count) % {"n": count}
        messages.success(request, text)
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(request.get_full_path())


def _show(request, tab, context, status):
    labels = {name: section.label for name, section in SECTIONS.items()} | {RATES: _("Exchange rates")}
    address = reverse("clients:setup")
    tabs = [
        {"label": label, "url": f"{address}?tab={name}", "current": name == tab}
        for name, label in labels.items()
    ]
    tabs.append({"label": _("Follow-up rules"), "url": reverse("relationships:rules"), "current": False})
    context |= {"tab": tab, "tabs": tabs, "template": f"clients/setup/_{tab}.html"}
    return render(request, "clients/setup/setup.html", context, status=status)


# --- Exchange rates -------------------------------------------------------------------------------------------


def _rates(request, tab):
    """Rates are added, never changed: what was reckoned with one stays explained."""
    form = RateForm(request.POST if request.method == "POST" else None, house=settings.HOUSE_CURRENCY)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                add_rate(**form.cleaned_data)
            except RowsDoNotFit:
                form.add_error("valid_from", _("Somebody else added a rate from that day meanwhile."))
                status = 409
            else:
                messages.success(request, _("The rate is added."))
                return redirect(request.get_full_path())
    rates = list(ExchangeRate.objects.order_by("-valid_from", "currency")[:RATES_SHOWN])
    newest = set(
        ExchangeRate.objects.order_by("currency", "-valid_from")
        .distinct("currency")
        .values_list("pk", flat=True)
    )
    context = {"form": form, "rates": rates, "newest": newest, "house": settings.HOUSE_CURRENCY}
    return _show(request, tab, context, status)


def setup_rate(request, rate_id):
    """Takes a wrong rate away while it is the newest of its currency. POST only."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    rate = get_object_or_404(ExchangeRate, pk=rate_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        delete_rate(rate=rate)
    except RateNotNewest:
        messages.error(request, _("A newer rate was added meanwhile, so this one stays."))
    else:
        messages.success(request, _("The rate is deleted."))
    return redirect(f"{reverse('clients:setup')}?tab={RATES}")
