"""Addresses of a client's health in full: history, changes, what would raise it."""

TABLE = """
"""
WATCHED = []


def scene(book):
    return {}
