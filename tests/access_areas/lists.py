"""Saved views, columns, tags, and what is done to many clients at once.

The view is Lan's and shared with her team: a teammate reads it and changes nothing, others know nothing of it.
"""

from clients.models import ClientTag, SavedView, Tag

TABLE = """
clients:views                          GET     -     200   200   200   200   200   200   200   200   403
clients:view_new                       GET     -     200   200   200   200   200   200   200   200   403
clients:view_new                       POST    -     422   422   422   422   422   422   422   422   403
clients:view_edit                      GET     -     404   404   403   404   200   403   404   404   403
clients:view_edit                      POST    -     404   404   403   404   422   403   404   404   403
clients:view_pin                       GET     -     404   404   405   404   405   405   404   404   403
clients:view_pin                       POST    -     404   404   302   404   302   302   404   404   403
clients:view_delete                    GET     -     404   404   403   404   405   403   404   404   403
clients:view_delete                    POST    -     404   404   403   404   302   403   404   404   403
clients:columns                        GET     -     405   405   405   405   405   405   405   405   403
clients:columns                        POST    -     302   302   302   302   302   302   302   302   403
clients:bulk_tags                      GET     -     422   422   422   422   422   422   422   422   403
clients:bulk_tags                      POST    -     422   422   422   422   422   422   422   422   403
clients:bulk_export                    GET     -     422   422   422   422   422   422   422   422   403
clients:export                         GET     -     422   422   422   422   422   422   422   422   403
clients:tags                           GET     -     404   404   404   302   302   302   302   302   403
clients:tags_edit                      GET     -     404   404   404   403   200   200   200   200   403
clients:tags_edit                      POST    -     404   404   404   403   302   302   302   302   403
relationships:bulk_follow_ups          GET     -     422   422   422   422   422   422   422   422   403
relationships:bulk_follow_ups          POST    -     422   422   422   422   422   422   422   422   403
"""
WATCHED = ["clients_tag", "clients_clienttag", "clients_savedview", "clients_savedview_pinned_by"]


def scene(book):
    """A tag on Alpha, and a view that Lan shares with her team."""
    ClientTag.objects.create(client=book.alpha, tag=Tag.objects.create(name="Steel"), added_by=book.lan)
    view = SavedView.objects.create(owner=book.lan, name="At risk", query="band=at_risk", is_shared=True)
    return {"view_id": view.pk}
