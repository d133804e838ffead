"""Log-in, clients, contacts, follow-ups, assignments: the addresses of the first version."""

from tests import factories as make

TABLE = """
home                                   GET     -     302   302   302   302   302   302   302   302   302
healthz                                GET     503   503   503   503   503   503   503   503   503   503
preferences                            POST    -     302   302   302   302   302   302   302   302   302
set_language                           POST    302   302   302   302   302   302   302   302   302   302
account_login                          GET     200   302   302   302   302   302   302   302   302   302
account_logout                         GET     -     200   200   200   200   200   200   200   200   200
account_change_password                GET     -     200   200   200   200   200   200   200   200   200
account_reset_password                 GET     200   200   200   200   200   200   200   200   200   200
account_reset_password_done            GET     200   200   200   200   200   200   200   200   200   200
account_reset_password_from_key        GET     200   200   200   200   200   200   200   200   200   200
account_reset_password_from_key_done   GET     200   200   200   200   200   200   200   200   200   200
clients:list                           GET     -     200   200   200   200   200   200   200   200   403
clients:names                          GET     -     200   200   200   200   200   200   200   200   403
clients:filters                        GET     -     200   200   200   200   200   200   200   200   403
clients:new                            GET     -     403   403   403   403   403   403   403   200   403
clients:new                            POST    -     403   403   403   403   403   403   403   422   403
clients:edit                           GET     -     404   404   404   403   200   200   200   200   403
clients:edit                           POST    -     404   404   404   403   422   422   422   422   403
clients:contact_new                    GET     -     404   404   404   403   200   200   200   200   403
clients:contact_new                    POST    -     404   404   404   403   422   422   422   422   403
clients:contact_edit                   GET     -     404   404   404   403   200   200   200   200   403
clients:contact_edit                   POST    -     404   404   404   403   422   422   422   422   403
relationships:today                    GET     -     200   200   200   200   200   200   200   200   403
relationships:log                      GET     -     200   200   200   200   200   200   200   200   403
relationships:log_for_client           GET     -     404   404   404   403   200   200   200   200   403
relationships:log_for_client           POST    -     404   404   404   403   422   422   422   422   403
relationships:client_follow_ups        GET     -     404   404   404   302   302   302   302   302   403
relationships:follow_up_new            GET     -     404   404   404   403   200   200   200   200   403
relationships:follow_up_new            POST    -     404   404   404   403   422   422   422   422   403
relationships:follow_up_done           POST    -     404   404   404   403   302   302   302   302   403
relationships:follow_up_snooze         POST    -     404   404   404   403   422   422   422   422   403
relationships:follow_up_reassign       GET     -     404   404   404   403   200   200   200   200   403
relationships:follow_up_reassign       POST    -     404   404   404   403   422   422   422   422   403
relationships:follow_up_reopen         POST    -     404   404   404   403   302   302   302   302   403
relationships:follow_up_why            GET     -     404   404   404   200   200   200   200   200   403
relationships:client_page              GET     -     404   404   404   200   200   200   200   200   403
relationships:client_health            GET     -     404   404   404   302   302   302   302   302   403
relationships:client_tab               GET     -     404   404   404   302   302   302   302   302   403
relationships:client_timeline          GET     -     404   404   404   200   200   200   200   200   403
relationships:portfolio                GET     -     200   200   200   200   200   200   200   200   403
relationships:assignments              GET     -     403   403   403   403   403   403   403   200   403
relationships:assign_client            GET     -     404   404   404   403   403   403   403   200   403
relationships:assign_client            POST    -     404   404   404   403   403   403   403   422   403
relationships:key_status               GET     -     404   404   404   403   403   403   403   200   403
relationships:key_status               POST    -     404   404   404   403   403   403   403   422   403
relationships:key_status_end           GET     -     404   404   404   403   403   403   403   200   403
relationships:key_status_end           POST    -     404   404   404   403   403   403   403   422   403
"""
WATCHED = [
    "accounts_user",
    "clients_client",
    "clients_contact",
    "clients_assignment",
    "clients_keystatus",
    "relationships_interaction",
    "relationships_followup",
    "relationships_snooze",
]


def scene(book):
    """A contact and an open follow-up of Alpha."""
    return {
        "client_id": book.alpha.pk,
        "contact_id": make.contact(book.alpha).pk,
        "follow_up_id": make.follow_up(book.alpha, book.lan).pk,
        "uidb36": "1",
        "key": "abc-def",
    }
