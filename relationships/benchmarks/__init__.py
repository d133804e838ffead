"""Measurements, never tests: `./run bench pages`, `scoring` and `imports`. docs/operating.md keeps the results."""
