"""Internal requests."""

from tests import factories as make

TABLE = """
clients:requests                       GET     -     200   200   200   200   200   200   200   200   200
clients:request_page                   GET     -     404   404   404   200   200   200   200   200   200
clients:request_answer                 POST    -     404   404   404   403   422   422   422   422   422
clients:request_state                  GET     -     404   404   404   403   422   422   422   422   422
clients:request_state                  POST    -     404   404   404   403   422   422   422   422   422
clients:client_requests                GET     -     404   404   404   200   200   200   200   200   403
clients:request_new                    GET     -     404   404   404   403   200   200   200   200   403
clients:request_new                    POST    -     404   404   404   403   422   422   422   422   403
"""
WATCHED = ["clients_internalrequest", "clients_requestanswer"]


def scene(book):
    """A request of Lan to production, where Đức works."""
    return {"request_id": make.internal_request(book.alpha, book.lan).pk}
