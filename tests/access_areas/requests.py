"""Internal requests."""

TABLE = """
clients:requests                       GET     -     200   200   200   200   200   200   200   200   200
"""
WATCHED = ["clients_internalrequest", "clients_requestanswer"]


def scene(book):
    return {}
