"""Who stands in for whom now, and who may work on a client, as SQL that repeats accounts.access and clients.querysets.

What reaches a person who is away reaches their substitute instead.
"""

# A condition: the absence `a` of the user `who` runs now. Needs the parameter now (aware).
RUNS = """a.cancelled_at IS NULL
      AND (%(now)s AT TIME ZONE {who}.time_zone)::date BETWEEN a.first_day AND a.last_day"""
# Needs the parameter now. Days are those of the zone of who is away, as in Absence.running. A substitute who
# has left Tend stands in for nobody: then it is as if the person were here, or nobody would be told.
AWAY = f"""
away AS MATERIALIZED (
    SELECT a.id AS absence_id, a.person_id, a.substitute_id, a.first_day, a.last_day
    FROM accounts_absence a JOIN accounts_user gone ON gone.id = a.person_id
    JOIN accounts_user other ON other.id = a.substitute_id AND other.is_active
    WHERE {RUNS.format(who="gone")}
)"""


def may_change(person, client):
    """A condition: `person` (an id) is active and may change `client` now. Needs AWAY."""
    return f"""EXISTS (
        SELECT FROM accounts_user u
        WHERE u.id = {person} AND u.is_active AND (u.role = 'admin' OR u.role <> 'department' AND EXISTS (
            SELECT FROM clients_assignment a JOIN accounts_user served ON served.id = a.user_id
            LEFT JOIN accounts_team team ON team.id = served.team_id
            WHERE a.client_id = {client} AND a.started_at <= %(now)s
              AND (a.ended_at IS NULL OR a.ended_at > %(now)s)
              AND (served.id = u.id OR u.role = 'account_manager' AND team.lead_id = u.id
                   OR u.role = 'manager' AND team.region IN (
                       SELECT region FROM accounts_team WHERE manager_id = u.id)
                   OR EXISTS (SELECT FROM away WHERE person_id = served.id AND substitute_id = u.id)))))"""
