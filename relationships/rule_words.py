"""The settings of the rules in words: numbers, for whom, and what a change changed. No query."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Segment
from accounts.templatetags.tend import money, number
from relationships.followups.catalog import CATALOG, ESCALATION

MONEY = {(ESCALATION, "limit")}


@dataclass(frozen=True)
class Line:
    """A number of a rule, or what a change changed: `before` is empty unless it is a change."""

    label: str
    value: str
    before: str = ""


def in_words(rule, name, value):
    """A number of `rule` as it is written: money with its currency, the others plainly."""
    return money(value, settings.HOUSE_CURRENCY) if (rule, name) in MONEY else number(value)


def numbers_of(entry, setting):
    """A Line for each number of a rule."""
    return [Line(one.label, in_words(entry.rule, one.name, setting.days[one.name])) for one in entry.numbers]


def segments_in_words(setting):
    """Which segments the rule is for: their names, or that it is for all."""
    names = [str(label) for code, label in Segment.choices if code in setting.segments]
    return ", ".join(names) or _("all segments")


def tiers_in_words(setting, tiers):
    """Whose clients the rule is for. `tiers` is {code: name}; one that is gone is told by its code."""
    return ", ".join(tiers.get(code, code) for code in setting.tiers) or _("all tiers")


def switch_in_words(setting):
    return _("on") if setting.is_on else _("off")


def differences(rule, before, after, tiers):
    """What differs between two settings of a rule, as Lines."""
    told = [
        Line(_("The rule is"), switch_in_words(after), switch_in_words(before)),
        *(
            Line(
                capfirst(one.label),
                in_words(rule, one.name, after.days[one.name]),
                in_words(rule, one.name, before.days[one.name]),
            )
            for one in CATALOG[rule].numbers
        ),
        Line(_("For segments"), segments_in_words(after), segments_in_words(before)),
        Line(_("For tiers of the lead"), tiers_in_words(after, tiers), tiers_in_words(before, tiers)),
    ]
    return [line for line in told if line.value != line.before]
