"""The rules that make follow-ups: admins alone."""

from relationships.followups.catalog import CATALOG
from relationships.models import RuleSetting

TABLE = """
relationships:rules                    GET     -     403   403   403   403   403   403   403   200   403
relationships:rules_preview            GET     -     403   403   403   403   403   403   403   200   403
relationships:rule_edit                GET     -     403   403   403   403   403   403   403   200   403
relationships:rule_edit                POST    -     403   403   403   403   403   403   403   422   403
"""
WATCHED = ["relationships_rulesetting"]


def scene(book):
    """A rule that was set before."""
    row = RuleSetting.objects.create(rule="milestone", days={"ahead": 5, "accept": 5}, changed_by=book.admin)
    assert row.rule in CATALOG
    return {"rule": row.rule}
