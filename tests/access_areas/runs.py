"""Addresses of the scoring runs."""

TABLE = """
"""
WATCHED = []


def scene(book):
    return {}
