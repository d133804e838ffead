"""Addresses of the deliveries screen."""

TABLE = """
relationships:deliveries               GET     -     403   403   403   403   403   403   403   200   403
relationships:delivery_again           GET     -     403   403   403   403   403   403   403   405   403
relationships:delivery_again           POST    -     403   403   403   403   403   403   403   422   403
"""
WATCHED = ["relationships_delivery"]


def scene(book):
    return {}
