"""The one line of the log sheet."""

TABLE = """
relationships:log_line                 GET     -     404   404   404   403   405   405   405   405   403
relationships:log_line                 POST    -     404   404   404   403   302   302   302   302   403
"""
WATCHED = ["relationships_interaction"]


def scene(book):
    return {}
