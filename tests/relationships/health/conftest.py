"""What the health tests share."""

import pytest

from relationships.querysets import ScoringModelQuerySet


@pytest.fixture
def first_model(monkeypatch):
    """Version 1 of the scoring model is the current one: rhythm, sentiment, stakeholders, revenue."""
    monkeypatch.setattr(ScoringModelQuerySet, "current", lambda models: models.get(version=1))
