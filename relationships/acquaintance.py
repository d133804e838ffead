"""How well we know the people at a client, and who of us knows them: worked out from the touches that reached them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, Sum, TextChoices
from django.utils.translation import gettext_lazy as _

from clients.filters import house_today
from relationships.models import InteractionContact, Sentiment

YEAR_DAYS = 365
RECENT_DAYS, FADED_DAYS = 90, 180
STRONG_TOUCHES = 4  # in a year, together with a mood of at least STRONG_MOOD
STRONG_MOOD, STRAINED_MOOD = 0.5, -0.25  # mean of −2…2


class Bond(TextChoices):
    """Our relationship with one person, in a word."""

    STRONG = "strong", _("Strong")
    STEADY = "steady", _("Steady")
    FADING = "fading", _("Fading")
    STRAINED = "strained", _("Strained")
    NEVER = "never", _("Never met")


ICONS = {
    Bond.STRONG: "heart-handshake",
    Bond.STEADY: "handshake",
    Bond.FADING: "hourglass",
    Bond.STRAINED: "cloud-lightning",
    Bond.NEVER: "circle-dashed",
}
TONES = {Bond.STRONG: "good", Bond.FADING: "warn", Bond.STRAINED: "bad"}


@dataclass(frozen=True)
class Colleague:
    """One of us, still here, who met the contact: in how many touches ever, and when last."""

    pk: int
    name: str
    touches: int
    last_on: datetime.date


@dataclass(frozen=True)
class Acquaintance:
    """What is between us and one contact. `touches` and `mood` (mean of −2…2, None: never rated) are of the last year;
    `known_by` are `Colleague`s, who met them last first."""

    last_met: datetime.date | None = None
    touches: int = 0
    mood: float | None = None
    bond: Bond = Bond.NEVER
    known_by: list = field(default_factory=list)

    @property
    def icon(self):
        return ICONS[self.bond]

    @property
    def tone(self):
        """good, warn, bad, or "" for neither."""
        return TONES.get(self.bond, "")

    @property
    def mood_step(self):
        """The mood as a step of `Sentiment`, −2…2."""
        return round(self.mood)

    @property
    def mood_word(self):
        return Sentiment(self.mood_step).label


STRANGER = Acquaintance()


def bond_of(*, last_met, touches, mood, today):
    """The `Bond` that these facts make. Pure; the first that fits:

    never met · strained, when the year's rated touches went badly · fading, when half a year went by · strong, with a
    touch each quarter, the last not long ago, rated well · else steady.
    """
    if last_met is None:
        return Bond.NEVER
    silent_days = (today - last_met).days
    if mood is not None and mood <= STRAINED_MOOD:
        return Bond.STRAINED
    if silent_days > FADED_DAYS:
        return Bond.FADING
    often = touches >= STRONG_TOUCHES and silent_days <= RECENT_DAYS
    return Bond.STRONG if often and mood is not None and mood >= STRONG_MOOD else Bond.STEADY


def acquaintances(**whose):
    """{contact id: Acquaintance} of the contacts by these conditions, such as `client=…` or `pk=…`; whom nobody met is
    not in it: STRANGER. One query."""
    today = house_today()
    in_year = Q(interaction__occurred_on__gt=today - datetime.timedelta(days=YEAR_DAYS))
    met = InteractionContact.objects.filter(
        interaction__reached=True, **{f"contact__{name}": value for name, value in whose.items()}
    )
    author = [f"interaction__author{field}" for field in ("", "__name", "__is_active")]
    rows = met.order_by().values("contact", *author)
    rows = rows.annotate(
        ever=Count("pk"),
        year=Count("pk", filter=in_year),
        last_on=Max("interaction__occurred_on"),
        rated=Count("interaction__sentiment", filter=in_year),
        felt=Sum("interaction__sentiment", filter=in_year),
    )
    by_contact = defaultdict(list)
    for row in rows:
        by_contact[row["contact"]].append(row)
    return {contact: _acquaintance(rows, today) for contact, rows in by_contact.items()}


def _acquaintance(rows, today):
    rated = sum(row["rated"] for row in rows)
    facts = {
        "last_met": max(row["last_on"] for row in rows),
        "touches": sum(row["year"] for row in rows),
        "mood": sum(row["felt"] or 0 for row in rows) / rated if rated else None,
    }
    return Acquaintance(**facts, bond=bond_of(**facts, today=today), known_by=_known_by(rows))


def _known_by(rows):
    known = [
        Colleague(row["interaction__author"], row["interaction__author__name"], row["ever"], row["last_on"])
        for row in rows
        if row["interaction__author__is_active"]
    ]
    return sorted(
        known, key=lambda colleague: (-colleague.last_on.toordinal(), -colleague.touches, colleague.name)
    )
