"""The 17 worked cases of the specification in the pure functions; `test_worked_cases` holds them in the SQL."""

import datetime

import pytest

from relationships.health import scoring
from relationships.health.scoring import Overdue, Settled, Term
from relationships.health.spec import (
    CAPS,
    COMPONENTS,
    EARLY_CAPS,
    FIRST_SPEC,
    SECOND_SPEC,
    THIRD_SPEC,
    Spec,
    SpecError,
)

FOUR = Spec.from_json(FIRST_SPEC)
ALL = Spec.from_json(SECOND_SPEC)
CASE_13 = {
    "rhythm": 83.33333333333334,
    "sentiment": 77.72976419128618,
    "issues": 100,
    "payment": 91.66666666666666,
    "contract": 50,
    "breadth": 47.61904761904761,
    "stakeholders": 100,
    "revenue": 50,
}


def close(value):
    return pytest.approx(value, abs=1e-9)


def test_case_1_rhythm_of_a_standard_client():
    ages = [120, 200, 320]
    assert scoring.effective_cadence(ages, 90) == close(90)
    assert scoring.rhythm(ages, cadence_days=90, managed_days=400) == close(83.33333333333334)


def test_case_2_rhythm_counts_days_once_and_no_future():
    ages = [20, 20, 20, 27, 41, -3]
    assert scoring.effective_cadence(ages, 14) == close(13.416666666666666)
    assert scoring.rhythm(ages, cadence_days=14, managed_days=400) == close(75.46583850931677)


def test_case_3_rhythm_of_a_client_never_touched():
    assert scoring.rhythm([], cadence_days=30, managed_days=30) is None
    assert scoring.rhythm([], cadence_days=30, managed_days=31) == 0
    assert scoring.rhythm([-1], cadence_days=30, managed_days=31) == 0


def test_rhythm_is_bounded_by_half_the_cadence_and_by_the_cadence():
    assert scoring.effective_cadence(range(0, 366), 90) == 45
    assert scoring.effective_cadence([0, 365], 30) == 30
    assert scoring.effective_cadence([0, 366], 30) == 30


def test_case_4_sentiment_of_four_touches():
    assert scoring.sentiment([(2, 0), (-1, 45), (None, 3), (0, 130)]) == close(75)


def test_case_5_sentiment_before_and_after_a_very_bad_touch():
    assert scoring.sentiment([(1, 30)]) == close(77.72976419128618)
    assert scoring.sentiment([(1, 30), (-2, 0)]) == close(48.174277158704314)
    assert scoring.sentiment([(None, 3), (2, 121), (2, -1)]) is None
    assert scoring.sentiment([(2, 120)]) is not None


def test_case_6_issues():
    assert scoring.issues([(5, 0.5), (1, 5)]) == close(45.062523130541514)
    assert scoring.issues([]) == 100
    assert scoring.issues([(10, 1)], tracked=False) is None


def test_case_7_payment_late_against_a_quarter_of_revenue():
    late = [Overdue(100e6, 31), Overdue(50e6, 1)]
    book = {"revenue_12m": 1.2e9, "largest_invoice_12m": 100e6}
    assert scoring.payment(late, **book) == close(79.16666666666666)
    assert scoring.payment([Overdue(100e6, 95, disputed_days=60)], **book) == 100
    assert scoring.payment([Overdue(100e6, 95, disputed_days=61)], **book) < 100


def test_case_8_payment_of_one_annual_invoice():
    annual = {"revenue_12m": 120e6, "largest_invoice_12m": 120e6}
    assert scoring.payment([Overdue(120e6, 1)], **annual) == close(75)


def test_case_9_payment_overdue_without_any_revenue():
    nothing = {"revenue_12m": 0, "largest_invoice_12m": 0}
    assert scoring.payment([Overdue(10e6, 95)], **nothing) == 0
    assert scoring.payment([], **nothing) == 100
    assert scoring.payment([], **nothing, known=False) is None


def test_case_10_contract():
    assert scoring.contract([Term(300, 45), Term(100, 30, renewal_open=True)]) == close(52.5)
    assert scoring.contract([Term(1, 10, rolls_on=True)]) == 100
    assert scoring.contract([Term(1, 10, renewed=True)]) == 100
    assert scoring.contract([Term(1, -200, rolls_on=True)]) == 100
    assert scoring.contract([Term(1, -20)]) == 0
    assert scoring.contract([Term(1, -200)]) is None
    assert scoring.contract([Term(0, 45), Term(0, 200)]) == close(75)
    assert scoring.contract([Term(9, 45, currency="USD"), Term(1, 200, currency="VND")]) == close(75)


@pytest.mark.parametrize("days, capped", [(-14, False), (-15, True), (-180, True), (-181, False), (1, False)])
def test_an_expired_contract_caps_from_15_to_180_days(days, capped):
    expected = ("contract_expired",) if capped else ()
    assert scoring.contract_caps([Term(1, days)], any_running=False) == expected
    assert scoring.contract_caps([Term(1, days)], any_running=True) == ()
    assert scoring.contract_caps([Term(1, days, renewed=True)], any_running=False) == ()


@pytest.mark.parametrize(
    "severity, ratio, capped", [(10, 1.01, True), (10, 1, False), (5, 9, False), (10, 0.5, False)]
)
def test_a_critical_issue_past_its_sla_caps(severity, ratio, capped):
    caps = scoring.issue_caps([(1, 0.1), (severity, ratio)])
    assert caps == (("critical_issue",) if capped else ())


def test_case_11_stakeholders():
    key = {"required": 5, "recorded": 4, "managed_days": 400, "cadence_days": 14}
    assert scoring.stakeholders(3, 4, **key) == close(66)
    assert scoring.stakeholders(0, 0, **key | {"recorded": 0, "managed_days": 14}) is None
    assert scoring.stakeholders(0, 0, **key | {"recorded": 0, "managed_days": 15}) == 0


def test_case_11_breadth():
    assert scoring.breadth(2, 7) == close(47.61904761904761)
    assert scoring.breadth(0, 0) is None


def test_case_12_revenue():
    uneven = [60 if month in (3, 9, 15) else 30 if month == 21 else 0 for month in range(1, 25)]
    assert scoring.revenue([10] * 18) == close(83.33333333333334)
    assert scoring.revenue([10] * 12 + [8] * 6) == close(50)
    assert scoring.revenue(uneven) == close(41.66666666666667)
    assert scoring.revenue([10] * 12) is None
    assert scoring.revenue([10] * 17) is None
    assert scoring.revenue([0] * 23 + [10]) is None


def test_case_13_total_and_the_cap_of_an_expired_contract():
    total = scoring.total(CASE_13, segment="standard", spec=ALL)
    assert (total.score, total.coverage) == (close(75.45154784770006), close(100))
    assert sum(total.parts.values()) == close(total.raw)
    expired = scoring.total(
        CASE_13 | {"contract": 0}, segment="standard", spec=ALL, caps=["contract_expired"]
    )
    assert (expired.raw, expired.score, expired.band) == (close(67.95154784770006), 49, "at_risk")


def test_case_14_a_key_client_with_a_single_contact():
    rhythm = scoring.rhythm([20, 27, 41], cadence_days=14, managed_days=400)
    values = CASE_13 | {"rhythm": rhythm, "contract": 100, "stakeholders": 66}
    assert scoring.total(values, segment="key", spec=ALL).raw == close(75.64362611937615)
    caps = scoring.contact_caps(segment="key", champions_left=0, champions_here=1, active=1, recorded=4)
    capped = scoring.total(values, segment="key", spec=ALL, caps=caps)
    assert (capped.score, capped.band, capped.caps) == (74, "watch", ("single_contact",))


def test_case_15_little_data():
    values = {"issues": scoring.issues([(10, 1.5)]), "stakeholders": 30}
    assert values["issues"] == close(17.67766952966369)
    caps = scoring.issue_caps([(10, 1.5)])
    total = scoring.total(values, segment="standard", spec=ALL, caps=caps)
    assert (total.score, total.coverage) == (close(20.758252147247767), close(30.76923076923077))
    assert (total.band, total.little_data) == ("at_risk", True)
    calm = scoring.total(values | {"issues": 100}, segment="standard", spec=ALL)
    assert (calm.raw, calm.score, calm.band, calm.little_data) == (close(82.5), None, "unknown", False)


def test_case_16_what_does_not_apply_leaves_coverage_alone():
    total = scoring.total({"rhythm": 100, "stakeholders": 100}, segment="standard", spec=FOUR)
    assert (total.coverage, total.score) == (close(71.42857142857143), close(100))


def test_case_17_bands_go_by_the_unrounded_score():
    total = scoring.total(dict.fromkeys(COMPONENTS, 74.6), segment="standard", spec=ALL)
    assert (total.band, int(total.score)) == ("watch", 74)


def test_total_of_nothing_known_is_unknown():
    total = scoring.total({}, segment="key", spec=FOUR)
    assert (total.score, total.raw, total.coverage, total.band) == (None, None, 0, "unknown")


def test_caps_of_contacts_are_for_key_clients():
    gone = {"champions_left": 1, "champions_here": 0, "active": 3, "recorded": 4}
    assert scoring.contact_caps(segment="key", **gone) == ("champion_left",)
    assert scoring.contact_caps(segment="key", **gone | {"champions_here": 1}) == ()
    assert scoring.contact_caps(segment="major", **gone | {"active": 1}) == ()
    nobody = {"champions_left": 0, "champions_here": 0, "active": 0}
    assert scoring.contact_caps(segment="key", **nobody, recorded=0) == ()
    assert scoring.contact_caps(segment="key", **nobody, recorded=2) == ("single_contact",)


DAY = datetime.date(2026, 11, 15)


def nights(count):
    return DAY + datetime.timedelta(days=count)


def settled(before, score, count=0, *, at_once=False):
    return scoring.settle(before, score, as_of=nights(count), spec=FOUR, at_once=at_once)


def test_a_first_score_sets_the_band():
    assert settled(None, 74.9) == Settled("watch", DAY)


def test_a_line_passed_by_five_points_changes_the_band_at_once():
    healthy = Settled("healthy", DAY)
    assert settled(healthy, 70, 1) == Settled("watch", nights(1))
    assert settled(Settled("watch", DAY), 80, 1).band == "healthy"


def test_a_line_just_passed_waits_seven_nights():
    state = Settled("healthy", DAY)
    for count in range(1, 8):
        state = settled(state, 70.1, count)
        assert state == Settled("healthy", DAY, "watch", nights(1))
    assert settled(state, 70.1, 8) == Settled("watch", nights(8))


def test_waiting_starts_anew_after_a_day_back():
    waiting = settled(Settled("healthy", DAY), 74, 1)
    assert settled(waiting, 75, 5) == Settled("healthy", DAY)
    assert settled(settled(waiting, 75, 5), 74, 8).band == "healthy"


def test_scoring_many_times_a_day_does_not_shorten_the_wait():
    state = Settled("healthy", DAY)
    for _again in range(20):
        state = settled(state, 74, 1)
    assert state == Settled("healthy", DAY, "watch", nights(1))


def test_a_fall_through_both_lines_passes_one_and_waits_at_the_other():
    assert settled(Settled("healthy", DAY), 49, 1) == Settled("watch", nights(1), "at_risk", nights(1))
    assert settled(Settled("healthy", DAY), 45, 1).band == "at_risk"
    assert settled(Settled("at_risk", DAY), 76, 1) == Settled("watch", nights(1), "healthy", nights(1))


def test_caps_and_unknown_act_at_once():
    assert settled(Settled("healthy", DAY), 74, 1, at_once=True).band == "watch"
    assert settled(Settled("healthy", DAY), None, 1) == Settled("unknown", nights(1))
    assert settled(Settled("unknown", DAY), 51, 1) == Settled("watch", nights(1))


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {"weights": {}},
        {"switched_on": []},
        {"switched_on": ["luck"]},
        {"cadence_days": {"key": 14, "major": 30}},
        {"cadence_days": {"key": 0, "major": 30, "standard": 90}},
        {"required_roles": {"key": 5, "major": 3, "standard": 1.5}},
        {"bands": {"healthy": 52, "watch": 50}},
        {"minimum_coverage": True},
        {"hysteresis": {"points": 5, "nights": -1}},
        {"weights": FIRST_SPEC["weights"] | {"rhythm": {"key": 0, "major": 20, "standard": 20}}},
    ],
)
def test_a_spec_that_cannot_be_used_says_why(broken):
    with pytest.raises(SpecError, match=r"\w"):
        Spec.from_json(broken if isinstance(broken, list) else FIRST_SPEC | broken)


# --- Caps of a scoring model ---------------------------------------------------------------------------------

THIRD = Spec.from_json(THIRD_SPEC)


def with_caps(**caps):
    return Spec.from_json(THIRD_SPEC | {"caps": THIRD_SPEC["caps"] | caps})


@pytest.mark.parametrize("early", [FIRST_SPEC, SECOND_SPEC])
def test_versions_from_before_caps_have_the_early_ones(early):
    spec = Spec.from_json(early)
    assert spec.caps == EARLY_CAPS
    assert not spec.has_cap("own_rating")
    total = scoring.total(CASE_13, segment="standard", spec=spec, caps=["own_rating"])
    assert (total.score, total.caps) == (total.raw, ())


def test_a_cap_that_is_null_or_left_out_is_off():
    for spec in (with_caps(own_rating=None), Spec.from_json(THIRD_SPEC | {"caps": EARLY_CAPS})):
        assert spec.caps == EARLY_CAPS
        assert scoring.total(CASE_13, segment="key", spec=spec, caps=CAPS[1:2]).caps == ()
    none = Spec.from_json(THIRD_SPEC | {"caps": {}})
    total = scoring.total(CASE_13, segment="key", spec=none, caps=CAPS)
    assert (none.caps, total.caps, total.score) == ({}, (), total.raw)


@pytest.mark.parametrize(
    "caps, named",
    [
        ({"luck": 49}, "luck"),
        ({"luck": None}, "luck"),
        ({"own_rating": -1}, "own_rating"),
        ({"own_rating": 100.5}, "own_rating"),
        ({"own_rating": True}, "own_rating"),
        ({"own_rating": "49"}, "own_rating"),
        ({"own_rating": float("nan")}, "own_rating"),
        ([], "caps"),
        (None, "caps"),
    ],
)
def test_caps_that_cannot_be_used_are_named(caps, named):
    with pytest.raises(SpecError, match=named):
        Spec.from_json(THIRD_SPEC | {"caps": caps})


@pytest.mark.parametrize("cap, off", [("critical_issue", "issues"), ("contract_expired", "contract")])
def test_a_cap_is_off_with_the_component_that_it_rests_on(cap, off):
    spec = Spec.from_json(THIRD_SPEC | {"switched_on": [name for name in COMPONENTS if name != off]})
    assert cap in spec.caps
    assert not spec.has_cap(cap)
    assert scoring.total(CASE_13, segment="standard", spec=spec, caps=[cap]).caps == ()
    assert [name for name in CAPS if spec.has_cap(name)] == [name for name in CAPS if name != cap]


def test_the_lowest_cap_limits_and_all_are_named_in_order():
    spec = with_caps(own_rating=30, champion_left=80)
    total = scoring.total(CASE_13, segment="key", spec=spec, caps=["champion_left", "own_rating"])
    assert (total.score, total.band, total.caps) == (30, "at_risk", ("own_rating", "champion_left"))
    above = scoring.total(CASE_13, segment="key", spec=spec, caps=["champion_left"])
    assert (above.score, above.caps) == (above.raw, ("champion_left",))
    assert not scoring.held_by_cap(above.score, above.raw)


def test_only_a_cap_below_watch_speaks_with_little_data():
    calm = {"stakeholders": 30, "issues": 100}
    for limit, score in ((49, 49), (0, 0), (50, None), (74, None)):
        spec = with_caps(own_rating=limit)
        total = scoring.total(calm, segment="standard", spec=spec, caps=["own_rating"])
        assert (total.score, total.little_data) == (score, score is not None)
    nothing = scoring.total({}, segment="standard", spec=THIRD, caps=["own_rating"])
    assert (nothing.score, nothing.raw, nothing.band) == (49, None, "at_risk")


@pytest.mark.parametrize(
    "value, age, capped", [(1, 0, True), (1, 90, True), (1, 91, False), (1, -1, False), (2, 0, False)]
)
def test_a_red_rating_caps_while_it_counts(value, age, capped):
    assert scoring.rating_caps(value, age) == (("own_rating",) if capped else ())


def test_without_a_rating_there_is_no_cap_of_it():
    assert scoring.rating_caps(None, 0) == ()
