"""The statements behind planning: who reads what when, what is to be told, and what is told of no more. See planning.

Every statement needs the values of `planning.values`, and those of everyone the table READERS. Conditions that appear
in several statements are here once, so that what one plans another does not drop.
"""

from relationships.followups.cover_sql import AWAY

# Everyone who may be reminded, with their day and the moments of their next mails. Department members answer requests
# and keep no clients. `times` holds each set of wishes in use.
_READERS = """
    SELECT u.id, u.name, u.time_zone, times.day, times.digest_at, times.last_digest_at,
           times.mail_at, times.is_open, times.week_from,
           coalesce(s.muted, '{}') AS muted,
           EXISTS (SELECT FROM away WHERE away.person_id = u.id) AS is_away
    FROM accounts_user u
    LEFT JOIN relationships_remindersettings s ON s.user_id = u.id
    JOIN unnest(%(zones)s::text[], %(calendars)s::text[], %(digest_times)s::time[], %(quiet_from)s::time[],
                %(quiet_until)s::time[], %(days)s::date[], %(digests)s::timestamptz[],
                %(last_digests)s::timestamptz[], %(mails)s::timestamptz[], %(open)s::boolean[], %(weeks)s::date[])
         AS times(zone, calendar, digest_time, quiet_from, quiet_until, day, digest_at, last_digest_at, mail_at,
                  is_open, week_from)
      ON times.zone = u.time_zone AND times.calendar = u.calendar
     AND times.digest_time = coalesce(s.digest_at, %(digest_time)s)
     AND times.quiet_from = coalesce(s.quiet_from, %(quiet_from_time)s)
     AND times.quiet_until = coalesce(s.quiet_until, %(quiet_until_time)s)
    WHERE u.is_active AND u.department_id IS NULL
      AND (%(only)s::bigint[] IS NULL OR u.id = ANY(%(only)s::bigint[]))"""
# For everyone a table with an index and figures of its own: joined to a list of which the planner knows nothing, ten
# thousand readers by ten thousand rows took minutes. `has_had_mail`: the last daily mail has gone out.
READERS = f"""
DROP TABLE IF EXISTS pg_temp.readers, pg_temp.had_mail;
CREATE TEMPORARY TABLE had_mail ON COMMIT DROP AS
    SELECT d.user_id, max(d.send_at) AS at FROM relationships_delivery d
    WHERE d.channel = 'digest' AND d.status = 'sent'
      AND d.send_at >= (SELECT min(at) FROM unnest(%(last_digests)s::timestamptz[]) AS last(at))
    GROUP BY d.user_id;
ANALYZE had_mail;
CREATE TEMPORARY TABLE readers ON COMMIT DROP AS WITH {AWAY}
    SELECT r.*, coalesce(m.at >= r.last_digest_at, false) AS has_had_mail
    FROM ({_READERS}) r LEFT JOIN had_mail m ON m.user_id = r.id;
ALTER TABLE readers ADD PRIMARY KEY (id);
ANALYZE readers"""
_WITH = f"WITH {AWAY}"
_WITH_FEW = f"{_WITH}, readers AS MATERIALIZED ({_READERS})"

# A key client that fell to at risk: told at once, and not a second time as something due.
_IS_RED = """(CASE WHEN f.rule = 'band_dropped' AND f.facts ->> 'band' = 'at_risk' THEN EXISTS (
        SELECT FROM clients_client c WHERE c.id = f.client_id AND c.segment = 'key') ELSE false END)"""
_READER_OF_FOLLOW_UP = "coalesce(away.substitute_id, f.assignee_id)"
# Whether a mail of this kind by this channel is wanted; needs readers as r. At-risk news goes into the daily mail
# where the mail at once is not wanted.
_WANTED = """(NOT r.is_away AND CASE
        WHEN {channel} = 'instant' THEN {kind} = 'key_red' AND NOT 'instant' = ANY(r.muted)
        WHEN {kind} = 'key_red' THEN 'instant' = ANY(r.muted) AND NOT 'digest' = ANY(r.muted)
        WHEN {kind} = 'weekly' THEN NOT 'weekly' = ANY(r.muted)
        ELSE NOT 'digest' = ANY(r.muted) END)"""

# `told` holds: kind, key, follow_up_id, client_id, facts, due_on, reader_id, since: one row for each thing and reader.
# `since` is when it was there to be told. What was there before the last daily mail has missed it, because nobody
# planned in time: its mail is due now, unless the daily mail of that morning has gone out without it. The order has all
# be found before the first is written: the planner reads a table that is empty yet from end to end, and it grows.
_INSERT = f"""
INSERT INTO relationships_delivery
    (kind, key, follow_up_id, client_id, facts, user_id, channel, due_on, send_at, status, attempts, sent_at, error,
     message_id)
SELECT told.kind, told.key, told.follow_up_id, told.client_id, told.facts, r.id, channel.name, told.due_on,
       CASE channel.name WHEN 'in_app' THEN %(now)s WHEN 'instant' THEN r.mail_at
           ELSE CASE WHEN told.since <= r.last_digest_at AND NOT r.has_had_mail THEN r.last_digest_at
               ELSE r.digest_at END END,
       CASE channel.name WHEN 'in_app' THEN 'sent' ELSE 'pending' END, 0,
       CASE channel.name WHEN 'in_app' THEN %(now)s END, '', gen_random_uuid()
FROM told JOIN readers r ON r.id = told.reader_id
CROSS JOIN (VALUES ('in_app'), ('digest'), ('instant')) AS channel(name)
WHERE (channel.name = 'in_app' OR {_WANTED.format(channel="channel.name", kind="told.kind")})
  AND NOT EXISTS (
      SELECT FROM relationships_delivery d
      WHERE d.user_id = r.id AND d.channel = channel.name AND d.kind = told.kind AND d.key = told.key)
ORDER BY told.key, r.id, channel.name
ON CONFLICT (user_id, channel, kind, key) DO NOTHING
"""

# Open and due for whoever does it, or for their substitute while they are away.
FOLLOW_UPS = f"""{_WITH}, told AS (
    SELECT CASE WHEN {_IS_RED} THEN 'key_red' ELSE 'follow_up' END AS kind, f.id || ':' || f.due_on AS key,
           f.id AS follow_up_id, f.client_id, f.due_on, r.id AS reader_id,
           CASE WHEN away.person_id IS NULL THEN '{{}}' ELSE jsonb_build_object('for', person.name) END AS facts,
           CASE WHEN away.person_id IS NULL AND EXISTS (
                    SELECT FROM relationships_delivery d WHERE d.follow_up_id = f.id) THEN %(now)s  -- handed on, moved
                ELSE greatest(f.created_at, f.due_on::timestamp AT TIME ZONE r.time_zone,
                              away.first_day::timestamp AT TIME ZONE person.time_zone) END AS since
    FROM relationships_followup f
    JOIN accounts_user person ON person.id = f.assignee_id
    LEFT JOIN away ON away.person_id = f.assignee_id
    JOIN readers r ON r.id = {_READER_OF_FOLLOW_UP}
    WHERE f.status = 'open' AND f.due_on <= %(last_day)s AND f.due_on <= r.day
){_INSERT}"""

ESCALATIONS = f"""{_WITH}, told AS (
    SELECT 'escalation' AS kind, e.id::text AS key, f.id AS follow_up_id, f.client_id,
           (e.at AT TIME ZONE r.time_zone)::date AS due_on, r.id AS reader_id,
           jsonb_build_object('step', e.step, 'person', whose.name, 'due_on', f.due_on) AS facts, e.at AS since
    FROM relationships_escalation e
    JOIN relationships_followup f ON f.id = e.follow_up_id AND f.status = 'open'
    JOIN accounts_user whose ON whose.id = f.assignee_id
    JOIN readers r ON r.id = e.to_id
    WHERE e.ended_at IS NULL
){_INSERT}"""

COVERS = f"""{_WITH}, told AS (
    SELECT 'cover' AS kind, away.absence_id::text AS key, NULL::bigint AS follow_up_id, NULL::bigint AS client_id,
           away.first_day AS due_on, away.substitute_id AS reader_id,
           jsonb_build_object('person', gone.name, 'last_day', away.last_day,
               'clients', (SELECT count(*) FROM clients_assignment lead
                           JOIN clients_client c ON c.id = lead.client_id AND c.status = 'active'
                           WHERE lead.user_id = gone.id AND lead.role = 'lead' AND lead.ended_at IS NULL),
               'due', (SELECT count(*) FROM relationships_followup f
                       WHERE f.assignee_id = gone.id AND f.status = 'open'
                         AND f.due_on <= (%(now)s AT TIME ZONE gone.time_zone)::date)) AS facts,
           away.first_day::timestamp AT TIME ZONE gone.time_zone AS since
    FROM away JOIN accounts_user gone ON gone.id = away.person_id
){_INSERT}"""

# For a week after the last day; who goes away again is told when they are back for good.
RETURNS = f"""{_WITH}, told AS (
    SELECT 'returned' AS kind, a.id::text AS key, NULL::bigint AS follow_up_id, NULL::bigint AS client_id,
           a.last_day + 1 AS due_on, r.id AS reader_id,
           jsonb_build_object('person', other.name, 'first_day', a.first_day, 'last_day', a.last_day) AS facts,
           (a.last_day + 1)::timestamp AT TIME ZONE r.time_zone AS since
    FROM accounts_absence a
    JOIN accounts_user other ON other.id = a.substitute_id
    JOIN readers r ON r.id = a.person_id AND NOT r.is_away
    WHERE a.cancelled_at IS NULL AND a.last_day < r.day AND a.last_day >= r.day - %(told_after_leave_days)s
){_INSERT}"""

# Who answers for people with something late on the first working day of their week and has not been told this week.
# `overdue_of_team` then says what of it is theirs. Each person's first late day stands for all of theirs, and only
# those who answer for others are looked at: else everybody is compared with everything that is late.
WEEKLY_READERS = f"""{_WITH}, late AS MATERIALIZED (
    SELECT late.id, team.lead_id, team.region, min(f.due_on) AS first_day
    FROM relationships_followup f
    JOIN accounts_user late ON late.id = f.assignee_id LEFT JOIN accounts_team team ON team.id = late.team_id
    WHERE f.status = 'open' AND f.due_on < %(last_day)s
    GROUP BY late.id, team.lead_id, team.region
)
SELECT r.id, r.week_from FROM readers r JOIN accounts_user u ON u.id = r.id
WHERE r.week_from <= r.day AND NOT r.is_away
  AND (u.role = 'admin' OR r.id IN (SELECT lead_id FROM accounts_team UNION SELECT manager_id FROM accounts_team))
  AND NOT EXISTS (
      SELECT FROM relationships_delivery d
      WHERE d.user_id = r.id AND d.channel = 'in_app' AND d.kind = 'weekly'
        AND d.key = date_trunc('week', r.day)::date::text)
  AND EXISTS (
      SELECT FROM late
      WHERE late.first_day < r.week_from AND late.id <> r.id
        AND (u.role = 'admin' OR late.lead_id = r.id OR late.region IN (
            SELECT own.region FROM accounts_team own WHERE own.manager_id = r.id)))
"""

WEEKLY = f"""{_WITH}, told AS (
    SELECT 'weekly' AS kind, date_trunc('week', r.day)::date::text AS key, NULL::bigint AS follow_up_id,
           NULL::bigint AS client_id, date_trunc('week', r.day)::date AS due_on, r.id AS reader_id,
           jsonb_build_object('count', late.count, 'people', late.people) AS facts,
           r.week_from::timestamp AT TIME ZONE r.time_zone AS since
    FROM readers r
    JOIN unnest(%(late_readers)s::bigint[], %(late_counts)s::int[], %(late_people)s::int[])
         AS late(reader_id, count, people) ON late.reader_id = r.id
){_INSERT}"""

# Delivery rows with what they tell of. `away` is whoever would have read it.
_TOLD_OF = """relationships_delivery d
    LEFT JOIN readers r ON r.id = d.user_id
    LEFT JOIN relationships_followup f ON f.id = d.follow_up_id
    LEFT JOIN relationships_escalation e ON e.id = CASE WHEN d.kind = 'escalation' THEN d.key::bigint END
    LEFT JOIN accounts_absence a ON a.id = CASE WHEN d.kind IN ('cover', 'returned') THEN d.key::bigint END
    LEFT JOIN away ON away.person_id = coalesce(e.to_id, f.assignee_id)"""

# Whether a mail that waits is still to be sent to its reader. Never NULL.
_STILL_SO = f"""coalesce({_WANTED.format(channel="d.channel", kind="d.kind")} AND CASE d.kind
    WHEN 'escalation' THEN e.ended_at IS NULL AND f.status = 'open' AND e.to_id = d.user_id
    WHEN 'cover' THEN a.id IN (SELECT absence_id FROM away) AND a.substitute_id = d.user_id
    WHEN 'returned' THEN a.cancelled_at IS NULL AND a.person_id = d.user_id AND a.last_day < r.day
    WHEN 'weekly' THEN d.due_on > r.day - 7
    ELSE f.status = 'open' AND f.due_on = d.due_on AND f.due_on <= r.day AND {_READER_OF_FOLLOW_UP} = d.user_id
         AND {_IS_RED} = (d.kind = 'key_red') END, false)"""

# Mail that waits for something that is no longer so: closed, moved, handed on, ended, not wanted any more, or its
# reader has left.
_OVER = f"""over AS (
    SELECT d.id FROM {_TOLD_OF}
    WHERE d.channel <> 'in_app' AND d.status IN {{states}} AND {{whose}} AND NOT {_STILL_SO}
)
DELETE FROM relationships_delivery d WHERE d.id = ANY(ARRAY(SELECT id FROM over)) AND d.status IN {{states}}"""


def _drop(states, whose):
    return _OVER.replace("{states}", states).replace("{whose}", whose)


DROP = f"{_WITH}, " + _drop("('pending', 'failed')", "true")
# Of people whose locks are held: what is in `sending` was left behind by a worker that died.
DROP_OF = f"{_WITH_FEW}, " + _drop("('pending', 'failed', 'sending')", "d.user_id = ANY(%(only)s)")

# Of people whose locks are held: planned for the morning's mail while that was on its way already, so that planning
# could not see it sent. It waits for the next one; a mail that was tried before may leave others behind and counts not.
MISSED_OF = f"""{_WITH_FEW}
UPDATE relationships_delivery d SET send_at = r.digest_at FROM readers r
WHERE r.id = d.user_id AND d.channel = 'digest' AND d.status = 'pending' AND d.attempts = 0
  AND d.send_at <= r.last_digest_at AND d.id > (
      SELECT max(mail.id) FROM relationships_delivery mail
      WHERE mail.user_id = d.user_id AND mail.channel = 'digest' AND mail.status = 'sent' AND mail.attempts = 1
        AND mail.send_at >= r.last_digest_at)"""

STILL_SO = f"""{_WITH_FEW} SELECT d.id FROM {_TOLD_OF} WHERE d.id = ANY(%(deliveries)s) AND {_STILL_SO}"""

# What was told in Tend and is over counts at no bell. Whoever is away finds theirs when they are back; what was told
# by a clock that was ahead keeps until its day.
READ = f"""{_WITH}, over AS (
    SELECT d.id FROM {_TOLD_OF}
    WHERE d.channel = 'in_app' AND d.read_at IS NULL AND r.id IS NOT NULL AND CASE d.kind
        WHEN 'escalation' THEN e.ended_at IS NOT NULL OR f.status <> 'open'
            OR d.user_id <> e.to_id
        WHEN 'cover' THEN a.cancelled_at IS NOT NULL OR a.substitute_id <> d.user_id OR a.last_day < r.day
        WHEN 'returned' THEN a.cancelled_at IS NOT NULL
        WHEN 'weekly' THEN d.due_on <= r.day - 7
        WHEN 'mention' THEN false
        ELSE f.status <> 'open' OR f.due_on <> d.due_on OR {_IS_RED} <> (d.kind = 'key_red')
            OR d.user_id NOT IN (f.assignee_id, {_READER_OF_FOLLOW_UP}) END
)
UPDATE relationships_delivery d SET read_at = %(now)s
WHERE d.id = ANY(ARRAY(SELECT id FROM over)) AND d.read_at IS NULL"""

# Waits for a moment that is not the next one any more: the clock was ahead when it was planned, or its reader has
# another zone or other wishes since. A pause after a failure ends no later than one that began now, whatever the clock
# said when it began.
_NEXT = """CASE WHEN d.status = 'failed' THEN least(d.send_at,
                 %(now)s + (%(pauses)s::interval[])[least(greatest(d.attempts, 1), %(pauses_known)s)])
             WHEN d.channel = 'instant' THEN r.mail_at ELSE r.digest_at END"""
RETIME = f"""
UPDATE relationships_delivery d SET send_at = {_NEXT} FROM readers r
WHERE r.id = d.user_id AND d.channel <> 'in_app' AND d.status IN ('pending', 'failed') AND d.send_at > %(now)s
  AND d.send_at <> {_NEXT}"""

# People whom mail waits for, those whose mail failed before at the end; and whom mail may reach now.
WAITING = """
SELECT d.user_id FROM relationships_delivery d
WHERE d.channel <> 'in_app' AND (d.status IN ('pending', 'failed') AND d.send_at <= %(now)s OR d.status = 'sending')
GROUP BY d.user_id ORDER BY bool_or(d.attempts > 0), d.user_id"""
WITHIN_REACH = f"{_WITH_FEW} SELECT r.id FROM readers r WHERE r.is_open AND NOT r.is_away"
