"""The backtest: figures that can be counted by hand, signals that are found, and a command that leaves nothing."""

import datetime

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clients.models import Client, Invoice
from relationships.value.backtest import backtest
from relationships.value.purchases import read_histories
from tests.relationships.value.books import buyers

pytestmark = pytest.mark.django_db


def days_ago(days):
    return timezone.localdate() - datetime.timedelta(days=days)


def test_figures_are_those_counted_by_hand():
    buyers(200, weeks=80)
    on, until = days_ago(90), days_ago(0)
    outcome = backtest(on)
    known = read_histories(on)["client"].tolist()
    came = Invoice.objects.filter(client__in=known, issued_on__gt=on, issued_on__lte=until)
    assert outcome.clients == len(known) < 200
    assert outcome.purchases[1] == came.values("client", "issued_on").distinct().count()
    assert outcome.bought_again == came.values("client").distinct().count() / len(known)
    assert outcome.value[1] == pytest.approx(float(sum(came.values_list("amount", flat=True))))
    lately = _spent(known, days_ago(180), on)
    assert outcome.error["the days before"] == pytest.approx(
        np.mean([abs(lately[client] - spent) for client, spent in _spent(known, on, until).items()])
    )
    assert outcome.auc["expected purchases"] > 0.7 and outcome.auc["recency"] > 0.6
    low, high = outcome.gain[1:]
    assert low <= outcome.gain[0] <= high
    assert outcome.gain[0] == pytest.approx(outcome.auc["expected purchases"] - outcome.auc["recency"])


def _spent(clients, since, until):
    spent = dict.fromkeys(clients, 0.0)
    found = Invoice.objects.filter(client__in=clients, issued_on__gt=since, issued_on__lte=until)
    for client, amount in found.values_list("client_id", "amount"):
        spent[client] += float(amount)
    return spent


def test_what_comes_later_changes_no_prediction():
    buyers(120, weeks=80)
    before = backtest(days_ago(90))
    Invoice.objects.filter(issued_on__gt=days_ago(90)).delete()
    after = backtest(days_ago(90))
    assert after.model == before.model
    assert (after.purchases[0], after.value[0]) == (before.purchases[0], before.value[0])
    assert after.purchases[1] == 0


def test_too_little_is_told_instead_of_a_figure():
    buyers(10)
    assert backtest(days_ago(5)).note.startswith("Too few")


def test_the_command_reads_a_file_and_leaves_nothing(tmp_path, capsys):
    buyers(90, weeks=80)
    file, mapping = tmp_path / "invoices.csv", tmp_path / "mapping.toml"
    lines = Invoice.objects.values_list("number", "client_id", "issued_on", "amount")
    rows = [",".join(str(cell) for cell in line) for line in lines]
    file.write_text("\n".join(["No,Client,Date,Total", *rows]) + "\n", encoding="utf-8")
    mapping.write_text(
        'source = "file"\n[columns]\nnumber = "No"\nclient = "Client"\nissued = "Date"\namount = "Total"\n'
        '[formats]\ndecimals = 2\n[defaults]\ncurrency = "VND"\npayments_known = false\n',
        encoding="utf-8",
    )
    from_book = backtest(days_ago(90))
    call_command("backtest_value", str(days_ago(90)), file=str(file), mapping=mapping)
    table = capsys.readouterr().out
    assert f"| clients who had bought | {from_book.clients} |" in table
    assert f"| AUC, expected purchases | {from_book.auc['expected purchases']:.3f} |" in table
    assert Client.objects.count() == 90 and not Client.objects.filter(source="file").exists()


def test_the_command_refuses_days_whose_outcome_is_not_known_yet():
    with pytest.raises(CommandError, match="not over"):
        call_command("backtest_value", str(days_ago(30)))
