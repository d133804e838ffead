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
_TOUCH_COLUMNS += ["duration_minutes", "created_at", "version"]


def _object(*names, **expressions):
    """`jsonb_build_object` of columns of t, and of named expressions."""
    pairs = [f"'{name}', t.{name}" for name in names] + [
        f"'{name}', {sql}" for name, sql in expressions.items()
    ]
    return f"jsonb_build_object({', '.join(pairs)})"


@dataclass(frozen=True)
class Part:
    """One source of entries: rows of a table `t` at a moment of theirs, and what they tell.

    `said` lists the texts that a search looks in; `whose` is true of what the person sought did or was named in.
    """

    moment: str
    facts: str
    table: str
    said: str
    whose: str
    where: str = ""


_ASKED = (
    "jsonb_build_object('id', f.id, 'kind', f.kind, 'rule', f.rule, 'reason', f.reason, 'facts', f.facts)"
)
_CARE_RULES = ", ".join(f"'{rule}'" for rule in CARE_RULES)
_NAMES_MET = (
    "FROM relationships_interactioncontact met JOIN clients_contact c ON c.id = met.contact_id"
    " WHERE met.interaction_id = t.id"
)
_KEPT = "FROM relationships_note_documents d JOIN clients_attachment a ON a.id = d.attachment_id WHERE d.note_id = t.id"
# The texts among the facts of a row, without the names of the facts.
_TEXTS = """(SELECT string_agg(found #>> '{}', ' ')
    FROM jsonb_path_query(t.facts, 'strict $.** ? (@.type() == "string")') found)"""


def _label(column):
    """The words for a choice, in the reader's language."""
    return f"%(labels)s::jsonb ->> t.{column}"


PARTS = {
    "touch": Part(
        moment="t.occurred_at",
        table="relationships_interaction t LEFT JOIN accounts_user author ON author.id = t.author_id",
        facts=_object(
            *_TOUCH_COLUMNS,
            author="author.name",
            people=f"ARRAY(SELECT c.name {_NAMES_MET} ORDER BY met.id)",
            closed=f"ARRAY(SELECT {_ASKED} FROM relationships_followup f"
            " WHERE f.closed_by_interaction_id = t.id ORDER BY f.id)",
        ),
        said=f"t.summary, t.outcome, t.next_step, author.name, {_label('kind')},"
        f" (SELECT string_agg(c.name, ' ') {_NAMES_MET})",
        whose="t.author_id = %(person)s",
    ),
    "note": Part(
        moment="t.created_at",
        table="relationships_note t LEFT JOIN accounts_user author ON author.id = t.author_id",
        facts=_object(
            "text",
            "author_id",
            "pinned_at",
            "edited_at",
            "created_at",
            author="author.name",
            mentioned="ARRAY(SELECT u.name FROM relationships_note_mentioned m"
            " JOIN accounts_user u ON u.id = m.user_id WHERE m.note_id = t.id ORDER BY m.id)",
            documents="ARRAY(SELECT jsonb_build_object('pk', a.id, 'name', a.name, 'size', a.size)"
            f" {_KEPT} ORDER BY d.id)",
        ),
        said=f"t.text, author.name, (SELECT string_agg(a.name, ' ') {_KEPT})",
        whose="(t.author_id = %(person)s OR EXISTS (SELECT FROM relationships_note_mentioned m"
        " WHERE m.note_id = t.id AND m.user_id = %(person)s))",
    ),
    "key_given": Part(
        moment="t.started_at",
        table="clients_keystatus t LEFT JOIN accounts_user approver ON approver.id = t.approved_by_id",
        facts=_object("reason", by="approver.name"),
        said="t.reason, approver.name",
        whose="t.approved_by_id = %(person)s",
    ),
    "key_ended": Part(
        moment="t.ended_at",
        table="clients_keystatus t LEFT JOIN accounts_user ender ON ender.id = t.ended_by_id",
        facts=_object(reason="t.end_reason", by="ender.name"),
        said="t.end_reason, ender.name",
        whose="t.ended_by_id = %(person)s",
        where="AND t.ended_at IS NOT NULL",
    ),
    "joined": Part(
        moment="t.started_at",
        table="clients_assignment t JOIN accounts_user person ON person.id = t.user_id"
        " LEFT JOIN accounts_user admin ON admin.id = t.assigned_by_id",
        facts=_object("role", "reason", "override_reason", name="person.name", by="admin.name"),
        said=f"person.name, t.reason, {_label('role')}",
        whose="(t.user_id = %(person)s OR t.assigned_by_id = %(person)s)",
    ),
    # But for a lead's end whose successor took over at that moment: that is one event.
    "left": Part(
        moment="t.ended_at",
        table="clients_assignment t JOIN accounts_user person ON person.id = t.user_id",
        facts=_object("role", name="person.name"),
        said=f"person.name, {_label('role')}",
        whose="t.user_id = %(person)s",
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
        said=f"person.name, {_label('kind')}, {_TEXTS}",
        whose="t.by_id = %(person)s",
    ),
    # Follow-ups closed otherwise than by a touch: the touch itself tells of the others. Of those of care that closed by
    # themselves only what had fallen due: what nobody was asked yet is no news, nor that a birthday is over.
    "settled": Part(
        moment="t.closed_at",
        table="relationships_followup t LEFT JOIN accounts_user closer ON closer.id = t.closed_by_id",
        facts=_object("kind", "rule", "reason", "facts", "status", by="closer.name"),
        said=f"t.reason, closer.name, {_label('kind')}, {_label('rule')}, {_TEXTS}",
        whose="t.closed_by_id = %(person)s",
        where="AND t.closed_at IS NOT NULL AND t.closed_by_interaction_id IS NULL"
        f" AND NOT (t.status = 'closed' AND t.rule IN ({_CARE_RULES}) AND (t.rule IN ('birthday', 'anniversary')"
        " OR t.due_on > (t.closed_at AT TIME ZONE %(zone)s)::date))",
    ),
}


# What narrows every source alike; `met` only touches can answer.
_MET = """EXISTS (SELECT FROM relationships_interactioncontact met
    WHERE met.interaction_id = t.id AND met.contact_id = %(contact)s)"""
# Every word somewhere in the texts; they are put together and folded once a row.
_FOUND = """(SELECT bool_and(strpos(told.text, tend_fold(word)) > 0)
    FROM (SELECT tend_fold(concat_ws(' ', {said})) AS text OFFSET 0) told, unnest(%(words)s::text[]) word)"""


def statement(sources, *, after_source="", one_kind=False, whose=False, met=False, words=False):
    """The SQL for these sources, newest first: columns at, source, row id and facts (JSON).

    Parameters: client, limit, zone (of the house); with `after_source` also at and row_id of the last entry seen; with
    `one_kind`, kind; with `whose`, person; with `met`, contact; with `words`, words and labels (JSON: choice → words).
    """
    parts = []
    for source in sources:
        part = PARTS[source]
        narrowed = [
            "t.kind = %(kind)s" if one_kind else "",
            part.whose if whose else "",
            _MET if met else "",
            _FOUND.format(said=part.said) if words else "",
        ]
        parts.append(_part(source, part, after_source, [f"AND {sql}" for sql in narrowed if sql]))
    merged = " UNION ALL ".join(parts)
    return f"SELECT * FROM ({merged}) merged ORDER BY at DESC, source DESC, id DESC LIMIT %(limit)s"


def _part(source, part, after_source, narrowed):
    behind = _behind(source, part.moment, after_source)
    return f"""(SELECT {part.moment} AS at, '{source}'::text COLLATE "C" AS source, t.id, {part.facts}
        FROM {part.table}
        WHERE t.client_id = %(client)s {part.where} {" ".join(narrowed)} {behind}
        ORDER BY {part.moment} DESC, t.id DESC LIMIT %(limit)s)"""


def _behind(source, moment, after_source):
    """Strictly behind the cursor in the order of moment, source, id; each source bounded by its own index."""
    if not after_source:
        return ""
    if source == after_source:
        return f"AND {moment} <= %(at)s AND ({moment} < %(at)s OR t.id < %(row_id)s)"
    return f"AND {moment} {'<=' if source < after_source else '<'} %(at)s"
