"""Addresses of the scoring model: draft, preview, publishing, history."""

TABLE = """
"""
WATCHED = []


def scene(book):
    return {}
