"""Two weeks of an account manager's life around Tết, with a frozen clock, and every reminder in them.

Lan looks after four clients. Sơn is her senior, Minh the manager of the region, Mai stands in for her. Tết 2027 is from
Thursday 4 to Wednesday 10 February: between Wednesday 3 and Thursday 11 nobody works. The jobs run as beat sends them;
`arrives` is what the mail at eight brings to whom, a line for each thing.
"""

import datetime
import uuid
import zoneinfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Segment
from clients.models import Band, Client
from relationships import tasks
from relationships.followups import queue, wording
from relationships.followups.telling import told
from relationships.models import (
    Delivery,
    DeliveryKind,
    Escalation,
    EscalationStep,
    FollowUp,
    RatingValue,
    ScoringModel,
)
from relationships.services.absences import plan_absence
from relationships.services.follow_ups import SnoozedOften, plan_follow_up, snooze_follow_up
from relationships.services.interactions import log_interaction
from relationships.services.own_rating import rate_relationship
from tests import factories as make

pytestmark = pytest.mark.django_db
HANOI = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
THU_28, FRI_29 = datetime.date(2027, 1, 28), datetime.date(2027, 1, 29)
SUN_31 = datetime.date(2027, 1, 31)
MON_1, TUE_2, WED_3 = (datetime.date(2027, 2, day) for day in (1, 2, 3))
TET = [datetime.date(2027, 2, day) for day in range(4, 11)]
THU_11, FRI_12, MON_15 = (datetime.date(2027, 2, day) for day in (11, 12, 15))


class Life:
    """Moves the clock, runs the jobs, and gathers what arrived."""

    def __init__(self, book, clock):
        self.book, self.clock = book, clock
        self.people = {person: name for name, person in vars(book).items() if name in STAFF}

    def at(self, day, hour, minute=0):
        """The jobs of the night, the hour and the minute at this moment."""
        moment = datetime.datetime.combine(day, datetime.time(hour, minute), HANOI)
        self.clock.move_to(moment, tick=False)
        for job in (tasks.score_all_clients, tasks.sweep_changed_clients, tasks.generate_follow_ups):
            job()
        tasks.deliver_reminders()

    def arrives(self, day):
        """{name: what the mails of this morning tell} after the jobs of the night and of eight o'clock."""
        mail.outbox.clear()
        self.at(day, 0, 20)
        assert mail.outbox == [], "no mail in the night"
        self.at(day, 8, 1)
        self.check_mails()
        return self.mailed(day)

    def mailed(self, day):
        rows = Delivery.objects.exclude(channel="in_app").filter(status="sent", sent_at__date=day)
        rows = rows.select_related("user", "client", "follow_up", "follow_up__client")
        lines = {}
        for row in rows:
            lines.setdefault(self.people[row.user], set()).add(line(row))
        return lines

    def check_mails(self):
        """A morning brings one daily mail to a person at most, and mail to nobody but those who work here."""
        daily = [message for message in mail.outbox if "Gamma" not in message.subject]
        assert len(daily) == len({tuple(message.to) for message in daily})
        ours = {person.email for person in self.people}
        assert {address for message in mail.outbox for address in message.recipients()} <= ours

    def open_for(self, person):
        rows = queue.own(type(person).objects.get(pk=person.pk)).due_by(timezone.localdate())
        return {f"{row.client.name}: {wording.what(row)}" for row in rows.select_related("client")}


STAFF = ("lan", "mai", "senior", "manager")


def line(row):
    if row.kind in (DeliveryKind.FOLLOW_UP, DeliveryKind.KEY_RED):
        prefix = "at once, " if row.channel == "instant" else ""
        return f"{prefix}{row.client.name}: {wording.what(row.follow_up)}"
    step = f"{EscalationStep(row.facts['step']).label}: " if row.kind == DeliveryKind.ESCALATION else ""
    return f"{step}{told(row).title}"


@pytest.fixture
def life(book, time_machine):
    time_machine.move_to(datetime.datetime(2027, 1, 27, 12, tzinfo=HANOI), tick=False)
    return Life(book, time_machine)


@pytest.fixture
def clients(book, life):
    """Alpha is due for contact, Delta's contract ends in 30 days, something is agreed with Beta and Gamma (key)."""
    book.omega.assignments.all().delete()  # Olga's client is another story
    silence = ScoringModel.objects.current().spec["cadence_days"]["standard"]
    make.interaction(book.alpha, days_ago=silence - 1, kind="call", sentiment=1)
    beta, delta = (make.client(name, lead=book.lan) for name in ("Beta Rattan", "Delta Plastics"))
    gamma = make.client("Gamma Bank", lead=book.lan, segment=Segment.KEY)
    make.contract(delta, number="C-7", ends_in=31)
    for client in (beta, gamma, delta):
        make.interaction(client, days_ago=0, kind="meeting", sentiment=2)
    for client, what, kind in ((beta, "Send the plan", "email"), (gamma, "Agree on the review", "meeting")):
        plan_follow_up(client=client, assignee=book.lan, due_on=THU_28, kind=kind, reason=what, by=book.lan)
    return {"alpha": book.alpha, "beta": beta, "gamma": gamma, "delta": delta}


def test_two_weeks_around_tet(life, clients, book):
    lan, alpha, beta, gamma, delta = book.lan, *clients.values()
    renewal, plan = "Delta Plastics: Prepare the renewal of contract C-7", "Beta Rattan: Send the plan"

    # Thursday: four clients want something. Lan writes to Alpha, who does not answer, and puts Beta off.
    assert life.arrives(THU_28) == {
        "lan": {"Alpha Thép Việt: Get in touch", plan, "Gamma Bank: Agree on the review", renewal}
    }
    log(alpha, lan, "email")
    put_off(beta, lan, FRI_29, "Waiting for the drawings")

    # Friday: Beta again, as agreed. Alpha is still silent, but is not told of twice.
    assert life.arrives(FRI_29) == {"lan": {plan}}
    assert "Alpha Thép Việt: Get in touch" in life.open_for(lan)
    put_off(beta, lan, TUE_2, "The drawings are late")

    # The weekend is quiet.
    assert life.arrives(SUN_31) == {}

    # Monday: the key client's follow-up is two working days late, so the senior hears of it, and of the week's rest.
    assert life.arrives(MON_1) == {
        "senior": {"To the senior: Gamma Bank: Agree on the review", "2 follow-ups of your team are late"}
    }
    log(alpha, lan, "call")  # Alpha picks up: that is what the follow-up asked for
    settled = FollowUp.objects.get(client=alpha, status="done")
    assert (settled.rule, settled.closed_by_interaction.kind) == ("cadence", "call")

    # Tuesday: Beta for the third time, which the senior sees; Gamma goes to the manager, Delta's renewal to the senior.
    assert life.arrives(TUE_2) == {
        "lan": {plan},
        "senior": {f"Put off twice: {plan}", f"To the senior: {renewal}"},
        "manager": {"To the manager: Gamma Bank: Agree on the review"},
    }
    with pytest.raises(SnoozedOften):
        put_off(beta, lan, FRI_12, "Once more")
    log(beta, lan, "email", closes=open_of(beta))

    # Wednesday, the last day before Tết: the manager is offered to give Gamma to somebody else. Then Lan works.
    assert life.arrives(WED_3) == {
        "lan": {"Gamma Bank: Get in touch"},
        "manager": {"Offer to reassign the client: Gamma Bank: Agree on the review"},
    }
    log(gamma, lan, "meeting")
    log(delta, lan, "call")
    assert not Escalation.objects.running().exists()  # both were reached, Beta's plan is sent
    plan_absence(person=lan, substitute=book.mai, first_day=THU_11, last_day=FRI_12, by=lan)
    life.at(WED_3, 20)
    rate_relationship(
        client=gamma, value=RatingValue.RED, note="Their board wants out", by=lan, idempotency_key=make_key()
    )

    # Tết: Gamma is red, but nobody is written to on a day off.
    for day in TET:
        assert life.arrives(day) == {}
    assert Client.objects.get(pk=gamma.pk).health_band == Band.AT_RISK

    # Thursday: Lan is away, so Mai has her queue, and hears of Gamma first. Nothing goes up because Lan is on leave.
    assert life.arrives(THU_11) == {
        "mai": {
            "at once, Gamma Bank: Find out what is wrong: their health is at risk",
            "You stand in for Lan Nguyễn until Fri, Feb 12",
            renewal,
        }
    }
    assert renewal in life.open_for(book.mai)
    log(gamma, book.mai, "call")
    assert life.arrives(FRI_12) == {}
    assert not Escalation.objects.running().exists()

    # Monday: Lan is back, hears what happened, and finds what is left. The senior sees what is late.
    assert life.arrives(MON_15) == {
        "lan": {"Welcome back: what happened while you were away"},
        "senior": {"1 follow-up of your team is late"},
    }
    assert life.open_for(lan) == {renewal}
    assert life.open_for(book.mai) == set()

    # What was told under the bell is what was mailed, and nothing waits.
    assert not Delivery.objects.exclude(status="sent").exists()
    assert in_app_beside_mail() == set()


def in_app_beside_mail():
    """What came by one way only."""
    told_of = {}
    for channel, *thing in Delivery.objects.values_list("channel", "user", "kind", "key"):
        told_of.setdefault(tuple(thing), set()).add("in_app" if channel == "in_app" else "mail")
    return {thing for thing, ways in told_of.items() if ways != {"in_app", "mail"}}


def make_key():
    return uuid.uuid4()


def log(client, author, kind, closes=()):
    return log_interaction(
        client=client, author=author, idempotency_key=make_key(), kind=kind, closes=list(closes)
    )


def open_of(client):
    return FollowUp.objects.open().filter(client=client).exclude(rule="cadence")


def put_off(client, by, day, reason):
    snooze_follow_up(follow_up=open_of(client).get(), due_on=day, reason=reason, by=by)
