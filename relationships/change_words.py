"""A change of health between two days in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Segment
from accounts.templatetags.tend import number
from relationships.health import change

SHOWN_FROM = 0.05  # points that a list of parts names: what rounds to 0.1
PARTS_SHOWN = 4


@dataclass(frozen=True)
class Cause:
    """One of the four, with the points it did. `parts`: (label, points as text) of what moved most in it."""

    name: str
    label: str
    note: str
    points: float
    parts: tuple

    @property
    def points_text(self):
        return signed(self.points)


@dataclass(frozen=True)
class ChangeInWords:
    """`causes` are empty where `unknown` says why there is nothing to split."""

    change: change.Change
    causes: tuple
    unknown: str = ""

    @property
    def before_text(self):
        return number(round(self.change.before, 1))

    @property
    def now_text(self):
        return number(round(self.change.now, 1))


def signed(points):
    """+3.4, −12, 0: one digit, in the reader's language."""
    rounded = round(points, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{number(abs(rounded))}"


def change_in_words(found):
    """The ChangeInWords of a health.change.Change."""
    if not found.shares:
        unknown = (
            _("The score was not known then, so there is no difference to split.")
            if found.before is None
            else _("The score is not known now, so there is no difference to split.")
        )
        return ChangeInWords(found, (), unknown)
    labels = {
        change.BEHAVIOUR: (
            _("What happened"),
            _("touches, issues, payments, contracts and contacts since then"),
        ),
        change.AGEING: (_("Time passing"), _("what would have come of it had nothing been done")),
        change.CONFIGURATION: (_("Scoring"), _configuration(found)),
        change.OVERRIDE: (_("Override"), _("what somebody said over the computed score")),
    }
    shares = {share.name: share for share in found.shares}
    return ChangeInWords(found, tuple(_cause(shares[name], *words) for name, words in labels.items()))


def _cause(share, label, note):
    parts = [part for part in share.parts if abs(part.points) >= SHOWN_FROM][:PARTS_SHOWN]
    parts = tuple((part.label, signed(part.points)) for part in parts)
    return Cause(share.name, label, note, share.points, parts)


def _configuration(found):
    words = []
    if found.new_model:
        numbers = {"then": found.models[0], "now": found.models[1]}
        words.append(_("scoring model v%(then)d became v%(now)d") % numbers)
    if found.new_segment:
        names = {"then": Segment(found.segments[0]).label, "now": Segment(found.segments[1]).label}
        words.append(_("the segment %(then)s became %(now)s") % names)
    return ", ".join(words) or _("weights, caps and the segment are the same")
