"""Addresses of the account manager's own rating and of overrides."""

TABLE = """
relationships:ratings                  GET     -     200   200   200   200   200   200   200   200   403
relationships:client_rating            GET     -     404   404   404   200   200   200   200   200   403
relationships:client_rating            POST    -     404   404   404   403   422   403   403   403   403
"""
WATCHED = ["relationships_ownrating", "relationships_healthoverride", "clients_careevent"]


def scene(book):
    return {}
