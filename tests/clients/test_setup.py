"""The set-up: every tab saved, what is refused at its field, and two admins at once."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department, Tier
from clients.models import DunningStep, ExchangeRate, Product, SlaPolicy
from clients.services.setup import RowChange, RowConflict, RowsDoNotFit, save_rows
from tests import factories as make

URL = reverse("clients:setup")


def page(browser, tab):
    """What the browser would send back from a tab as it is shown: every field with its hidden first value."""
    answer = browser.get(f"{URL}?tab={tab}")
    assert answer.status_code == 200
    rows, data = answer.context["rows"], {}
    for form in [rows.management_form, *rows.forms]:
        for field in form:
            data |= sent(field)
    return data


def sent(field):
    value = field.value()
    values = value if isinstance(value, list) else [value]
    prepared = field.field.prepare_value(value) if field.name == "industries" else None
    first = field.html_initial_name if field.field.show_hidden_initial else None
    if prepared is not None:
        values = [prepared]
    data = {} if value is None or value is False else {field.html_name: values}
    if field.field.show_hidden_initial and value is not None:
        data[first] = values
    return data


def saved(browser, tab, **changes):
    data = page(browser, tab) | changes
    return browser.post(
        f"{URL}?tab={tab}", {name: value for name, value in data.items() if value is not None}
    )


def place_of(browser, tab, pk):
    rows = browser.get(f"{URL}?tab={tab}").context["rows"]
    return next(n for n, form in enumerate(rows.forms) if form.instance.pk == pk)


@pytest.fixture
def admin(book, as_user):
    return as_user(book.admin)


# --- Each tab -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", ["products", "levels", "dunning", "departments", "tiers"])
def test_a_tab_saved_as_it_is_shown_changes_nothing(book, admin, tab):
    make.product("P-1", segments=["key"], industries=["Retail", "Food"])
    models = (Product, SlaPolicy, DunningStep, Department, Tier)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    assert saved(admin, tab).status_code == 302
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_a_product_is_added_and_edited(book, admin):
    make.client(industry="Retail")
    row = make.product("P-1", name="Dock")
    new = {
        "form-1-code": "P-2",
        "form-1-name": "Switch",
        "form-1-list_price": "590",
        "form-1-currency": "USD",
    }
    new |= {"form-1-series": "Brook", "form-1-industries": "Retail", "form-1-segments": ["key", "major"]}
    assert saved(admin, "products", **new, **{"form-0-name": "Dock 2"}).status_code == 302
    added = Product.objects.get(code="P-2")
    assert (added.series, added.list_price, added.currency) == ("Brook", Decimal(590), "USD")
    assert (added.segments, added.industries, added.is_active) == (["major", "key"], ["Retail"], True)
    row.refresh_from_db()
    assert row.name == "Dock 2"


def test_levels_steps_departments_and_tiers_are_edited(book, admin):
    level = SlaPolicy.objects.get(severity=10, segment="key")
    place = place_of(admin, "levels", level.pk)
    saved(admin, "levels", **{f"form-{place}-response_hours": "1.5"})
    step = DunningStep.objects.get(days_late=15)
    place, new = place_of(admin, "dunning", step.pk), DunningStep.objects.count()
    extra = {f"form-{new}-days_late": "45", f"form-{new}-action": "escalate"}
    saved(admin, "dunning", **extra, **{f"form-{place}-DELETE": "on"})
    legal = Department.objects.get(code="legal")
    place = place_of(admin, "departments", legal.pk)
    saved(admin, "departments", **{f"form-{place}-is_active": None})
    tier = Tier.objects.get(code="am")
    place = place_of(admin, "tiers", tier.pk)
    saved(admin, "tiers", **{f"form-{place}-max_discount_percent": "12.5"})
    level.refresh_from_db()
    legal.refresh_from_db()
    tier.refresh_from_db()
    assert level.response_hours == Decimal("1.5") and tier.max_discount_percent == Decimal("12.5")
    assert legal.is_active is False
    assert list(DunningStep.objects.values_list("days_late", flat=True)) == [7, 30, 45]


def test_a_rate_is_added_once_and_deleted_while_it_is_the_newest(book, admin):
    rate = {"currency": "USD", "valid_from": "2026-01-01", "rate": "25000.5"}
    assert admin.post(f"{URL}?tab=rates", rate).status_code == 302
    again = admin.post(f"{URL}?tab=rates", rate)
    assert again.status_code == 422 and again.context["form"].errors.keys() == {"valid_from"}
    admin.post(f"{URL}?tab=rates", rate | {"valid_from": "2026-02-01", "rate": "26000"})
    old, new = ExchangeRate.objects.order_by("valid_from")
    admin.post(reverse("clients:setup_rate", args=[old.pk]))
    assert ExchangeRate.objects.count() == 2
    admin.post(reverse("clients:setup_rate", args=[new.pk]))
    assert list(ExchangeRate.objects.all()) == [old]


# --- Bad input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tab, field, value",
    [
        ("products", "code", ""),
        ("products", "name", "…"),
        ("products", "list_price", "-1"),
        ("products", "currency", "XYZ"),
        ("products", "industries", "Retial"),
        ("products", "segments", ["gold"]),
        ("levels", "response_hours", "0"),
        ("levels", "resolution_hours", "0.5"),
        ("dunning", "days_late", "15"),
        ("dunning", "action", "sue"),
        ("departments", "code", "two words"),
        ("departments", "name", "<script>"),
        ("tiers", "capacity_max", "0"),
        ("tiers", "max_discount_percent", "101"),
        ("tiers", "max_payment_days", "x"),
    ],
)
def test_bad_input_is_named_at_its_field_and_writes_nothing(book, admin, tab, field, value):
    make.client(industry="Retail")
    make.product("P-1")
    models = (Product, SlaPolicy, DunningStep, Department, Tier)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    answer = saved(admin, tab, **{f"form-0-{field}": value})
    rows = answer.context["rows"]
    assert answer.status_code == 422
    assert field in rows.forms[0].errors or rows.non_form_errors()
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


@pytest.mark.parametrize(
    "field, value", [("rate", "0"), ("rate", "NaN"), ("currency", "VND"), ("valid_from", "1800-01-01")]
)
def test_a_wrong_rate_is_refused_at_its_field(book, admin, field, value):
    rate = {"currency": "USD", "valid_from": "2026-01-01", "rate": "25000"} | {field: value}
    answer = admin.post(f"{URL}?tab=rates", rate)
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {field}
    assert not ExchangeRate.objects.exists()


# --- Two admins at once ---------------------------------------------------------------------------------------


def test_two_admins_change_different_fields_and_both_stand(book, admin):
    row = make.product("P-1", name="Dock", series="Old")
    opened = page(admin, "products")
    Product.objects.filter(pk=row.pk).update(series="Brook")
    assert admin.post(f"{URL}?tab=products", opened | {"form-0-name": "Dock 2"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.series) == ("Dock 2", "Brook")


def test_the_same_field_is_not_overwritten_silently(book, admin):
    row = make.product("P-1", name="Dock")
    opened = page(admin, "products") | {"form-0-name": "Mine"}
    Product.objects.filter(pk=row.pk).update(name="Theirs")
    answer = admin.post(f"{URL}?tab=products", opened)
    row.refresh_from_db()
    assert answer.status_code == 409 and row.name == "Theirs"
    text = answer.content.decode()
    assert "Theirs" in text and 'value="Mine"' in text
    form = answer.context["rows"].forms[0]
    again = opened | {form["name"].html_initial_name: "Theirs"}
    assert f'name="{form["name"].html_initial_name}" value="Theirs"' in text
    assert admin.post(f"{URL}?tab=products", again).status_code == 302
    row.refresh_from_db()
    assert row.name == "Mine"


def test_a_row_that_somebody_deleted_is_named(book, admin):
    step = DunningStep.objects.get(days_late=15)
    changes = [RowChange(step.pk, {"days_late": 16}, {"days_late": 15})]
    step.delete()
    with pytest.raises(RowConflict) as conflict:
        save_rows(model=DunningStep, changes=changes)
    assert conflict.value.saved is None


def test_what_breaks_a_rule_together_is_refused_as_a_whole(book):
    tier = Tier.objects.get(code="am")
    changes = [
        RowChange(Tier.objects.get(code="kam").pk, {"max_payment_days": 77}, {}),
        RowChange(tier.pk, {"capacity_min": tier.capacity_max + 1}, {}),
    ]
    with pytest.raises(RowsDoNotFit):
        save_rows(model=Tier, changes=changes)
    assert not Tier.objects.filter(max_payment_days=77).exists()


def test_two_admins_save_one_field_at_the_same_moment_and_one_is_told(transactional_db):
    row = make.product("P-1", name="Dock")
    start, outcomes = threading.Barrier(2), []

    def save(name):
        try:
            start.wait(timeout=10)
            save_rows(model=Product, changes=[RowChange(row.pk, {"name": name}, {"name": "Dock"})])
            outcomes.append(name)
        except RowConflict as conflict:
            outcomes.append(f"told of {conflict.saved.name}")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("A", "B")]
    [thread.start() for thread in threads]
    [thread.join(timeout=30) for thread in threads]
    assert sorted(outcomes) in (["A", "told of A"], ["B", "told of B"])


# --- Who, and how much ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["lan", "senior", "manager", "dept"])
def test_only_admins_set_up(book, as_user, person):
    browser = as_user(getattr(book, person))
    assert browser.get(URL).status_code == 403
    assert browser.post(f"{URL}?tab=rates", {"currency": "USD"}).status_code == 403


def test_many_products_come_in_pages_and_cost_the_same(book, admin):
    counts = []
    for more in (2, 58):
        for _ in range(more):
            make.product()
        with CaptureQueriesContext(connection) as queries:
            answer = admin.get(URL)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    assert answer.context["page"].next_cursor and len(answer.context["rows"].forms) == 51
