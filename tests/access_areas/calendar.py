"""Addresses of the calendar feed. The file opens by its secret address alone: `token` here is none."""

TABLE = """
relationships:calendar_link            GET     -     405   405   405   405   405   405   405   405   403
relationships:calendar_link            POST    -     200   200   200   200   200   200   200   200   403
relationships:calendar_link_end        POST    -     302   302   302   302   302   302   302   302   403
relationships:calendar_feed            GET     404   404   404   404   404   404   404   404   404   403
"""
WATCHED = ["relationships_calendarfeed"]


def scene(book):
    return {}
