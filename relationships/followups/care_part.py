"""One SELECT of what a rule wants open, in the columns that `followups.care_sql` compares.

They are: client; rule; subject (the row's id, 0 for the client); who is to do it: `whom`, a word that
`followups.care_sql` looks up, and `person_id` where that word is 'person'; kind; `day` and `shift` of the due day
(see `care_calendar.due_on`); `made_on`, the day on which somebody wrote it down, before which nothing is due; `key`,
which names the situation, so that what a person marked done is not asked twice; `since`, for a key that comes again:
done before that day does not count; facts for the words. `{scope}` limits each table by itself. Amounts travel as text,
days and moments as ISO.
"""

_COLUMNS = (
    "client_id",
    "rule",
    "subject_id",
    "whom",
    "person_id",
    "kind",
    "day",
    "shift",
    "made_on",
    "key",
    "since",
    "facts",
)


def part(rule, tables, where, *, day, key, facts, **columns):
    """One SELECT; `facts` holds name → SQL, the other columns have defaults for a task of the lead."""
    columns = {
        "client_id": "t.client_id",
        "rule": f"'{rule}'::varchar",
        "subject_id": "t.id",
        "whom": "'lead'",
        "person_id": "NULL::bigint",
        "kind": "'call'",
        "day": day,
        "shift": "-1",
        "made_on": "NULL::date",
        "key": key,
        "since": "NULL::date",
        "facts": "jsonb_build_object({})".format(
            ", ".join(f"'{name}', {sql}" for name, sql in facts.items())
        ),
    } | columns
    picked = ", ".join(f"{columns[name]} AS {name}" for name in _COLUMNS)
    return f"SELECT {picked} FROM {tables} WHERE {{scope}} AND {where}"


LOCAL_DAY = "({} AT TIME ZONE %(zone)s)::date"
