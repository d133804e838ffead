"""The rules that make follow-ups and what an admin may set of each. RuleSetting holds what was set.

Every number has a name by which the rule's code and SQL know it; the values here are those a new house starts with.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts.models import Segment
from relationships.models import FollowUpRule as Rule
from relationships.models import RuleSetting

ESCALATION = "escalation"  # no rule of a follow-up's, but set in the same way
LONGEST_DAYS = 366


@dataclass(frozen=True)
class Number:
    """One number of a rule: days, unless the label says otherwise."""

    name: str
    label: str
    default: int
    least: int = 0
    most: int = LONGEST_DAYS


@dataclass(frozen=True)
class Entry:
    """One rule: its label, what it does in one sentence, its numbers, and for which segments it is at first (all)."""

    rule: str
    label: str
    does: str
    numbers: tuple = ()
    segments: tuple = ()


@dataclass(frozen=True)
class Setting:
    """How a rule is set now. `segments` and `tiers` (codes, of the client's lead) empty: all."""

    is_on: bool = True
    days: dict = field(default_factory=dict)
    segments: tuple = ()
    tiers: tuple = ()

    def is_for(self, segment, tier):
        """Whether it asks anything of a client of this segment, whose lead has this tier (a code, or None)."""
        in_segment = not self.segments or segment in self.segments
        return self.is_on and in_segment and (not self.tiers or tier in self.tiers)


def _entry(rule, does, *numbers, segments=()):
    return Entry(str(rule), Rule(rule).label, does, numbers, segments)


CATALOG = {
    entry.rule: entry
    for entry in (
        _entry(
            Rule.CADENCE,
            _(
                "Asks for a contact before the accepted silence is over; how long that is stands in the health score."
            ),
            Number(
                "ask_again", _("asks again when ticked off without a contact, after working days"), 5, 1, 60
            ),
        ),
        _entry(
            Rule.RENEWAL,
            _("Asks three times before a contract ends, and once it has."),
            Number("first", _("first time, days before the end"), 90, 2),
            Number("second", _("second time, days before the end"), 60, 1),
            Number("third", _("third time, days before the end"), 30, 0),
            Number("auto", _("renews by itself, days before the notice window opens"), 14, 0, 180),
            Number("expired", _("stops asking, days after the end"), 180, 1, 730),
        ),
        _entry(
            Rule.COLLECTION,
            _(
                "Asks for overdue money, one follow-up a client; its steps are the dunning steps of the setup."
            ),
        ),
        _entry(Rule.PROMISE, _("Asks for money that was promised for a day and did not come.")),
        _entry(
            Rule.ISSUE,
            _(
                "Reminds before a service level is missed, goes up when it was, and asks how content they are."
            ),
            Number("ahead", _("working days before the moment"), 1, 0, 30),
            Number("senior", _("to the senior, working days past the SLA"), 1, 1, 30),
            Number("manager", _("to the manager, working days past the SLA"), 3, 1, 60),
            Number("satisfaction", _("asks how content they are, working days after the solution"), 2, 0, 30),
        ),
        _entry(
            Rule.MILESTONE,
            _("Reminds of a delivery and asks for its acceptance."),
            Number("ahead", _("days before the delivery"), 3, 0, 60),
            Number("accept", _("asks for the acceptance, working days after the delivery"), 5, 0, 60),
        ),
        _entry(
            Rule.BAND_DROPPED,
            _("Asks what is wrong when the health of a client falls into a lower band, after hysteresis."),
            Number("within", _("working days to react"), 1, 0, 30),
            segments=(Segment.MAJOR, Segment.KEY),
        ),
        _entry(
            Rule.NO_NEXT_STEP,
            _("Asks for a next step where nothing is planned but the cadence."),
            Number("after", _("days after the last contact"), 14, 1),
            segments=(Segment.MAJOR, Segment.KEY),
        ),
        _entry(
            Rule.BIRTHDAY,
            _("Reminds of the birthday of a contact."),
            Number("ahead", _("days before"), 1, 0, 60),
        ),
        _entry(
            Rule.ANNIVERSARY,
            _("Reminds of the day on which the first contract with the client began."),
            Number("ahead", _("days before"), 7, 0, 60),
        ),
        _entry(
            Rule.PLAN_ACTION,
            _("Reminds of an action of the client's plan."),
            Number("ahead", _("days before"), 3, 0, 60),
        ),
        _entry(Rule.KICK_OFF, _("Asks for the kick-off of a new contract.")),
        _entry(Rule.COMMITMENT, _("Reminds of what the client was promised.")),
        _entry(Rule.REQUEST, _("Reminds of a late answer of a department, and of one to pass on.")),
        _entry(Rule.APPROVAL, _("Asks for a decision on terms, and tells of it.")),
        _entry(Rule.DEAL, _("Asks about a deal whose expected day has passed.")),
        _entry(
            Rule.ADVICE,
            _("Asks for the client's answer to advice."),
            Number("answer", _("days after it was given"), 14, 1),
        ),
        Entry(
            ESCALATION,
            _("Escalation"),
            _(
                "Late follow-ups of key clients, renewals and money above the limit go up, of key clients in half the "
                "time. A contact that reached the client counts anew."
            ),
            (
                Number("senior", _("to the senior, working days late"), 3, 1, 60),
                Number("manager", _("to the manager, working days late"), 5, 2, 60),
                Number("reassign", _("offer to reassign the client, working days late"), 7, 3, 90),
                Number("limit", _("money from this amount, in the house currency"), 100_000_000, 0, 10**13),
            ),
        ),
    )
}


def settings_now():
    """{rule: Setting} of every rule of the catalogue, what was not set as it is at first. One query."""
    return settings_of(RuleSetting.objects.all())


def setting_now(rule):
    """The Setting of one rule. One query."""
    return settings_of(RuleSetting.objects.filter(rule=rule))[rule]


def settings_of(rows):
    """{rule: Setting} as these rows (saved or not) say, the others as they are at first."""
    rows = {row.rule: row for row in rows}
    return {rule: _setting(entry, rows.get(rule)) for rule, entry in CATALOG.items()}


def _setting(entry, row):
    days = {number.name: number.default for number in entry.numbers}
    if row is None:
        return Setting(days=days, segments=tuple(str(segment) for segment in entry.segments))
    kept = {name: value for name, value in row.days.items() if name in days}
    return Setting(row.is_on, days | kept, tuple(row.segments), tuple(row.tiers))
