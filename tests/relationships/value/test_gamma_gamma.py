"""Gamma-Gamma: the published figures of CDNOW, and what must hold of any parameters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifetimes.datasets import load_cdnow_summary_data_with_monetary_value
from scipy.optimize import approx_fprime

from relationships.value import gamma_gamma

PUBLISHED = gamma_gamma.Parameters(6.25, 3.74, 15.44)


@pytest.fixture(scope="module")
def cdnow():
    book = load_cdnow_summary_data_with_monetary_value()
    book = book[book["frequency"] > 0]
    return book["frequency"].to_numpy(float), book["monetary_value"].to_numpy(float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return gamma_gamma.fit(*cdnow)


def test_fit_of_cdnow_is_the_published_one_to_three_digits(cdnow, fitted):
    assert len(cdnow[0]) == 946
    assert [float(f"{one:.3g}") for one in fitted] == [float(f"{one:.3g}") for one in PUBLISHED]
    assert gamma_gamma.log_likelihood(fitted, *cdnow) >= gamma_gamma.log_likelihood(PUBLISHED, *cdnow)


def test_fit_is_where_the_gradient_vanishes(cdnow, fitted):
    scaled = gamma_gamma.gradient(fitted, *cdnow) * np.array(fitted) / len(cdnow[0])
    assert scaled == pytest.approx(np.zeros(3), abs=1e-5)


def test_own_mean_is_drawn_towards_that_of_all(fitted):
    everyone = fitted.p * fitted.gamma / (fitted.q - 1)
    assert gamma_gamma.expected_mean(fitted, np.zeros(1), np.zeros(1))[0] == pytest.approx(everyone)
    means = gamma_gamma.expected_mean(fitted, np.array([1.0, 5, 1000]), np.full(3, 100.0))
    assert everyone < means[0] < means[1] < means[2] < 100
    assert means[2] == pytest.approx(100, rel=0.01)


@given(
    st.tuples(st.floats(0.2, 20), st.floats(0.2, 20), st.floats(0.1, 50)),
    st.lists(st.tuples(st.integers(1, 300), st.floats(0.5, 500)), min_size=1, max_size=5),
)
def test_gradient_is_that_of_finite_differences(parameters, clients):
    arrays = np.array(clients).T
    by_hand = approx_fprime(np.array(parameters), lambda at: gamma_gamma.log_likelihood(at, *arrays), 1e-7)
    assert gamma_gamma.gradient(parameters, *arrays) == pytest.approx(by_hand, rel=1e-3, abs=2e-2)


def test_planted_parameters_are_found_whatever_the_currency():
    planted, dice = gamma_gamma.Parameters(4.0, 3.0, 20.0), np.random.default_rng(11)
    purchases = dice.integers(1, 12, 20_000).astype(float)
    scale = dice.gamma(planted.q, 1 / planted.gamma, 20_000)
    mean = dice.gamma(planted.p * purchases, 1 / scale) / purchases
    assert gamma_gamma.fit(purchases, mean) == pytest.approx(planted, rel=0.1)
    in_dong = gamma_gamma.fit(purchases, mean * 25_000)
    assert in_dong.gamma / 25_000 == pytest.approx(planted.gamma, rel=0.1)
    true = planted.p / scale
    expected = gamma_gamma.expected_mean(planted, purchases, mean)
    assert expected.mean() == pytest.approx(true.mean(), rel=0.03)
    assert np.abs(expected - true).mean() < np.abs(mean - true).mean()


def test_means_that_hardly_differ_leave_a_fit_that_can_be_used():
    purchases = np.full(50, 3.0)
    mean = 100 + np.random.default_rng(1).normal(0, 0.01, 50)
    fitted = gamma_gamma.fit(purchases, mean)
    assert fitted.q > 1
    assert gamma_gamma.expected_mean(fitted, purchases, mean) == pytest.approx(np.full(50, 100.0), rel=0.01)
