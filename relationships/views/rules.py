"""The rules that make follow-ups: all of them, one to change, and what they would ask for tomorrow. Admins only."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Tier
from accounts.web.answers import written
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import house_today
from clients.views.edit import refuse_busy
from clients.views.panels import answer_form
from clients.views.sheets import with_status
from relationships import rule_words
from relationships.followups import care
from relationships.followups.catalog import CATALOG, ESCALATION, settings_now
from relationships.forms_rules import PREFIX, PreviewForm, RuleForm, VersionForm
from relationships.models import RuleSetting
from relationships.services import rule_settings as service

SHEET = "relationships/rules/_rule_sheet.html"
EVENTS = ("rules-changed",)
MOST_CLIENTS = 20_000  # of a larger book a preview counts the first ones, and says so


def admins_only(request):
    """Raises PermissionDenied for everyone else, before anything is read."""
    if not access.may_set_up(request.user):
        raise PermissionDenied


def rules(request):
    """Every rule of the catalogue as it is set now. Two queries beside the session."""
    admins_only(request)
    tiers, saved = _tiers(), RuleSetting.objects.select_related("changed_by")
    by_rule = {row.rule: row for row in saved}
    lines = [_line(entry, by_rule.get(rule), tiers) for rule, entry in CATALOG.items()]
    context = {
        "lines": lines,
        "on": sum(line["setting"].is_on for line in lines),
        "differing": sum(line["differs"] for line in lines),
        "oob": wants_fragment(request),
    }
    template = "relationships/rules/_rules.html" if context["oob"] else "relationships/rules/rules.html"
    return uncached(render(request, template, context))


def rule_edit(request, rule):
    """The sheet of one rule, and its saving; `first` posted sets it back. 422 at the field, 409 where two collide."""
    admins_only(request)
    entry, tiers = _entry_of(rule), _tiers()
    if request.method != "POST":
        return _show(request, entry, tiers)
    if "first" in request.POST:
        return _set_back(request, entry, tiers)
    form, status = RuleForm(request.POST, entry=entry, tiers=tiers), 422
    if form.is_valid():
        values = {"setting": form.as_setting(), "version": form.cleaned_data["version"]}
        try:
            saved = service.save_rule(rule=rule, by=request.user, **values)
        except service.RuleChanged as conflict:
            form, status = _explained(form, conflict.saved, tiers), 409
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            return _written(request, entry, saved)
    return _show(request, entry, tiers, form, status)


def _set_back(request, entry, tiers):
    """Saves how the rule was at first. Where somebody else saved meanwhile, what they saved is shown first."""
    form, status = VersionForm(request.POST), 422
    if form.is_valid():
        first = service.setting_from(entry.rule, None)
        try:
            saved = service.save_rule(rule=entry.rule, setting=first, by=request.user, **form.cleaned_data)
        except (service.RuleChanged, OperationalError) as error:
            if isinstance(error, OperationalError):
                refuse_busy(form, error)
            else:
                form.add_error(None, _changed_by(error.saved) + " " + _("Look at it before you set it back."))
            status = 409
        else:
            return _written(request, entry, saved)
    shown = _shown(entry, tiers, service.setting_row(entry.rule))
    return _show(request, entry, tiers, shown, status, said=form.non_field_errors())


def _written(request, entry, saved):
    words = {"rule": entry.label}
    if saved is None:
        text = _("%(rule)s: nothing was changed.") % words
    else:
        text = _("%(rule)s: saved. Follow-ups follow now, or in the hourly run at the latest.") % words
    return written(request, text, events=EVENTS, back=reverse("relationships:rules"))


def _shown(entry, tiers, row):
    setting, version = service.setting_from(entry.rule, row), row.version if row else 0
    return RuleForm.of(setting, version=version, entry=entry, tiers=tiers)


def _show(request, entry, tiers, form=None, status=None, said=()):
    """The sheet. `said` is told above it when the form itself is a fresh one."""
    row = service.setting_row(entry.rule)
    changes = [
        (change, rule_words.differences(entry.rule, change.before, change.setting, tiers))
        for change in service.changes_of(row)
    ]
    context = {
        "line": _line(entry, row, tiers),
        "said": said,
        "changes": changes,
        "title": entry.label,
        "note": entry.does,
        "action": reverse("relationships:rule_edit", args=[entry.rule]),
        "back": reverse("relationships:rules"),
        "may_preview": entry.rule != ESCALATION,
    }
    return with_status(answer_form(request, form or _shown(entry, tiers, row), SHEET, context), status)


def _explained(form, saved, tiers):
    """The form with what was typed, and at each field what somebody else saved. Saving once more replaces it."""
    typed, rule = form.as_setting(), form.entry.rule
    data = form.data.copy()
    data["version"] = saved.version
    form = RuleForm(data, entry=form.entry, tiers=tiers)
    form.full_clean()
    text = _("Save again to replace what differs, or open the rule anew.")
    form.add_error(None, f"{_changed_by(saved)} {text}")
    theirs = service.setting_from(rule, saved)
    for field, mine, other, words in _fields_of(rule, typed, theirs, tiers):
        if mine != other:
            form.add_error(field, _("Saved meanwhile: %(value)s.") % {"value": words})
    return form


def _changed_by(saved):
    return _("%(who)s saved this rule meanwhile.") % {"who": saved.changed_by or _("Somebody")}


def _fields_of(rule, typed, theirs, tiers):
    """(field, typed value, saved value, the saved one in words) of each field."""
    yield "is_on", typed.is_on, theirs.is_on, rule_words.switch_in_words(theirs)
    yield "segments", typed.segments, theirs.segments, rule_words.segments_in_words(theirs)
    yield "tiers", typed.tiers, theirs.tiers, rule_words.tiers_in_words(theirs, tiers)
    for name, value in theirs.days.items():
        yield PREFIX + name, typed.days[name], value, rule_words.in_words(rule, name, value)


def rules_preview(request):
    """What the rules would ask for tomorrow: all as they are saved, or one with the values typed in its sheet.

    Nothing is written. Eight queries; 422 for values that the sheet would not take.
    """
    admins_only(request)
    asked = PreviewForm(request.GET)
    rule = asked.cleaned_data["rule"] if asked.is_valid() else ""
    settings, form = settings_now(), None
    if rule and asked.cleaned_data["typed"]:
        data = request.GET.copy()
        data["version"] = 0
        form = RuleForm(data, entry=CATALOG[rule], tiers=_tiers())
        if form.is_valid():
            settings[rule] = form.as_setting()
    wrong = not asked.is_valid() or (form is not None and not form.is_valid())
    context = {"rule": rule, "wrong": wrong} | ({} if wrong else _fired(settings, rule))
    part = "relationships/rules/_preview_rule.html" if rule else "relationships/rules/_preview.html"
    template = part if wants_fragment(request) else "relationships/rules/preview.html"
    context["part"] = part
    return uncached(render(request, template, context, status=422 if wrong else 200))


def _fired(settings, rule):
    """{"fired": what each rule that fires would ask for, "silent": labels of the others, …}; of one rule alone when it
    is named."""
    tomorrow = house_today() + datetime.timedelta(days=1)
    preview = care.preview(settings, tomorrow, most_clients=MOST_CLIENTS)
    found = [
        {"fired": one, "label": CATALOG[one.rule].label, "is_on": settings[one.rule].is_on}
        for one in preview.rules
        if rule in ("", one.rule)
    ]
    fires = [line for line in found if line["fired"].opened or line["fired"].due]
    return {
        "found": found if rule else fires,
        "silent": [line["label"] for line in found if line not in fires],
        "opened": sum(line["fired"].opened for line in found),
        "due": sum(line["fired"].due for line in found),
        "preview": preview,
        "tomorrow": tomorrow,
        "now": timezone.now(),
    }


def _tiers():
    """{code: name}. One query."""
    return dict(Tier.objects.values_list("code", "name"))


def _entry_of(rule):
    if rule not in CATALOG:
        raise Http404
    return CATALOG[rule]


def _line(entry, row, tiers):
    """What the list tells of a rule."""
    setting = service.setting_from(entry.rule, row)
    return {
        "entry": entry,
        "row": row,
        "setting": setting,
        "differs": setting != service.setting_from(entry.rule, None),
        "numbers": rule_words.numbers_of(entry, setting),
        "segments": rule_words.segments_in_words(setting) if setting.segments else "",
        "tiers": rule_words.tiers_in_words(setting, tiers) if setting.tiers else "",
    }
