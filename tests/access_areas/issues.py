"""Issues: the list, a client's panel, one issue and its steps."""

from tests import factories as make

TABLE = """
clients:issues                         GET     -     200   200   200   200   200   200   200   200   403
clients:client_issues                  GET     -     404   404   404   200   200   200   200   200   403
clients:issue_new                      GET     -     404   404   404   403   200   200   200   200   403
clients:issue_new                      POST    -     404   404   404   403   422   422   422   422   403
clients:issue_page                     GET     -     404   404   404   200   200   200   200   200   403
clients:issue_edit                     GET     -     404   404   404   403   200   200   200   200   403
clients:issue_edit                     POST    -     404   404   404   403   422   422   422   422   403
clients:issue_response                 GET     -     404   404   404   403   405   405   405   405   403
clients:issue_response                 POST    -     404   404   404   403   302   302   302   302   403
clients:issue_wait                     GET     -     404   404   404   403   200   200   200   200   403
clients:issue_wait                     POST    -     404   404   404   403   302   409   409   409   403
clients:issue_resumption               GET     -     404   404   404   403   405   405   405   405   403
clients:issue_resumption               POST    -     404   404   404   403   302   302   302   302   403
clients:issue_resolution               GET     -     404   404   404   403   200   200   200   200   403
clients:issue_resolution               POST    -     404   404   404   403   422   422   422   422   403
clients:issue_reopening                GET     -     404   404   404   403   200   200   200   200   403
clients:issue_reopening                POST    -     404   404   404   403   422   422   422   422   403
clients:issue_rating                   GET     -     404   404   404   403   200   200   200   200   403
clients:issue_rating                   POST    -     404   404   404   403   422   422   422   422   403
clients:issue_note                     GET     -     404   404   404   403   200   200   200   200   403
clients:issue_note                     POST    -     404   404   404   403   422   422   422   422   403
"""
WATCHED = ["clients_issue", "clients_issueclock", "clients_issueentry", "clients_careevent"]


def scene(book):
    """An open issue of Alpha."""
    return {"issue_id": make.issue(book.alpha).pk}
