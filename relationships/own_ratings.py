"""How leads themselves see their clients: what counts, what is to be asked anew, where it differs from the score.

What counts is the newest rating that the client's current lead stands for, see `OwnRating`.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from clients.models import Band, Client
from relationships.health.refresh import as_of_today
from relationships.health.scoring import RATING_COUNTS_DAYS
from relationships.models import OwnRating, RatingSource, RatingValue

DAY = datetime.timedelta(days=1)
ROWS_SHOWN = 200  # ten times what a tier allows; beyond it the neediest are shown
# Why a rating is asked for, the most urgent first, and the words for it.
NEVER, HANDOVER, STALE = "never", "handover", "stale"
ASKS = {
    NEVER: gettext_lazy("Not rated yet."),
    HANDOVER: gettext_lazy("What do you think yourself?"),
    STALE: gettext_lazy("Older than 90 days: still right?"),
}
GOOD_FROM, WEAK_UNTIL = RatingValue.GOOD, RatingValue.WEAK
# Faces differ in shape as well as in colour; the word stands beside the one that is chosen.
ICONS = {1: "angry", 2: "frown", 3: "meh", 4: "smile", 5: "laugh"}
SCALE = [{"value": value, "word": word, "icon": ICONS[value]} for value, word in RatingValue.choices]


@dataclass(frozen=True)
class Standing:
    """A client's rating by `lead` as `reader` sees it. `asks` is why it is to be given (see ASKS), or ""."""

    client: Client
    lead: User | None
    rating: OwnRating | None
    reader: User
    asks: str = ""

    @property
    def may_rate(self):
        return self.lead is not None and self.lead.pk == self.reader.pk

    @property
    def why_asked(self):
        return ASKS.get(self.asks, "")

    @property
    def icon(self):
        return ICONS[self.rating.value] if self.rating else "circle-dashed"

    @property
    def mismatch(self):
        """One sentence where the person and the computed score say opposite things, else ""."""
        return _mismatch(self) if self.rating and not self.asks else ""


def standing_of(client, reader, lead):
    """The `Standing` of a client that came with `health`, led by `lead` (a User or None). One query."""
    rating = OwnRating.objects.filter(client=client, rated_by=lead).newest_first().first() if lead else None
    asks = why_asked(rating, as_of_today()) if lead else ""
    return Standing(client, lead, rating, reader, asks)


def why_asked(rating, today):
    """Why `rating` (the one that counts, or None) is to be given anew on `today`, or ""."""
    if rating is None:
        return NEVER
    if rating.source == RatingSource.HANDOVER:
        return HANDOVER
    return STALE if (today - rating.rated_on).days > RATING_COUNTS_DAYS else ""


def own_clients(user):
    """The active clients that `user` leads, with `rated_id` (the rating that counts) and `turn`, in the order to rate.

    Those that wait come first: never rated, handed over, stale, the oldest of them first; then the rest by revenue.
    """
    newest = OwnRating.objects.filter(client=OuterRef("pk"), rated_by=user.pk).newest_first()
    clients = Client.objects.active().led_by(user.pk)
    clients = clients.annotate(
        rated_id=Subquery(newest.values("pk")[:1]),
        rated_on=Subquery(newest.values("rated_on")[:1]),
        rated_source=Subquery(newest.values("source")[:1]),
    )
    return clients.annotate(turn=_turn(as_of_today()))


def _turn(today):
    """0 to 2: waits, for one of ASKS; 3: rated and not yet stale."""
    return Case(
        When(rated_on__isnull=True, then=Value(0)),
        When(rated_source=RatingSource.HANDOVER, then=Value(1)),
        When(Q(rated_on__lt=today - RATING_COUNTS_DAYS * DAY), then=Value(2)),
        default=Value(3),
    )


def standings_of(user):
    """The `Standing` of each client that `user` leads, those that wait first. Two queries."""
    order = ["turn", Case(When(turn=2, then=F("rated_on"))), F("revenue_12m").desc(), "pk"]
    clients = list(own_clients(user).select_related("health").order_by(*order)[:ROWS_SHOWN])
    ratings = OwnRating.objects.in_bulk([client.rated_id for client in clients if client.rated_id])
    today = as_of_today()
    return [_own(client, user, ratings.get(client.rated_id), today) for client in clients]


def _own(client, user, rating, today):
    return Standing(client, user, rating, user, why_asked(rating, today))


def how_many_wait(user):
    """How many of their clients `user` is asked to rate. One query."""
    return own_clients(user).filter(turn__lt=len(ASKS)).count()


def _mismatch(standing):
    health = getattr(standing.client, "health", None)  # one that is not scored has none
    bands = {
        Band.AT_RISK: standing.rating.value >= GOOD_FROM,
        Band.HEALTHY: standing.rating.value <= WEAK_UNTIL,
    }
    if health is None or not bands.get(health.band):
        return ""
    said = {
        "name": standing.lead.name,
        "value": standing.rating.value,
        "band": Band(health.band).label.lower(),
    }
    if standing.may_rate:
        return _("You rate it %(value)s, the score says %(band)s: worth a look.") % said
    return _("%(name)s rates it %(value)s, the score says %(band)s: worth a look.") % said
