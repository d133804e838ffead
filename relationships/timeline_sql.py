"""The statement behind a page of the timeline. As text, since building it from querysets took a third of the page."""

from dataclasses import dataclass

from relationships.followups.care_rules import CARE_RULES

_TOUCH_COLUMNS = [
    "kind",
    "direction",
    "reached",
    "sentiment",
    "summary",
    "outcome",
    "next_step",
    "next_step_on",
]
_TOUCH_COLUMNS += ["duration_minutes", "created_at"]


def _object(*names, **expressions):
    """`jsonb_build_object` of columns of t, and of named expressions."""
    pairs = [f"'{name}', t.{name}" for name in names] + [
        f"'{name}', {sql}" for name, sql in expressions.items()
    ]
    return f"jsonb_build_object({', '.join(pairs)})"


@dataclass(frozen=True)
class Part:
    """One source of entries: rows of a table `t` at a moment of theirs, and what they tell."""

    moment: str
    facts: str
    table: str
    where: str = ""


_ASKED = "jsonb_build_object('kind', f.kind, 'rule', f.rule, 'reason', f.reason, 'facts', f.facts)"
_CARE_RULES = ", ".join(f"'{rule}'" for rule in CARE_RULES)
PARTS = {
    "touch": Part(
        moment="t.occurred_at",
        table="relationships_interaction t LEFT JOIN accounts_user author ON author.id = t.author_id",
        facts=_object(
            *_TOUCH_COLUMNS,
            author="author.name",
            people="ARRAY(SELECT c.name FROM relationships_interactioncontact met"
            " JOIN clients_contact c ON c.id = met.contact_id WHERE met.interaction_id = t.id ORDER BY met.id)",
            closed=f"ARRAY(SELECT {_ASKED} FROM relationships_followup f"
            " WHERE f.closed_by_interaction_id = t.id ORDER BY f.id)",
        ),
    ),
    "key_given": Part(
        moment="t.started_at",
        table="clients_keystatus t LEFT JOIN accounts_user approver ON approver.id = t.approved_by_id",
        facts=_object("reason", by="approver.name"),
    ),
    "key_ended": Part(
        moment="t.ended_at",
        table="clients_keystatus t LEFT JOIN accounts_user ender ON ender.id = t.ended_by_id",
        facts=_object(reason="t.end_reason", by="ender.name"),
        where="AND t.ended_at IS NOT NULL",
    ),
    "joined": Part(
        moment="t.started_at",
        table="clients_assignment t JOIN accounts_user person ON person.id = t.user_id"
        " LEFT JOIN accounts_user admin ON admin.id = t.assigned_by_id",
        facts=_object("role", "reason", "override_reason", name="person.name", by="admin.name"),
    ),
    # But for a lead's end whose successor took over at that moment: that is one event.
    "left": Part(
        moment="t.ended_at",
        table="clients_assignment t JOIN accounts_user person ON person.id = t.user_id",
        facts=_object("role", name="person.name"),
        where="""AND t.ended_at IS NOT NULL AND NOT (t.role = 'lead' AND EXISTS (SELECT FROM clients_assignment next
            WHERE next.client_id = t.client_id AND next.role = 'lead' AND next.started_at = t.ended_at))""",
    ),
    # What the services tell of contracts, money, issues and the like.
    "care": Part(
        moment="t.at",
        table="clients_careevent t LEFT JOIN accounts_user person ON person.id = t.by_id",
        facts=_object(
            event="t.kind",
            client_id="t.client_id",
            subject_id="t.subject_id",
            told="t.facts",
            by="person.name",
        ),
    ),
    # Follow-ups closed otherwise than by a touch: the touch itself tells of the others. Those of care that closed by
    # themselves are left out, since what closed them stands there.
    "settled": Part(
        moment="t.closed_at",
        table="relationships_followup t LEFT JOIN accounts_user closer ON closer.id = t.closed_by_id",
        facts=_object("kind", "rule", "reason", "facts", "status", by="closer.name"),
        where="AND t.closed_at IS NOT NULL AND t.closed_by_interaction_id IS NULL"
        f" AND NOT (t.status = 'closed' AND t.rule IN ({_CARE_RULES}))",
    ),
}


def statement(sources, *, after_source="", one_kind=False):
    """The SQL for these sources, newest first: columns at, source, row id and facts (JSON).

    Parameters: client, limit; with `after_source` also at and row_id of the last entry seen; with `one_kind`, kind.
    """
    parts = [_part(source, PARTS[source], after_source, one_kind) for source in sources]
    merged = " UNION ALL ".join(parts)
    return f"SELECT * FROM ({merged}) merged ORDER BY at DESC, source DESC, id DESC LIMIT %(limit)s"


def _part(source, part, after_source, one_kind):
    kind = "AND t.kind = %(kind)s" if one_kind else ""
    return f"""(SELECT {part.moment} AS at, '{source}'::text COLLATE "C" AS source, t.id, {part.facts}
        FROM {part.table}
        WHERE t.client_id = %(client)s {part.where} {kind} {_behind(source, part.moment, after_source)}
        ORDER BY {part.moment} DESC, t.id DESC LIMIT %(limit)s)"""


def _behind(source, moment, after_source):
    """Strictly behind the cursor in the order of moment, source, id; each source bounded by its own index."""
    if not after_source:
        return ""
    if source == after_source:
        return f"AND {moment} <= %(at)s AND ({moment} < %(at)s OR t.id < %(row_id)s)"
    return f"AND {moment} {'<=' if source < after_source else '<'} %(at)s"
