"""Addresses of the backtest: read by everyone who answers for more than their own clients, started by admins."""

from tests.relationships.health import backtest_books

TABLE = """
relationships:backtest                 GET     -     403   200   403   403   403   200   200   200   403
relationships:backtest_past            GET     -     403   200   403   403   403   200   200   200   403
relationships:backtest_new             GET     -     403   403   403   403   403   403   403   200   403
relationships:backtest_new             POST    -     403   403   403   403   403   403   403   422   403
"""
WATCHED = ["relationships_backtest"]


def scene(book):
    """A backtest that has ended."""
    return {"backtest_id": backtest_books.ended().pk}
