"""Writes across models, by noun: touchpoints, follow-ups, handovers."""
