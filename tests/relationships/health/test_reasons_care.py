"""Reasons of issues, payment, contract and breadth name the rows; facts of an older shape do no harm."""

import pytest

from clients.models import Contract, Invoice, Issue
from relationships.health import reasons, refresh
from relationships.models import HealthScore
from tests import factories as make
from tests.relationships.health import books
from tests.relationships.health.books import AS_OF, Facts
from tests.relationships.health.care_books import Bill, Deed, Run, Trouble

NEAR = Run(60 * 60)  # began Friday noon
LATE = Run(60 * 24 * 30)


def scored(facts):
    [client] = books.create([facts])
    refresh.score_clients([client.pk], as_of=AS_OF)
    return HealthScore.objects.select_related("model").get(client=client)


def explain(facts):
    return reasons.explain(scored(facts))


def component(explanation, name):
    return next(c for c in explanation.components if c.name == name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bills, sentence",
    [
        ([Bill(182_000_000, 65, 35)], "Invoice {0} is 35 days late: ₫182M"),
        ([Bill(182_000_000, 65, 1)], "Invoice {0} is 1 day late: ₫182M"),
        ([Bill(10, 40, 3), Bill(20, 65, 35)], "2 invoices are late, {1} by 35 days: ₫30"),
        ([Bill(10, 40, 3, disputed_age=2)], "No invoice is late; 1 is disputed."),
        ([Bill(10, 40, -3)], "No invoice is late."),
        ([Bill(10, 40, 3, known=False)], "There are no invoices of the last 24 months with known payments."),
    ],
)
def test_payment_names_the_oldest_invoice_and_what_is_late(bills, sentence):
    found = component(explain(Facts(months={1: 100}, bills=bills)), "payment")
    rows = list(Invoice.objects.order_by("pk"))
    assert found.sentence == sentence.format(*[row.number for row in rows])
    late = [
        row for row in sorted(rows, key=lambda row: row.due_on) if "late:" in sentence or " by " in sentence
    ]
    assert found.evidence == ({"invoices": [row.pk for row in late]} if late else {})
    assert list(found.names) == [row.number for row in late]


@pytest.mark.django_db
def test_issues_name_the_critical_ones_first():
    explanation = explain(
        Facts(troubles=[Trouble(5, 1, [LATE]), Trouble(10, 4, [LATE]), Trouble(1, 99, [NEAR])])
    )
    high, critical, low = Issue.objects.order_by("pk")
    found = component(explanation, "issues")
    assert found.sentence == f"1 critical issue is past its SLA: {critical.title}"
    assert found.evidence == {"issues": [critical.pk, high.pk, low.pk]}
    assert found.names == (critical.title, high.title, low.title)
    [cap] = explanation.caps
    assert (cap.name, cap.limit, cap.sentence) == ("critical_issue", 49, "1 critical issue is past its SLA.")
    assert cap.evidence == {"issues": [critical.pk]}
    assert explanation.score <= 49


@pytest.mark.django_db
@pytest.mark.parametrize(
    "troubles, sentence",
    [
        ([], "No issue is open."),
        ([Trouble(3, 99, [NEAR])], "1 issue is open: {0}"),
        ([Trouble(3, 1, [LATE])], "1 issue is open and past its SLA: {0}"),
        (
            [Trouble(3, 1, [LATE]), Trouble(3, 99, [NEAR])],
            "2 issues are open, 1 of them past the SLA; the gravest: {0}",
        ),
    ],
)
def test_issues_say_how_many(troubles, sentence):
    found = component(explain(Facts(troubles=troubles)), "issues")
    titles = Issue.objects.order_by("pk").values_list("title", flat=True)
    assert found.sentence == sentence.format(*titles)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "deeds, sentence",
    [
        ([Deed(end_age=-41)], "Contract {0} ends in 41 days."),
        ([Deed(end_age=-1)], "Contract {0} ends in 1 day."),
        ([Deed(end_age=0)], "Contract {0} ends today."),
        ([Deed(end_age=-200), Deed(end_age=-30)], "Contract {1} ends in 30 days."),
        ([Deed(end_age=5)], "Contract {0} ended 5 days ago and was not renewed."),
        (
            [Deed(end_age=-41), Deed(state="draft", renews=0)],
            "Contract {0} ends in 41 days; its renewal is prepared.",
        ),
        ([Deed(end_age=-41), Deed(renews=0)], "Contract {0} is renewed or renews by itself."),
        (
            [Deed(end_age=-41, auto_renews=True), Deed(end_age=-4, auto_renews=True)],
            "All 2 contracts are renewed or renew by themselves.",
        ),
        ([Deed()], "No contract with a fixed term runs."),
    ],
)
def test_contract_names_the_least_safe_one(deeds, sentence):
    found = component(explain(Facts(deeds=deeds)), "contract")
    rows = list(Contract.objects.order_by("pk"))
    assert found.sentence == sentence.format(*[row.number for row in rows])
    named = [row.pk for row in rows if row.number in found.sentence]
    assert found.evidence.get("contracts", [])[: len(named)] == named


@pytest.mark.django_db
def test_an_expired_contract_is_a_cap_that_names_it():
    explanation = explain(Facts(touches=[books.Touch(0, sentiment=2)], deeds=[Deed(end_age=20)]))
    contract = Contract.objects.get()
    [cap] = explanation.caps
    assert cap.sentence == f"Contract {contract.number} expired 20 days ago and no other runs."
    assert (cap.limit, cap.evidence) == (49, {"contracts": [contract.pk]})
    assert explanation.main_reason == cap.sentence


@pytest.mark.django_db
def test_breadth_counts_products():
    products = [make.product() for _ in range(7)]
    [client] = books.create([Facts()])
    make.won_deal(client, amount=1, on=AS_OF, product_row=products[0])
    refresh.score_clients([client.pk], as_of=AS_OF)
    explanation = reasons.explain(HealthScore.objects.select_related("model").get(client=client))
    assert component(explanation, "breadth").sentence == "Owns 1 of 7 products that fit."


FULL = Facts(
    "key",
    touches=[books.Touch(40, sentiment=-2)],
    people=[books.Person("user")],
    bills=[Bill(100, 65, 35)],
    troubles=[Trouble(10, 1, [LATE])],
    deeds=[Deed(end_age=20)],
    months=dict.fromkeys(range(1, 25), 10),
)


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{}, {"payment": {"late": 3}, "rhythm": None, "issues": []}, [], None])
@pytest.mark.parametrize(
    "before", [{}, {"score": 60}, {"score": 60, "as_of": "2026-01-01", "components": None}]
)
def test_facts_of_an_older_shape_are_explained_all_the_same(facts, before):
    health = scored(FULL)
    health.facts, health.before, health.caps = facts, before, [*health.caps, "cap_of_old"]
    explanation = reasons.explain(health)
    assert len(explanation.components) == 8 and len(explanation.caps) == 4
    assert "Scored before this was recorded; it will be scored anew." in {
        c.sentence for c in explanation.components
    }
    assert all(part.sentence for part in (*explanation.components, *explanation.caps))
    assert explanation.score == health.score and explanation.moved is None


@pytest.mark.django_db
def test_a_row_of_the_first_version_is_explained_by_the_first_version(first_model):
    explanation = explain(FULL)
    assert {c.name for c in explanation.components} == {"rhythm", "sentiment", "stakeholders", "revenue"}
    assert [cap.name for cap in explanation.caps] == ["single_contact"]
