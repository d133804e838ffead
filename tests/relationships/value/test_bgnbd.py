"""BG/NBD: the published figures of CDNOW, and what must hold of any parameters."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifetimes.datasets import load_cdnow_summary
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1

from relationships.value import bgnbd

PUBLISHED = bgnbd.Parameters(0.243, 4.414, 0.793, 2.426)
SOMEBODY = (
    np.array([2.0]),
    np.array([30.43]),
    np.array([38.86]),
)  # repeats, recency, age of the published example

positive = st.floats(0.05, 20)
histories = st.tuples(st.integers(0, 400), st.floats(0, 1), st.floats(0.1, 300)).map(
    lambda drawn: (float(drawn[0]), drawn[1] * drawn[2] if drawn[0] else 0.0, drawn[2])
)


@pytest.fixture(scope="module")
def cdnow():
    book = load_cdnow_summary()
    return tuple(book[column].to_numpy(float) for column in ("frequency", "recency", "T"))


@pytest.fixture(scope="module")
def fitted(cdnow):
    return bgnbd.fit(*cdnow)


def test_fit_of_cdnow_is_the_published_one(cdnow, fitted):
    assert len(cdnow[0]) == 2357
    assert fitted == pytest.approx(PUBLISHED, abs=5.01e-4)
    assert bgnbd.log_likelihood(fitted, *cdnow) == pytest.approx(-9582.4, abs=0.05)


def test_published_client_is_as_likely_alive_and_expected_as_published(fitted):
    assert bgnbd.chance_alive(fitted, *SOMEBODY)[0] == pytest.approx(0.7266, abs=5e-5)
    assert bgnbd.expected_purchases(fitted, 39, *SOMEBODY)[0] == pytest.approx(1.2259, abs=5e-5)


def test_fit_of_days_is_the_fit_of_weeks(cdnow, fitted):
    repeats, recency, age = cdnow
    in_days = bgnbd.fit(repeats, recency * 7, age * 7)
    assert in_days.alpha / 7 == pytest.approx(fitted.alpha, rel=1e-3)
    assert (in_days.r, in_days.a, in_days.b) == pytest.approx((fitted.r, fitted.a, fitted.b), rel=1e-3)


def test_fit_is_at_the_top_of_the_likelihood(cdnow, fitted):
    best = bgnbd.log_likelihood(fitted, *cdnow)
    for place in range(4):
        for factor in (0.99, 1.01):
            near = list(fitted)
            near[place] *= factor
            assert bgnbd.log_likelihood(near, *cdnow) < best


@given(st.tuples(positive, positive, positive, positive), st.lists(histories, min_size=1, max_size=5))
def test_gradient_is_that_of_finite_differences(parameters, clients):
    arrays = np.array(clients).T
    by_hand = approx_fprime(np.array(parameters), lambda at: bgnbd.log_likelihood(at, *arrays), 1e-7)
    assert bgnbd.gradient(parameters, *arrays) == pytest.approx(by_hand, rel=1e-3, abs=1e-2)


def test_client_who_bought_once_is_alive_whatever_the_parameters():
    age = np.array([0.0, 1, 50, 5000])
    for parameters in (PUBLISHED, (5, 0.1, 9, 0.1), (0.01, 900, 0.01, 0.01)):
        assert (bgnbd.chance_alive(parameters, np.zeros(4), np.zeros(4), age) == 1).all()


@given(st.tuples(positive, positive, st.floats(0.2, 20), st.floats(0.2, 20)), histories, st.floats(1, 100))
def test_expectation_is_the_published_hypergeometric_one(parameters, client, ahead):
    """Written by Euler's transformation, (1−z)^(r+x) F(r+x, b+x; c; z) = (1−z)^(a−1) F(a−1, a+b−1−r; c; z)."""
    r, alpha, a, b = parameters
    repeats, _recency, age = client
    z, c = ahead / (alpha + age + ahead), a + b + repeats - 1
    assume(abs(a - 1) > 1e-3 and abs(c) > 1e-3)  # where the closed form is 0/0
    published = c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(a - 1, a + b - 1 - r, c, z))
    assume(np.isfinite(published))  # where SciPy's series overflows
    arrays = tuple(np.array([one]) for one in client)
    alive = bgnbd.chance_alive(parameters, *arrays)[0]
    found = bgnbd.expected_purchases(parameters, ahead, *arrays)[0]
    assert found == pytest.approx(alive * published, rel=1e-6)


limits = st.floats(-6.9, 9.2).map(np.exp)  # all that a fit can come to


@given(st.tuples(limits, limits, limits, limits), histories, st.floats(0.1, 100))
def test_expectation_lies_between_nothing_and_buying_on_for_ever(parameters, client, ahead):
    r, alpha, _a, _b = parameters
    arrays = tuple(np.array([one]) for one in client)
    found = bgnbd.expected_purchases(parameters, ahead, *arrays)[0]
    for_ever = (r + client[0]) / (alpha + client[2]) * ahead
    assert 0 <= found <= for_ever * bgnbd.chance_alive(parameters, *arrays)[0] * (1 + 1e-9)


@pytest.mark.parametrize("a, b", [(1, 2.4), (0.4, 0.6), (1 - 1e-9, 3), (0.6, 0.4 + 1e-12)])
def test_expectation_has_no_hole_where_the_formula_divides_by_nothing(a, b):
    once = (np.zeros(1), np.zeros(1), np.array([20.0]))
    near = [bgnbd.expected_purchases((0.5, 4, a + step, b), 39, *once)[0] for step in (-0.01, 0, 0.01)]
    assert near[0] > near[1] > near[2]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-3)


def test_very_frequent_buyers_do_not_overflow():
    repeats, age = np.array([5_000.0, 100_000.0]), np.array([500.0, 500.0])
    found = bgnbd.expected_purchases(PUBLISHED, 52, repeats, age, age)
    assert np.isfinite(found).all() and (found > 0).all()
    gone = bgnbd.chance_alive(PUBLISHED, repeats, age / 2, age)
    assert (gone == 0).all()


def bought(parameters, clients, weeks, dice):
    """Purchases of made-up clients as a list of arrays of times, the first at 0."""
    rate = dice.gamma(parameters.r, 1 / parameters.alpha, clients)
    stops = dice.beta(parameters.a, parameters.b, clients)
    times = []
    for client in range(clients):
        made = [0.0]
        while made[-1] <= weeks:
            if len(made) > 1 and dice.random() < stops[client]:
                break
            made.append(made[-1] + dice.exponential(1 / rate[client]))
        times.append(np.array([time for time in made if time <= weeks]))
    return times


def test_planted_parameters_are_found_and_what_follows_is_expected():
    planted, seen, ahead = bgnbd.Parameters(0.8, 6.0, 1.2, 4.0), 60.0, 30.0
    times = bought(planted, 8_000, seen + ahead, np.random.default_rng(7))
    repeats = np.array([(made <= seen).sum() - 1.0 for made in times])
    recency = np.array([made[made <= seen].max() for made in times])
    age = np.full(len(times), seen)
    found = bgnbd.fit(repeats, recency, age)
    assert found == pytest.approx(planted, rel=0.2)
    assert bgnbd.log_likelihood(found, repeats, recency, age) >= bgnbd.log_likelihood(
        planted, repeats, recency, age
    )
    came = np.array([(made > seen).sum() for made in times])
    expected = bgnbd.expected_purchases(found, ahead, repeats, recency, age)
    assert expected.sum() == pytest.approx(came.sum(), rel=0.04)
    newcomers = bgnbd.expected_purchases(planted, seen, np.zeros(1), np.zeros(1), np.zeros(1))[0]
    assert newcomers == pytest.approx(repeats.mean(), rel=0.04)


def test_clients_who_never_stop_are_told():
    dice = np.random.default_rng(3)
    age = np.full(400, 100.0)
    repeats = dice.poisson(20, 400).astype(float)
    recency = age - dice.exponential(5, 400).clip(0, 50)
    assert bgnbd.never_stops(bgnbd.fit(repeats, recency, age))
    assert not bgnbd.never_stops(PUBLISHED)
