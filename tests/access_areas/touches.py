"""A touch saved without the sheet, and what can be done with one afterwards."""

from tests import factories as make

TABLE = """
relationships:log_at_once              GET     -     404   404   404   403   405   405   405   405   403
relationships:log_at_once              POST    -     404   404   404   403   422   422   422   422   403
relationships:touch_edit               GET     -     404   404   404   403   200   200   200   200   403
relationships:touch_edit               POST    -     404   404   404   403   422   422   422   422   403
relationships:touch_undo               GET     -     404   404   404   403   405   405   405   405   403
relationships:touch_undo               POST    -     404   404   404   403   302   403   403   403   403
relationships:touch_history            GET     -     404   404   404   200   200   200   200   200   403
relationships:touch_payback            GET     -     404   404   404   302   302   302   302   302   403
"""
WATCHED = ["relationships_interaction", "relationships_interactioncontact"]


def scene(book):
    """A touch that Lan has just logged for Alpha."""
    return {"interaction_id": make.interaction(book.alpha, author=book.lan).pk}
