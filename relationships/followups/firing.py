"""What a run of the rules would ask for on a day, without writing anything: for each rule two counts and examples."""

import datetime
import json
from dataclasses import dataclass, field

from clients.models import Client
from relationships.followups import wording
from relationships.models import FollowUp

SHOWN_OF_A_RULE = 5

# Needs a CTE `expected`: rule, client_id, subject_id, kind, facts, is_new, assignee_id and due_on of everything that
# the rules want open. What is new comes first among the examples.
FIRING = f"""
firing AS (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY rule) AS opened,
           count(*) FILTER (WHERE NOT is_new) OVER (PARTITION BY rule) AS due,
           row_number() OVER (PARTITION BY rule ORDER BY NOT is_new, client_id, subject_id) AS place
    FROM expected WHERE is_new OR due_on = %(today)s
)
SELECT f.rule, f.opened, f.due, f.is_new, f.kind, f.due_on, f.facts, c.id, c.name, person.name
FROM firing f JOIN clients_client c ON c.id = f.client_id JOIN accounts_user person ON person.id = f.assignee_id
WHERE f.place <= {SHOWN_OF_A_RULE} ORDER BY f.rule, f.place"""


@dataclass(frozen=True)
class Example:
    """One follow-up that would be there, in words: `assignee` is a name."""

    client_id: int
    client: str
    what: str
    why: str
    due_on: datetime.date
    assignee: str
    is_new: bool

    def get_absolute_url(self):
        return Client(pk=self.client_id).get_absolute_url()


@dataclass
class Fired:
    """What one rule would do: how many it opens, how many that are open fall due that day, and up to five of them."""

    rule: str
    opened: int = 0
    due: int = 0
    examples: list = field(default_factory=list)


@dataclass
class Preview:
    """`rules` holds a Fired for each rule, in the order they were asked for. `clients` of `of` were looked at."""

    rules: list
    clients: int
    of: int


def collect(rules, rows, today):
    """A Fired for each of `rules` from the rows of FIRING."""
    fired = {str(rule): Fired(str(rule)) for rule in rules}
    for rule, opened, due, is_new, kind, due_on, facts, client_id, client, person in rows:
        follow_up = FollowUp(rule=rule, kind=kind, due_on=due_on, facts=json.loads(facts))
        told = (wording.what(follow_up), wording.why(follow_up, today))
        found = fired[rule]
        found.opened, found.due = opened, due
        found.examples.append(Example(client_id, client, *told, due_on, person, is_new))
    return list(fired.values())
