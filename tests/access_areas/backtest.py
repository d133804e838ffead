"""Addresses of the backtest."""

TABLE = """
"""
WATCHED = []


def scene(book):
    return {}
