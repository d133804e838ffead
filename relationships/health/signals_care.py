"""Issues, contracts and products of many clients as set-based SQL.

Part of the statement of `health.signals`, which names the parameters. Everything is read as of a day, issues as of a
moment of it, since their clocks count working hours.
"""

import datetime
from functools import lru_cache

from accounts import working_time

from . import scoring
from .sql import evidence, first, recorded

# How far back the clocks are counted: beyond three service levels an issue weighs no more.
CALENDAR_DAYS = 12 * 366

# Working time up to a moment is that of the whole days before it, from the array, and that of its own day. The
# difference of two moments equals `accounts.working_time.working_seconds_between`.
_ISSUES = """
calendar AS MATERIALIZED (
    SELECT %(calendar_from)s::date AS first_day, %(working_days)s::int[] AS before
),
open_issues AS MATERIALIZED (
    SELECT i.client_id, i.id, i.title AS name, i.severity,
        clock.seconds::float8 / greatest(1, i.resolution_hours * 3600)::float8 AS ratio
    FROM clients_issue i
    CROSS JOIN LATERAL (
        SELECT sum(used.seconds) AS seconds,
            (array_agg(r.stopped_for = 'resolved' AND r.stopped_at <= %(known_at)s
                ORDER BY r.started_at DESC))[1] AS is_resolved
        FROM clients_issueclock r
        CROSS JOIN LATERAL (
            SELECT floor(sum(edge.sign * ({a_day} * c.before[edge.day]
                + (c.before[edge.day + 1] - c.before[edge.day]) * ({within})))) AS seconds
            FROM calendar c
            CROSS JOIN LATERAL (
                SELECT sign, local::date - c.first_day + 1 AS day, extract(epoch FROM local::time) AS second
                FROM (
                    SELECT sign, greatest(at AT TIME ZONE %(zone)s, c.first_day::timestamp) AS local
                    FROM (VALUES (-1, r.started_at), (1, {stopped_at})) AS ends(sign, at)
                ) here
            ) edge
        ) used
        WHERE r.issue_id = i.id AND r.started_at <= %(known_at)s
    ) clock
    WHERE i.client_id = ANY(%(ids)s) AND (i.status <> 'resolved' OR i.resolved_at > %(known_at)s) {recorded}
      AND NOT clock.is_resolved
),
troubles AS (
    SELECT client_id, count(*) AS open_issues, count(*) FILTER (WHERE ratio > 1) AS late_issues,
        count(*) FILTER (WHERE {critical_late}) AS critical_late,
        sum({weight}) AS burden, {ids} AS issue_ids, {names} AS issue_names, {weights} AS issue_weights
    FROM (SELECT * FROM open_issues ORDER BY client_id, ({critical_late}) DESC, {weight} DESC, id) open_issues
    GROUP BY client_id
)"""

# A renewal is told by the day it was signed or lost; before that it was a draft since it was made.
_CONTRACTS = """
renewals AS (
    SELECT renews_id AS contract_id,
        bool_or(state IN ('signed', 'ended') AND signed_on <= %(known_on)s {recorded_renewal}) AS renewed,
        bool_or(created_at <= %(known_at)s AND (state = 'draft' OR state = 'lost' AND lost_on > %(known_on)s
            OR state IN ('signed', 'ended') AND signed_on > %(known_on)s)) AS is_open
    FROM clients_contract
    WHERE client_id = ANY(%(ids)s) AND renews_id IS NOT NULL
    GROUP BY renews_id
),
signed AS MATERIALIZED (
    SELECT k.client_id, k.id, k.number AS name, k.value::float8 AS value, k.currency, k.starts_on, k.ends_on,
        k.auto_renews AND (k.notice_given_on IS NULL OR k.notice_given_on > %(known_on)s) AS rolls_on,
        coalesce(r.renewed, false) AS renewed, coalesce(r.is_open, false) AS renewal_open
    FROM clients_contract k
    LEFT JOIN renewals r ON r.contract_id = k.id
    WHERE k.client_id = ANY(%(ids)s) AND k.signed_on <= %(known_on)s {recorded}
      AND (k.state = 'signed' OR k.state = 'ended' AND k.ended_on > %(known_on)s)
),
terms AS (
    SELECT *, ends_on - %(as_of)s AS days,
        CASE WHEN renewed OR rolls_on THEN 100::float8
            WHEN ends_on < %(as_of)s THEN 0::float8
            WHEN renewal_open THEN {open_points} + (100 - {open_points}) * {towards_end}
            ELSE 100 * {towards_end} END AS safety,
        coalesce(ends_on - %(as_of)s BETWEEN -{dropped} AND -{caps_from} AND NOT (renewed OR rolls_on), false)
            AS is_expired,
        ends_on IS NOT NULL AND (rolls_on OR ends_on >= %(as_of)s - {dropped}) AS has_term
    FROM signed
),
pledges AS (
    SELECT client_id,
        count(*) FILTER (WHERE has_term) AS terms,
        avg(safety) FILTER (WHERE has_term) AS safety_alike,
        CASE WHEN min(currency) FILTER (WHERE has_term) = max(currency) FILTER (WHERE has_term)
            THEN sum(safety * value) FILTER (WHERE has_term)
            / nullif(sum(value) FILTER (WHERE has_term), 0) END AS safety_weighed,
        bool_or(starts_on <= %(as_of)s AND (ends_on IS NULL OR ends_on >= %(as_of)s OR rolls_on)) AS any_running,
        {ids} AS contract_ids, {names} AS contract_numbers,
        {safeties} AS safeties, {values} AS contract_values, {renewals} AS renewals_open,
        CASE WHEN min(currency) FILTER (WHERE has_term) = max(currency) FILTER (WHERE has_term)
            THEN nullif(sum(value) FILTER (WHERE has_term), 0) END AS contracts_worth,
        (array_agg(ends_on) FILTER (WHERE has_term))[1] AS worst_ends_on,
        (array_agg(renewed OR rolls_on) FILTER (WHERE has_term))[1] AS worst_secured,
        (array_agg(renewal_open) FILTER (WHERE has_term))[1] AS worst_renewal
    FROM (SELECT * FROM terms ORDER BY client_id, {worst}) terms
    GROUP BY client_id
),
expired AS (
    SELECT client_id, {expired_ids} AS expired_ids, {expired_names} AS expired_numbers, max(ends_on) AS expired_on
    FROM (SELECT * FROM terms WHERE is_expired ORDER BY client_id, ends_on DESC, id) terms
    GROUP BY client_id
)"""

_BREADTH = """
choices AS MATERIALIZED (
    SELECT kind.segment, kind.industry, count(*) AS eligible, array_agg(p.id) AS product_ids
    FROM (SELECT DISTINCT segment, industry FROM scope) kind
    JOIN clients_product p ON p.is_active
        AND (cardinality(p.segments) = 0 OR kind.segment = ANY(p.segments))
        AND (cardinality(p.industries) = 0 OR kind.industry = ANY(p.industries))
    GROUP BY kind.segment, kind.industry
),
bought AS (
    SELECT client_id, product_id FROM clients_deal
    WHERE client_id = ANY(%(ids)s) AND stage = 'won' AND closed_on <= %(known_on)s
    UNION
    SELECT line.client_id, line.product_id FROM clients_contractline line JOIN signed ON signed.id = line.contract_id
    WHERE line.client_id = ANY(%(ids)s)
),
owned AS (
    SELECT bought.client_id, count(*) AS owned
    FROM bought JOIN scope USING (client_id) JOIN choices USING (segment, industry)
    WHERE bought.product_id = ANY(choices.product_ids)
    GROUP BY bought.client_id
)"""

FORMULAS = {
    "issues": "100 * power(2::float8, -least(coalesce(burden, 0), 1000)::float8 / 10)",  # 2^-100 is nothing
    "contract": "CASE WHEN terms > 0 THEN coalesce(safety_weighed, safety_alike) END",
    "breadth": "CASE WHEN eligible > 0 THEN "
    f"100 * least(1, owned / (eligible * {scoring.BREADTH_ENOUGH})::float8) END",
}

CAPS = {
    "critical_issue": "critical_late > 0",
    "contract_expired": "expired_ids IS NOT NULL AND NOT any_running",
}

COLUMNS = """
    tr.open_issues, tr.late_issues, coalesce(tr.critical_late, 0) AS critical_late, tr.burden, tr.issue_ids,
    tr.issue_names, tr.issue_weights,
    pl.terms, pl.safety_alike, pl.safety_weighed, coalesce(pl.any_running, false) AS any_running, pl.contract_ids,
    pl.safeties, pl.contract_values, pl.renewals_open, pl.contracts_worth,
    pl.contract_numbers, pl.worst_ends_on, pl.worst_secured, pl.worst_renewal,
    ex.expired_ids, ex.expired_numbers[1] AS expired_number, ex.expired_on,
    coalesce(o.owned, 0) AS owned, ch.eligible"""

JOINS = """
    LEFT JOIN troubles tr USING (client_id)
    LEFT JOIN pledges pl USING (client_id)
    LEFT JOIN expired ex USING (client_id)
    LEFT JOIN owned o USING (client_id)
    LEFT JOIN choices ch ON ch.segment = scope.segment AND ch.industry = scope.industry"""

FACTS = """
    'issues', CASE WHEN open_issues > 0 THEN jsonb_strip_nulls(jsonb_build_object(
            'open', open_issues, 'late', nullif(late_issues, 0), 'critical_late', nullif(critical_late, 0),
            'issues', issue_ids, 'names', issue_names, 'weights', issue_weights))
        ELSE '{}'::jsonb END,
    'contract', CASE WHEN terms > 0 THEN jsonb_strip_nulls(jsonb_build_object(
            'count', terms, 'ends_on', worst_ends_on, 'secured', nullif(worst_secured, false),
            'renewal', nullif(worst_renewal, false), 'contracts', contract_ids, 'names', contract_numbers,
            'expired', expired_ids, 'expired_number', expired_number, 'expired_on', expired_on,
            'safeties', CASE WHEN safeties[1] < 100 THEN safeties END,
            'worth', CASE WHEN safeties[1] < 100 THEN contracts_worth END,
            'values', CASE WHEN safeties[1] < 100 AND contracts_worth > 0 THEN contract_values END,
            'renewals', CASE WHEN true = ANY(renewals_open) THEN renewals_open END))
        ELSE '{}'::jsonb END,
    'breadth', CASE WHEN eligible > 0 THEN jsonb_build_object('owned', owned, 'eligible', eligible)
        ELSE '{}'::jsonb END"""


def ctes(*, is_now):
    """`troubles`, `pledges`, `owned` and `choices`, with what they need."""
    critical_late = f"severity = {scoring.CRITICAL_SEVERITY} AND ratio > 1"
    weight = f"severity * (1 + least(ratio, {scoring.ISSUE_LATENESS_AT_MOST}))"
    ids, names = evidence("open_issues")
    issues = _ISSUES.format(
        a_day=working_time.SECONDS_A_DAY,
        within=_within_the_day(),
        critical_late=critical_late,
        weight=weight,
        ids=ids,
        names=names,
        weights=first(weight),
        stopped_at="least(r.stopped_at, %(moment)s)"
        if is_now
        else "CASE WHEN r.stopped_at <= %(known_at)s THEN r.stopped_at ELSE %(moment)s END",
        recorded=recorded(is_now, "i"),
    )
    return ",\n".join(part.strip() for part in (issues, _contracts(is_now), _BREADTH))


def _contracts(is_now):
    worst = "safety, renewed OR rolls_on, value DESC, ends_on, id"
    ids, names = evidence("terms", "has_term")
    expired_ids, expired_names = evidence("terms")
    return _CONTRACTS.format(
        open_points=scoring.RENEWAL_OPEN_POINTS,
        towards_end=f"least(1, (ends_on - %(as_of)s) / {scoring.RENEWAL_HORIZON_DAYS}::float8)",
        dropped=scoring.EXPIRED_DROPPED_DAYS,
        caps_from=scoring.EXPIRED_CAPS_FROM_DAYS,
        worst=worst,
        recorded=recorded(is_now, "k"),
        recorded_renewal=recorded(is_now),
        ids=ids,
        names=names,
        safeties=first("safety", "has_term"),
        values=first("value", "has_term"),
        renewals=first("renewal_open AND NOT (renewed OR rolls_on)", "has_term"),
        expired_ids=expired_ids,
        expired_names=expired_names,
    )


def _within_the_day():
    """Working seconds of a working day up to `edge.second`, seconds after midnight."""
    stretches = [[time.hour * 3600 + time.minute * 60 for time in stretch] for stretch in working_time.HOURS]
    return " + ".join(
        f"least(greatest(edge.second - {opens}, 0), {closes - opens})" for opens, closes in stretches
    )


def params(moment):
    """The calendar up to `moment` as the parameters of `ctes`."""
    return _calendar(moment.astimezone(working_time.house_zone()).date())


@lru_cache(maxsize=4)
def _calendar(day):
    """The number of working days before each day, from `calendar_from` to the day after `day`'s next."""
    first = day - datetime.timedelta(days=CALENDAR_DAYS)
    before = [0]
    for number in range(CALENDAR_DAYS + 2):
        before.append(before[-1] + working_time.is_working_day(first + number * working_time.DAY))
    # As text: psycopg would look at each number again for every statement.
    return {"calendar_from": first, "working_days": f"{{{','.join(map(str, before))}}}"}
