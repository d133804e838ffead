"""The rules of follow-ups as admins see and set them. Who may come here: tests/access_areas/rules.py."""

import json

import pytest
from django.urls import reverse

from relationships.followups.catalog import CATALOG, settings_now
from relationships.forms_rules import RuleForm
from relationships.models import RuleSetting
from relationships.services.rule_settings import RuleChanged, changes_of, save_rule, setting_from
from tests import factories as make

HOME = reverse("relationships:rules")
TIERS = {"am": "AM", "kam": "KAM"}


def edit(rule):
    return reverse("relationships:rule_edit", args=[rule])


@pytest.fixture
def admin(book, as_user):
    make.tier("kam")
    return as_user(book.admin)


def typed(rule, *, version=0, **over):
    """What a browser posts for a rule as it was at first, with some fields typed over."""
    setting = setting_from(rule, None)
    values = {f"number_{name}": value for name, value in setting.days.items()}
    values |= {"is_on": "on", "version": version, "segments": list(setting.segments)}
    return values | {
        name if name in values or name == "tiers" else f"number_{name}": v for name, v in over.items()
    }


def set_rule(rule, *, by=None, version=0, is_on=True, segments=(), tiers=(), **days):
    first = setting_from(rule, None)
    setting = type(first)(is_on, first.days | days, tuple(segments), tuple(tiers))
    return save_rule(rule=rule, setting=setting, version=version, by=by)


# --- The form -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", CATALOG)
def test_each_rule_may_be_saved_as_it_is_at_first(rule):
    form = RuleForm(typed(rule), entry=CATALOG[rule], tiers=TIERS)
    assert form.is_valid(), form.errors
    assert form.as_setting() == setting_from(rule, None)


@pytest.mark.parametrize(
    "rule, name", [(rule, number.name) for rule, entry in CATALOG.items() for number in entry.numbers]
)
def test_a_number_stays_within_the_catalogues_bounds(rule, name):
    entry = CATALOG[rule]
    number = next(number for number in entry.numbers if number.name == name)
    for wrong in (number.least - 1, number.most + 1, "", "1.5", "many"):
        form = RuleForm(typed(rule, **{name: wrong}), entry=entry, tiers=TIERS)
        assert f"number_{name}" in form.errors, wrong


@pytest.mark.parametrize(
    ("rule", "over", "wrong"),
    [
        ("renewal", {"second": 90}, "number_second"),
        ("renewal", {"second": 20}, "number_third"),
        ("renewal", {"first": 50}, "number_second"),
        ("renewal", {"third": 60}, "number_third"),
        ("issue", {"senior": 3}, "number_manager"),
        ("issue", {"manager": 1}, "number_manager"),
        ("escalation", {"senior": 5}, "number_manager"),
        ("escalation", {"reassign": 5}, "number_reassign"),
        ("promise", {"tiers": ["boss"]}, "tiers"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(rule, over, wrong):
    form = RuleForm(typed(rule, **over), entry=CATALOG[rule], tiers=TIERS)
    assert list(form.errors) == [wrong]


# --- Saving ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_rule_that_is_saved_counts_and_its_history_tells_what_changed(book):
    set_rule("renewal", by=book.admin, first=80, segments=["key"])
    row = RuleSetting.objects.get()
    assert settings_now()["renewal"].days["first"] == 80
    set_rule("renewal", by=book.manager, version=row.version, is_on=False, first=70)
    row.refresh_from_db()
    newest, oldest = changes_of(row)
    assert (newest.by, newest.before.days["first"], newest.setting.days["first"]) == (book.manager, 80, 70)
    assert (newest.before.is_on, newest.setting.is_on) == (True, False)
    assert (oldest.by, oldest.before, oldest.setting.segments) == (
        book.admin,
        setting_from("renewal", None),
        ("key",),
    )


@pytest.mark.django_db
def test_what_changes_nothing_writes_nothing(book):
    assert set_rule("renewal") is None
    assert not RuleSetting.objects.exists()
    set_rule("renewal", first=80)
    assert set_rule("renewal", first=80) is None  # the same form sent twice
    assert RuleSetting.objects.get().version == 1


@pytest.mark.django_db
def test_a_rule_saved_meanwhile_is_not_overwritten(book):
    set_rule("renewal", first=80)
    with pytest.raises(RuleChanged) as refusal:
        set_rule("renewal", first=70)  # opened before there was a row
    assert refusal.value.saved.days["first"] == 80
    assert settings_now()["renewal"].days["first"] == 80


# --- The pages ------------------------------------------------------------------------------------------------


def test_the_list_shows_every_rule_and_whom_it_is_for(admin, book):
    set_rule("renewal", by=book.admin, first=80, segments=["major"], tiers=["kam"])
    set_rule("birthday", by=book.admin, is_on=False, segments=[], ahead=1)
    shown = admin.get(HOME).content.decode()
    assert all(f'id="rule-{rule}"' in shown for rule in CATALOG)
    assert f"{len(CATALOG) - 1} of {len(CATALOG)} rules are on." in " ".join(shown.split())
    assert "led by KAM" in shown
    assert "₫100,000,000" in shown
    assert book.admin.name in shown


def test_the_list_costs_the_same_however_many_rules_were_set(admin, book, django_assert_num_queries):
    def ask(expected):
        with django_assert_num_queries(expected):
            admin.get(HOME)

    set_rule("birthday", by=book.admin, is_on=False)
    ask(4)
    for rule in CATALOG:
        if rule != "birthday":
            set_rule(rule, by=book.admin, is_on=False)
    ask(4)


def test_a_rule_is_saved_and_its_follow_ups_are_hastened(
    admin, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda task, *_args, **_more: sent.append(task.name)
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(edit("renewal"), typed("renewal", first="100"), headers=FRAGMENT)
    assert answer.status_code == 204
    told = json.loads(answer.headers["HX-Trigger"])
    assert "rules-changed" in told and "Follow-ups follow now" in told["toast"]["text"]
    assert settings_now()["renewal"].days["first"] == 100
    assert sent == ["relationships.tasks.generate_follow_ups"]


FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_without_htmx_saving_leads_back_to_the_list(admin):
    answer = admin.post(edit("renewal"), typed("renewal", first="100"), follow=True)
    assert answer.redirect_chain == [(HOME, 302)]
    assert "Renewal: saved." in answer.content.decode()


def test_a_wrong_number_keeps_what_was_typed(admin):
    answer = admin.post(edit("renewal"), typed("renewal", second="95", expired="77"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Fewer days than the time before it, which has 90." in shown
    assert 'value="95"' in shown and 'value="77"' in shown
    assert not RuleSetting.objects.exists()


def test_of_two_admins_the_second_sees_both_values_and_loses_nothing(admin, book):
    opened = typed("renewal", first="100", expired="77", segments=["key"])
    set_rule("renewal", by=book.manager, first=120, is_on=False)
    answer = admin.post(edit("renewal"), opened)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert f"{book.manager.name} saved this rule meanwhile." in shown
    assert 'value="100"' in shown and "Saved meanwhile: 120." in shown
    assert 'value="77"' in shown and "Saved meanwhile: 180." in shown
    assert "Saved meanwhile: off." in shown and "Saved meanwhile: all segments." in shown
    assert settings_now()["renewal"].days["first"] == 120
    again = admin.post(edit("renewal"), opened | {"version": 1})
    assert again.status_code == 302
    assert settings_now()["renewal"].days["first"] == 100


def test_a_rule_goes_back_to_how_it_was_at_first(admin, book):
    set_rule("escalation", by=book.admin, limit=5, tiers=["am"])
    assert "Back to how it was at first" in admin.get(edit("escalation")).content.decode()
    answer = admin.post(edit("escalation"), {"first": "1", "version": "1"})
    assert answer.status_code == 302
    assert settings_now()["escalation"] == setting_from("escalation", None)
    sheet = admin.get(edit("escalation")).content.decode()
    assert "Back to how it was at first" not in sheet
    assert "₫100,000,000" in sheet and "₫5.00" not in sheet


def test_going_back_looks_first_at_what_somebody_else_saved(admin, book):
    set_rule("escalation", by=book.admin, limit=5)
    set_rule("escalation", by=book.manager, version=1, limit=7)
    answer = admin.post(edit("escalation"), {"first": "1", "version": "1"})
    assert answer.status_code == 409
    assert f"{book.manager.name} saved this rule meanwhile." in answer.content.decode()
    assert settings_now()["escalation"].days["limit"] == 7


def test_an_unknown_rule_is_not_found(admin):
    assert admin.get(edit("weather")).status_code == 404
    assert admin.post(edit("weather")).status_code == 404


def test_cadence_and_dunning_lead_to_where_they_are_set(admin):
    assert reverse("relationships:scoring_model") in admin.get(edit("cadence")).content.decode()
    assert f"{reverse('clients:setup')}?tab=dunning" in admin.get(edit("collection")).content.decode()
    assert HOME in admin.get(reverse("clients:setup")).content.decode()


# --- What would come tomorrow ---------------------------------------------------------------------------------

PREVIEW = reverse("relationships:rules_preview")


def a_renewal(book):
    """A contract that is 100 days from its end tomorrow: not yet asked for by the rule as it is at first."""
    return make.contract(book.alpha, ends_in=101, number="HD-100")


def told(answer):
    return " ".join(answer.content.decode().split())


def test_the_preview_counts_tomorrow_and_names_what_would_come(admin, book):
    make.contract(book.alpha, ends_in=91, number="HD-90")
    follow_ups = book.alpha.follow_ups.count()
    shown = told(admin.get(PREVIEW, headers=FRAGMENT))
    assert "Counted on 2 of 2 clients" in shown
    assert "HD-90" in shown and book.alpha.name in shown and f"for {book.lan.name}" in shown
    assert book.alpha.follow_ups.count() == follow_ups


def test_the_preview_of_a_rule_takes_what_is_typed_and_saves_nothing(admin, book):
    a_renewal(book)
    values = {"rule": "renewal", "typed": "1"}
    as_saved = told(admin.get(PREVIEW, {"rule": "renewal"}, headers=FRAGMENT))
    assert "there would be 0 new follow-ups" in as_saved and "HD-100" not in as_saved
    wider = told(admin.get(PREVIEW, values | typed("renewal", first=100), headers=FRAGMENT))
    assert "there would be 1 new follow-up," in wider and "HD-100" in wider
    off = {name: value for name, value in typed("renewal", first=100).items() if name != "is_on"}
    assert "there would be 0 new follow-ups" in told(admin.get(PREVIEW, values | off, headers=FRAGMENT))
    assert not RuleSetting.objects.exists()


def test_the_preview_refuses_what_cannot_be_saved(admin):
    wrong = {"rule": "renewal", "typed": "1"} | typed("renewal", first=10)
    answer = admin.get(PREVIEW, wrong, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "cannot be saved" in told(answer)
    assert admin.get(PREVIEW, {"rule": "weather"}).status_code == 422


def test_without_htmx_the_preview_is_a_page(admin, book):
    a_renewal(book)
    assert "<h1>Preview</h1>" in admin.get(PREVIEW).content.decode()
    assert "<h1>Preview</h1>" in admin.get(PREVIEW, {"rule": "renewal"}).content.decode()
