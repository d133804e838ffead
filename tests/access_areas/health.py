"""A client's health in full: history, changes, what would raise it."""

TABLE = """
relationships:client_health_page       GET     -     404   404   404   200   200   200   200   200   403
"""
WATCHED = []


def scene(book):
    return {}
