"""Reasons: they add up, they are true, and they come dearest first."""

import datetime
import random

import pytest
from django.utils import translation

from relationships.health import reasons, refresh, scoring, signals
from relationships.health.spec import COMPONENTS
from relationships.models import HealthScore
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, Facts, Person, Touch
from tests.relationships.health.test_history import random_facts


def explained(facts, *more, as_of=AS_OF):
    """The explanation of a client after scoring; `more` are touches logged after a first scoring."""
    [client] = books.create([facts])
    refresh.score_clients([client.pk], as_of=as_of)
    if more:
        books.add_touches((client, touch) for touch in more)
        refresh.score_clients([client.pk], as_of=as_of)
    return reasons.explain(HealthScore.objects.select_related("model").get(client=client))


def sentences(explanation):
    return {component.name: component.sentence for component in explanation.components}


@pytest.mark.django_db
def test_parts_add_up_on_a_month_of_generated_books(django_assert_num_queries):
    dice = random.Random(11)
    clients = books.create([random_facts(dice) for _ in range(40)])
    moves = 0
    for night in range(1, 31):
        refresh.score_clients([client.pk for client in clients], as_of=AS_OF.replace(day=night))
        rows = list(HealthScore.objects.select_related("model"))
        with django_assert_num_queries(0):
            explanations = [reasons.explain(row) for row in rows]
        for row, explanation in zip(rows, explanations, strict=True):
            if row.score is not None:
                points = sum(c.contribution for c in explanation.components) + explanation.cap_effect
                assert points == pytest.approx(row.score, abs=1e-9)
            costs = [component.cost for component in explanation.components]
            assert costs == sorted(costs, reverse=True)
            if moved := explanation.moved:
                moves += 1
                assert sum(part.points for part in moved.parts) == pytest.approx(moved.difference, abs=1e-9)
                assert (moved.before, moved.now) == (row.before["score"], row.score)
    assert moves > 100


@pytest.mark.django_db
def test_sentences_say_the_numbers(first_model):
    people = [Person("champion"), Person("finance"), Person("user", left_age=1)]
    history = [Touch(34, met=[0], sentiment=-1), Touch(60, met=[1], sentiment=2), Touch(12, reached=False)]
    months = dict.fromkeys(range(1, 7), 88) | dict.fromkeys(range(7, 31), 100)
    explanation = explained(Facts("major", touches=history, people=people, months=months))
    assert sentences(explanation) == {
        "rhythm": "Last reached 34 days ago; every 29 days is expected.",
        "sentiment": "2 touches were rated in the last 120 days, 1 of them bad.",
        "stakeholders": "Decision roles met in 90 days: Champion, Finance, at least 3 expected; active contacts: 2.",
        "revenue": "Revenue of the last 6 months is 12% below the same months a year before.",
    }
    evidence = {component.name: component.evidence for component in explanation.components}
    assert len(evidence["rhythm"]["interactions"]) == 1
    assert len(evidence["sentiment"]["interactions"]) == len(evidence["stakeholders"]["contacts"]) == 2
    assert explanation.main_reason == explanation.components[0].sentence
    assert explanation.shown == int(explanation.score)


@pytest.mark.django_db
def test_sentences_say_what_is_not_known(first_model):
    explanation = explained(Facts("major", managed_days=12))
    assert sentences(explanation) == {
        "rhythm": "Not reached yet; a first contact is expected within 30 days.",
        "sentiment": "No touch was rated in the last 120 days.",
        "stakeholders": "No contact is recorded yet.",
        "revenue": "No revenue is known before this month.",
    }
    states = {component.name: component.state for component in explanation.components}
    assert states == dict.fromkeys(["rhythm", "sentiment", "stakeholders"], "unknown") | {
        "revenue": "not_applicable"
    }
    assert (explanation.shown, explanation.band, explanation.main_reason) == (None, "unknown", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "months, sentence",
    [
        (dict.fromkeys(range(1, 13), 10), "There is too little revenue history to compare with"),
        (
            dict.fromkeys(range(1, 19), 10),
            "Revenue of the last 6 months is that of the same months a year before.",
        ),
        ({24: -5, 1: 10}, "There was no revenue to compare with a year before."),
        ({24: 10, 12: 30, 1: -15}, "Revenue of the last 12 months is 50% above the 12 months before."),
        ({24: 20, 1: 10}, "Revenue of the last 12 months is 50% below the 12 months before."),
    ],
)
def test_sentences_of_revenue(months, sentence):
    assert sentences(explained(Facts(months=months)))["revenue"].startswith(sentence)


@pytest.mark.django_db
def test_never_reached_counts_from_the_first_lead():
    explanation = explained(Facts("key", managed_days=40))
    assert sentences(explanation)["rhythm"] == "Never reached in 40 days; every 14 days is expected."
    assert explanation.components[0].value == 0


@pytest.mark.django_db
def test_a_call_moves_rhythm_and_nothing_that_stayed():
    people = [Person("champion"), Person("user")]
    explanation = explained(Facts("standard", touches=[Touch(200)], people=people), Touch(0))
    moved = explanation.moved
    assert [part.name for part in moved.parts] == ["rhythm"]
    assert moved.parts[0].points == pytest.approx(moved.difference)
    assert moved.since == AS_OF
    assert sentences(explanation)["rhythm"].startswith("Reached today")


@pytest.mark.django_db
def test_what_becomes_known_takes_its_own_part():
    explanation = explained(Facts(touches=[Touch(0)], people=[Person()]), Touch(0, sentiment=-2))
    [part] = explanation.moved.parts
    assert (part.name, str(part.label)) == ("sentiment", "Sentiment")
    assert part.points == pytest.approx(explanation.moved.difference)
    assert part.points < 0


@pytest.mark.django_db
def test_a_change_of_segment_is_told_apart():
    [client] = books.create([Facts("standard", touches=[Touch(0, sentiment=-1)], people=[Person()])])
    refresh.score_clients([client.pk], as_of=AS_OF)
    type(client).objects.filter(pk=client.pk).update(segment="major")
    refresh.score_clients([client.pk], as_of=AS_OF)
    moved = reasons.explain(HealthScore.objects.select_related("model").get(client=client)).moved
    assert {part.name for part in moved.parts} == {"weights", "stakeholders"}
    assert sum(part.points for part in moved.parts) == pytest.approx(moved.difference, abs=1e-9)


@pytest.mark.django_db
def test_a_cap_is_a_reason_and_takes_the_last_part():
    people = [
        Person("champion"),
        Person("finance"),
        Person("user"),
        Person("decision_maker"),
        Person("blocker"),
    ]
    touches = [Touch(0, met=range(5), sentiment=2)]
    [client] = books.create([Facts("key", touches=touches, people=people)])
    refresh.score_clients([client.pk], as_of=AS_OF)
    client.contacts.filter(role="champion").update(left_on=AS_OF)
    refresh.score_clients([client.pk], as_of=AS_OF + datetime.timedelta(days=1))
    explanation = reasons.explain(HealthScore.objects.select_related("model").get(client=client))
    [cap] = explanation.caps
    assert (cap.name, cap.limit, explanation.score, explanation.band) == ("champion_left", 74, 74, "watch")
    assert cap.evidence == {"contacts": [client.people[0].pk]}
    assert explanation.main_reason == cap.sentence == "The champion has left and nobody else has that role."
    assert "cap" in {part.name for part in explanation.moved.parts}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "left, sentence", [(None, "Everything hangs on a single contact."), (1, "Every contact has left.")]
)
def test_a_single_contact_says_so(left, sentence):
    explanation = explained(Facts("key", touches=[Touch(0)], people=[Person("user", left)]))
    assert [cap.sentence for cap in explanation.caps] == [sentence]


@pytest.mark.django_db
def test_every_cap_and_component_has_words():
    assert set(signals.FORMULAS) == set(reasons.SENTENCES) == set(COMPONENTS)
    assert set(signals.caps_of(books.SPEC)) == set(reasons.CAP_SENTENCES)
    assert set(signals.caps_of(books.SPEC)) | {"own_rating"} == set(scoring.CAPS)
    with translation.override("vi"):
        assert all(str(label) for label in reasons.LABELS.values())
