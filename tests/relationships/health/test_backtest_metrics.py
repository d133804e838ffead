"""The arithmetic of the backtest against hand-worked values, scipy and brute force, and on books of known truth."""

import time

import numpy as np
import pytest
from scipy import stats

from relationships.health.backtest import metrics


def brute_auc(danger, bad):
    """Every pair of a bad and a good case, ties half."""
    pairs = [(d, g) for d, is_bad in zip(danger, bad, strict=True) if is_bad for g in danger[~bad]]
    return np.mean([1.0 if d > g else 0.5 if d == g else 0.0 for d, g in pairs])


def weighted(danger, bad, counts):
    """The cases with each client's repeated as often as it was drawn."""
    places = np.repeat(np.arange(len(danger)), counts)
    return danger[places], bad[places]


def coarse(dice, n, levels=6):
    return dice.integers(0, levels, n).astype(float)


def test_auc_by_hand():
    # Bad 9 and 5 against good 7, 5 and 1: 9 wins three times; 5 loses, ties and wins.
    danger, bad = np.array([9, 5, 7, 5, 1]), np.array([1, 1, 0, 0, 0], bool)
    assert metrics.auc(danger, bad) == pytest.approx((3 + 0 + 0.5 + 1) / 6)


@pytest.mark.parametrize("seed", range(20))
def test_auc_equals_brute_force_and_the_u_test(seed):
    dice = np.random.default_rng(seed)
    danger, bad = coarse(dice, 60), dice.random(60) < 0.3
    assert metrics.auc(danger, bad) == pytest.approx(brute_auc(danger, bad), abs=1e-12)
    u = stats.mannwhitneyu(danger[bad], danger[~bad]).statistic
    assert metrics.auc(danger, bad) == pytest.approx(u / (bad.sum() * (~bad).sum()), abs=1e-12)


@pytest.mark.parametrize("bad", [[], [True, True], [False, False]])
def test_without_bad_or_good_there_is_no_figure(bad):
    assert np.isnan(metrics.auc(np.zeros(len(bad)), np.array(bad, bool)))
    assert np.isnan(metrics.lift(np.zeros(len(bad)), np.array(bad, bool)))


def test_lift_by_hand():
    danger = np.arange(20)[::-1]
    bad = np.isin(danger, [19, 18, 3, 2])  # both of the top tenth, 4 of 20 in all
    assert metrics.lift(danger, bad) == pytest.approx((2 / 2) / (4 / 20))


def test_lift_counts_ties_across_the_line_in_part():
    danger = np.r_[9.0, np.full(9, 5.0), np.zeros(10)]  # the top two of 20: the 9, and one of nine alike
    bad = np.r_[True, np.full(3, True), np.zeros(16, bool)]
    assert metrics.lift(danger, bad) == pytest.approx(((1 + 3 / 9) / 2) / (4 / 20))
    assert metrics.lift(np.zeros(20), bad) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(10))
def test_a_draw_equals_the_cases_repeated(seed):
    dice = np.random.default_rng(seed)
    danger, bad, client = coarse(dice, 80), dice.random(80) < 0.3, dice.integers(0, 20, 80)
    counts = np.bincount(dice.integers(0, 20, 20), minlength=20)
    found = metrics.Ranking(danger, bad, client).figures(counts)
    again = weighted(danger, bad, counts[client])
    assert found == pytest.approx((metrics.auc(*again), metrics.lift(*again)), abs=1e-12)


def book(seed, *, signal, clients=150, days=4):
    """(danger, bad, client): clients who differ for good, seen on several days; `signal` is how much danger tells."""
    dice = np.random.default_rng(seed)
    client = np.repeat(np.arange(clients), days)
    fate = dice.normal(size=clients)
    bad = (fate + dice.normal(size=clients) * 0.3 > 1.2)[client] & (dice.random(clients * days) < 0.8)
    danger = (
        signal * fate[client] + dice.normal(size=clients)[client] + 0.3 * dice.normal(size=clients * days)
    )
    return danger, bad, client


def estimated(danger, bad, client, rounds=300):
    found = metrics.estimate({"it": metrics.Ranking(danger, bad, client)}, client.max() + 1, rounds=rounds)
    return metrics.interval(found["it"][:, 0])


def test_noise_has_half_within_its_interval():
    """A 95 % interval over whole clients holds .5 nearly that often; one over cases as if each stood alone does not."""
    by_client, by_case = 0, 0
    for seed in range(60):
        danger, bad, client = book(seed, signal=0)
        _value, low, high = estimated(danger, bad, client)
        by_client += low <= 0.5 <= high
        _value, low, high = estimated(danger, bad, np.arange(len(bad)))
        by_case += low <= 0.5 <= high
    assert by_client >= 0.85 * 60
    assert by_case < 0.85 * 60


def test_a_planted_signal_is_found():
    found = [estimated(*book(seed, signal=2)) for seed in range(20)]
    assert all(low > 0.5 for _value, low, _high in found)
    assert np.mean([value for value, *_ in found]) == pytest.approx(0.92, abs=0.05)


def test_the_difference_of_two_signals_is_drawn_together():
    """The same signal with a little noise is known to differ little, though each alone is known far less well."""
    danger, bad, client = book(3, signal=1)
    near = danger + np.random.default_rng(1).normal(size=len(danger)) * 0.05
    measures = {"one": metrics.Ranking(danger, bad, client), "two": metrics.Ranking(near, bad, client)}
    found = metrics.estimate(measures, 150, rounds=300)
    _value, low, high = metrics.interval(found["one"][:, 0])
    _apart, low_apart, high_apart = metrics.interval(found["one"][:, 0] - found["two"][:, 0])
    assert high_apart - low_apart < (high - low) / 5


def test_the_same_cases_give_the_same_interval():
    assert estimated(*book(5, signal=1)) == estimated(*book(5, signal=1))


def test_share_of_revenue_by_hand():
    part, whole = np.array([10.0, 0, 30]), np.array([10.0, 20, 30])
    share = metrics.Share(part, whole, np.array([0, 1, 1]))
    assert share.figures(np.ones(2)) == pytest.approx((40 / 60,))
    assert share.figures(np.array([2, 1])) == pytest.approx((50 / 70,))
    assert np.isnan(metrics.Share(part * 0, whole * 0, np.array([0, 1, 1])).figures(np.ones(2))[0])


def test_calibration_by_hand():
    score = np.r_[np.arange(90.0), np.full(10, 200.0)][::-1]
    bad = score < 5
    parts = metrics.calibration(score, bad)
    assert [part["cases"] for part in parts] == [10] * 10
    assert parts[0] == {"from": 0, "to": 9, "score": 4.5, "bad": pytest.approx(0.5), "cases": 10}
    assert (parts[9]["score"], parts[9]["bad"]) == (200, 0)


def test_calibration_spreads_ties_evenly_whatever_their_order():
    dice = np.random.default_rng(2)
    score, bad = coarse(dice, 97), dice.random(97) < 0.4
    mixed = dice.permutation(97)
    parts, again = metrics.calibration(score, bad), metrics.calibration(score[mixed], bad[mixed])
    assert [part["bad"] for part in parts] == pytest.approx([part["bad"] for part in again])
    assert sum(part["bad"] * part["cases"] for part in parts) == pytest.approx(bad.sum())
    assert metrics.calibration(np.array([]), np.array([])) == []


def test_flagging_as_many_leaves_ties_across_the_line_out():
    assert metrics.flag_the_most([5, 9, 7, 7, 1], 2).tolist() == [False, True, False, False, False]
    assert metrics.flag_the_most([5, 9, 7, 7, 1], 3).tolist() == [False, True, True, True, False]
    assert not metrics.flag_the_most([5, 9], 0).any()
    assert metrics.flag_the_most([5, 9], 2).all()


def rows(*lines):
    """A matrix of marks: x is true."""
    return np.array([[mark == "x" for mark in line] for line in lines])


DAYS = [100, 130, 160, 190]


def test_lead_times_by_hand():
    flagged = rows(".xxx", "x.x.", "xxxx", "....", "xx..")
    bad = rows("...x", "..x.", ".xx.", "x...", "....")
    event_on = np.full((5, 4), 250)
    warned, ahead = metrics.lead_times(flagged, bad, event_on, DAYS)
    # From 130; from 160, since the row before was broken; from 100; not warned. The last had nothing bad.
    assert warned.tolist() == [True, True, True, False]
    assert ahead.tolist() == [120, 90, 150]


def test_lead_times_take_the_event_of_the_newest_bad_day():
    event_on = np.array([[220, 250, 280, 310]])
    _warned, ahead = metrics.lead_times(rows(".xx."), rows("xxx."), event_on, DAYS)
    assert ahead.tolist() == [280 - 130]
    assert metrics.lead_times(rows("...."), rows("...."), event_on, DAYS)[0].tolist() == []


def test_alarms_by_hand():
    flagged, present = rows(".x.x", "xx.x", ".xxx"), rows("xxxx", "xxxx", "x.xx")
    # The first enters twice, the second once; the third was no case on the day it might have entered from.
    expected = 3 / (30 / 7 * 5 + 30 / 7 * 5 + 30 / 7 * 4)
    assert metrics.alarms(flagged, present, DAYS, [9, 5, 5, 4]) == pytest.approx(expected)
    assert metrics.alarms(flagged[:, :1], present[:, :1], DAYS[:1], [9]) is None
    assert metrics.alarms(flagged, present, DAYS, [0, 0, 0, 0]) is None


def test_a_large_book_takes_seconds():
    """20,000 clients on 6 days, a fifth of the rounds, in seconds of the processor; it takes half of one."""
    danger, bad, client = book(1, signal=1, clients=20_000, days=6)
    measures = {name: metrics.Ranking(danger, bad, client) for name in ("score", "silence")}
    began = time.process_time()
    metrics.estimate(measures, 20_000, rounds=200)
    assert time.process_time() - began < 3
