"""From cases to the verdict and the figures of the screen."""

import datetime
import json

import numpy as np
import pytest

from relationships.health.backtest import judging, metrics
from tests.relationships.health.backtest_books import DAYS, facts


def judge(found, **options):
    return judging.judge(found, list(DAYS), [10, 8], rounds=200, **options)


def test_a_planted_signal_beats_recency():
    result = judge(facts(300, tell=1.0))
    assert result["verdict"] == judging.BETTER
    assert result["difference"][1] > 0
    value, low, high = result["signals"]["score"]["auc"]
    assert 0.5 < low < value < high
    _value, low, high = result["signals"]["silence"]["auc"]
    assert low <= 0.5 <= high


def test_noise_beats_nothing():
    found = [judge(facts(150, tell=0, seed=seed)) for seed in range(20)]
    assert sum(result["verdict"] == judging.NO_BETTER for result in found) >= 17
    inside = sum(low <= 0.5 <= high for _v, low, high in (r["signals"]["score"]["auc"] for r in found))
    assert inside >= 17


def test_a_score_that_is_upside_down_is_called_worse():
    assert judge(facts(300, tell=-1.5))["verdict"] == judging.WORSE


@pytest.mark.parametrize("bad", [0, 9])
def test_fewer_than_ten_clients_with_a_bad_outcome_are_too_few(bad):
    found = facts(100)
    found["bad"] = found["lost"] = found["client"] < bad
    result = judge(found)
    assert (result["verdict"], result["bad_clients"]) == (judging.TOO_FEW, bad)
    assert result["signals"]["score"]["auc"] is result["difference"] is None


def test_fewer_than_ten_clients_without_one_are_too_few_as_well():
    found = facts(100)
    found["bad"] = found["lost"] = found["client"] >= 9
    assert judge(found)["verdict"] == judging.TOO_FEW


def test_the_line_of_enough_is_ten_clients():
    found = facts(100)
    found["bad"] = found["lost"] = found["client"] < judging.ENOUGH
    assert judge(found)["signals"]["score"]["auc"] is not None


def test_an_empty_book_is_too_few():
    found = {name: values[:0] for name, values in facts(10).items()}
    result = judge(found)
    assert (result["verdict"], result["cases"], result["calibration"]) == (judging.TOO_FEW, 0, [])


def test_unscored_and_undecided_cases_are_in_no_ranking():
    found = facts(200)
    found["score"][:7], found["decided"][7:12] = np.nan, False
    found["bad"][:7] = [True] * 3 + [False] * 4
    result = judge(found)
    assert result["all_cases"] == 400
    assert (result["not_scored"], result["not_scored_bad"], result["undecided"]) == (7, 3, 5)
    assert {result["signals"][name]["cases"] for name in ("score", "silence")} == {388}
    assert sum(part["cases"] for part in result["calibration"]) == 388


def test_the_rating_speaks_only_of_rated_cases_and_the_score_is_told_of_them_too():
    found = facts(300)
    rated = ~np.isnan(found["rating"])
    result = judge(found)
    assert result["signals"]["rating"]["cases"] == rated.sum()
    expected = metrics.auc(5 - found["rating"][rated], found["bad"][rated])
    assert result["signals"]["rating"]["auc"][0] == pytest.approx(expected)
    expected = metrics.auc(100 - found["score"][rated], found["bad"][rated])
    assert result["score_on_rated"][0] == pytest.approx(expected)
    assert result["signals"]["rating"]["flagged"] == (found["rating"] == 1).sum()


def test_without_ratings_the_column_is_empty():
    found = facts(200)
    found["rating"][:] = np.nan
    result = judge(found)
    assert result["signals"]["rating"] | {"lead_lost": None} == {
        "cases": 0, "bad": 0, "flagged": 0, "auc": None, "lift": None, "revenue_flagged": None,
        "lead_lost": None, "lead_halved": {"median": None, "warned": 0, "of": 0}, "alarms": 0.0,
    }  # fmt: skip


def test_silence_flags_as_many_on_each_day_as_the_score():
    found = facts(200)
    found["silent_days"] = np.random.default_rng(1).permutation(400)  # no ties
    result = judge(found)
    assert result["signals"]["silence"]["flagged"] == result["signals"]["score"]["flagged"] > 0


def test_share_of_lost_revenue_is_that_of_bad_cases_at_risk():
    found = facts(200)
    found["revenue"][:3] = np.nan
    bad, at_risk, revenue = found["bad"], found["at_risk"], np.nan_to_num(found["revenue"])
    result = judge(found)
    share = revenue[bad & at_risk].sum() / revenue[bad].sum()
    assert result["signals"]["score"]["revenue_flagged"][0] == pytest.approx(share)
    assert result["bad_revenue"] == pytest.approx(revenue[bad].sum())
    assert result["without_rate"] == bad[:3].sum()


def test_days_tell_their_cases_and_people():
    result = judge(facts(50))
    assert [(day["on"], day["cases"], day["leads"]) for day in result["days"]] == [
        ("2026-03-01", 50, 10),
        ("2026-03-31", 50, 8),
    ]


def test_alarms_of_a_drawn_book_stand_for_the_whole():
    one, ten = (judge(facts(200), scale=scale)["signals"]["score"]["alarms"] for scale in (1, 10))
    assert one > 0
    assert ten == pytest.approx(10 * one)


def test_lead_times_tell_losses_from_halved_revenue():
    found = facts(100)
    found["at_risk"][:] = True
    found["halved"] = found["bad"] & (found["client"] % 2 == 0)
    found["lost"] = found["bad"] & ~found["halved"]
    signal = judge(found)["signals"]["score"]
    lost = len(np.unique(found["client"][found["lost"]]))
    # At risk since the first day, the event 100 days after the second, which is 30 days later.
    assert signal["lead_lost"] == {"median": 130.0, "warned": lost, "of": lost}
    assert signal["lead_halved"]["median"] == 130.0


def test_every_figure_is_plain_json():
    for found in (facts(200), {name: values[:0] for name, values in facts(10).items()}):
        json.loads(json.dumps(judge(found), allow_nan=False))


def test_one_day_has_no_alarms():
    days = [datetime.date(2026, 3, 1)]
    result = judging.judge(facts(100, days=days), days, [10], rounds=50)
    assert result["signals"]["score"]["alarms"] is None
