"""Measurements, never tests: `./run bench pages`, `./run bench scoring`. docs/operating.md keeps the results."""
