"""The search, the keys and the calendar: pages about one's own work, open to everyone who keeps clients."""

TABLE = """
relationships:search                   GET     -     200   200   200   200   200   200   200   200   403
relationships:keys                     GET     -     200   200   200   200   200   200   200   200   403
relationships:calendar                 GET     -     200   200   200   200   200   200   200   200   403
"""
WATCHED = []


def scene(book):
    return {}
