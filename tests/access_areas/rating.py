"""Addresses of the account manager's own rating and of overrides."""

TABLE = """
"""
WATCHED = []


def scene(book):
    return {}
