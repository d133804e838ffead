"""How the rules that make follow-ups are set: saved by an admin, one rule at a time, and how that went on."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.web.publishing import publish_on_commit
from relationships.followups.catalog import settings_of
from relationships.models import RuleSetting
from relationships.tasks import generate_follow_ups

CHANGES_SHOWN = 10


class RuleChanged(Exception):
    """The rule is at another version than was seen; nothing was written. `saved` is the row as it is now."""

    def __init__(self, saved):
        super().__init__(f"{saved.rule} is at version {saved.version}")
        self.saved = saved


@dataclass(frozen=True)
class SettingChange:
    """`setting` followed `before`. `by` is a User or None."""

    before: object
    setting: object
    by: object
    at: datetime


def setting_row(rule):
    """What was saved of `rule`, with who saved it last, or None while it stands as it was at first. One query."""
    return RuleSetting.objects.select_related("changed_by").filter(rule=rule).first()


def setting_from(rule, row):
    """The Setting of `rule` by its row; without one how it was at first. No query."""
    return settings_of([row] if row else [])[rule]


@transaction.atomic
def save_rule(*, rule, setting, version, by):
    """Sets `rule` to `setting` (a catalog.Setting) and returns its row; None, and nothing written, where it is so.

    `version` is the one that the form showed, 0 where nothing had been saved. Raises RuleChanged where somebody else
    saved meanwhile. The follow-ups come after in the hourly run, which is hastened. Locks the row.
    """
    values = {
        "is_on": setting.is_on,
        "days": setting.days,
        "segments": list(setting.segments),
        "tiers": list(setting.tiers),
        "changed_by": by,
    }
    row, is_new = _locked(rule), False
    if row is None and setting != setting_from(rule, None):
        row, is_new = RuleSetting.objects.get_or_create(rule=rule, defaults=values)
        row = _locked(rule)
    if not is_new:
        if setting == setting_from(rule, row):
            return None
        _replace(row, version, values)
    publish_on_commit(generate_follow_ups)
    return row


def _locked(rule):
    return RuleSetting.objects.select_for_update(no_key=True).filter(rule=rule).first()


def _replace(row, version, values):
    if row.version != version:
        raise RuleChanged(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def changes_of(row):
    """The newest SettingChanges of a rule, newest first; the first one follows how it was at first. One query."""
    if row is None:
        return []
    events = row.events.select_related("changed_by").order_by("-pgh_id")
    older = list(events[: CHANGES_SHOWN + 1])
    states = [row, *older][: CHANGES_SHOWN + 1]
    befores = [setting_from(row.rule, state) for state in states[1:]]
    if len(older) < CHANGES_SHOWN:
        befores.append(setting_from(row.rule, None))
    return [
        SettingChange(before, setting_from(row.rule, state), state.changed_by, state.changed_at)
        for state, before in zip(states, befores, strict=False)
    ]
