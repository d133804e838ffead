"""What each rule of the care after the signature wants open, as SQL that repeats `followups.care_rules`.

Here the rules about deliveries, contracts, money, issues, requests, terms and growth; `care_select_client` has those
about the client as a whole and its people. See `care_part` for the columns.
"""

from relationships.followups.care_part import LOCAL_DAY, part
from relationships.followups.care_select_client import CLIENT_PARTS

_DELIVERY = [
    part(
        "kick_off",
        "clients_intake t",
        "t.kicked_off_on IS NULL",
        kind="'meeting'",
        day="t.kick_off_by",
        made_on=LOCAL_DAY.format("t.created_at"),
        key="t.kick_off_by::text",
        facts={"name": "t.sold_by", "day": "t.kick_off_by"},
    ),
    part(
        "commitment",
        "clients_commitment t",
        "t.status = 'open' AND t.due_on IS NOT NULL",
        kind="'task'",
        day="t.due_on",
        made_on=LOCAL_DAY.format("t.created_at"),
        key="t.due_on::text",
        facts={"text": "t.text", "day": "t.due_on"},
    ),
    part(
        "milestone",
        "clients_milestone t JOIN clients_contract c ON c.id = t.contract_id",
        "t.done_on IS NULL AND t.accepted_on IS NULL AND t.due_on <= %(milestones_by)s AND c.state = 'signed'",
        whom="'person'",
        person_id="t.owner_id",
        kind="'task'",
        day="t.due_on",
        made_on=LOCAL_DAY.format("t.created_at"),
        key="'deliver:' || t.due_on",
        facts={
            "step": "'deliver'",
            "title": "t.title",
            "day": "t.due_on",
            "number": "c.number",
            "contract_id": "c.id",
        },
    ),
    part(
        "milestone",
        "clients_milestone t JOIN clients_contract c ON c.id = t.contract_id",
        "t.done_on < %(accept_before)s AND t.accepted_on IS NULL AND c.state IN ('signed', 'ended')",
        day="t.done_on",
        shift="%(accept_shift)s",
        key="'accept:' || t.done_on",
        facts={
            "step": "'accept'",
            "title": "t.title",
            "day": "t.done_on",
            "number": "c.number",
            "contract_id": "c.id",
        },
    ),
]

# The contracts after this one: whether one took its place, was lost, or is being prepared.
_AFTER = """LEFT JOIN LATERAL (
        SELECT bool_or(r.state IN ('signed', 'ended')) AS renewed, bool_or(r.state = 'lost') AS lost,
               max(r.number) FILTER (WHERE r.state = 'draft') AS draft
        FROM clients_contract r WHERE r.renews_id = t.id
    ) after ON true"""
_NOT_OVER = """t.state = 'signed' AND after.renewed IS NOT TRUE
      AND (after.lost IS NOT TRUE OR after.draft IS NOT NULL)"""
# One that renews by itself does so unless somebody gave notice or prepares another renewal.
_RENEWS_ITSELF = "t.auto_renews AND t.notice_given_on IS NULL AND after.draft IS NULL"
_CONTRACT = {
    "number": "t.number",
    "title": "t.title",
    "amount": "t.value::text",
    "currency": "t.currency",
    "ends_on": "t.ends_on",
    "draft": "after.draft",
}
_CONTRACTS = [
    part(
        "renewal",
        f"""clients_contract t {_AFTER}
    CROSS JOIN LATERAL (
        SELECT CASE WHEN t.ends_on < %(today)s THEN 'expired' WHEN t.ends_on <= %(today)s + %(renewal_30)s THEN '30'
                    WHEN t.ends_on <= %(today)s + %(renewal_60)s THEN '60' ELSE '90' END AS name
    ) step""",
        f"""t.ends_on BETWEEN %(expired_from)s AND %(renewals_by)s
      AND NOT ({_RENEWS_ITSELF}) AND {_NOT_OVER}""",
        kind="CASE step.name WHEN '90' THEN 'meeting' ELSE 'call' END",
        day="""t.ends_on - CASE step.name
            WHEN 'expired' THEN -1 WHEN '30' THEN %(renewal_30)s WHEN '60' THEN %(renewal_60)s
            ELSE %(renewal_90)s END""",
        shift="0",
        key="step.name || ':' || t.ends_on",
        facts={"step": "step.name"} | _CONTRACT,
    ),
    part(
        "renewal",
        f"clients_contract t {_AFTER}",
        f"""t.ends_on >= %(today)s AND t.ends_on - t.notice_days <= %(windows_by)s
      AND {_RENEWS_ITSELF} AND {_NOT_OVER}""",
        kind="'task'",
        day="t.ends_on - t.notice_days",
        key="'auto:' || t.ends_on",
        facts={"step": "'auto'", "day": "t.ends_on - t.notice_days"} | _CONTRACT,
    ),
]

# What is late of each client and collected now: neither disputed nor promised for a day to come. A promise that names
# no invoice covers the client's whole debt in its currency.
_LATE = """(
        SELECT late.client_id, late.client_id AS id, min(late.due_on) AS due_on, sum(late.number)::int AS count,
               jsonb_object_agg(late.currency, late.amount::text) AS amounts
        FROM (
            SELECT i.client_id, i.currency, min(i.due_on) AS due_on, count(*) AS number, sum(i.outstanding) AS amount
            FROM (  -- by itself: read in the order of the groups, it was one range of the index for each client
                SELECT id, client_id, currency, due_on, outstanding FROM clients_invoice i
                WHERE {invoices} AND outstanding > 0 AND due_on < %(today)s
                  AND (disputed_on IS NULL OR dispute_settled_on IS NOT NULL)
                OFFSET 0
            ) i
            WHERE NOT EXISTS (
                  SELECT FROM clients_paymentpromise p
                  WHERE {promises} AND p.client_id = i.client_id AND p.status = 'open' AND p.promised_for >= %(today)s
                    AND (p.invoice_id = i.id OR p.invoice_id IS NULL AND p.currency = i.currency))
            GROUP BY i.client_id, i.currency
        ) late GROUP BY late.client_id
    ) t"""
_MONEY = [
    part(
        "collection",
        f"""{_LATE}
    CROSS JOIN LATERAL (
        SELECT s.days_late, s.action FROM clients_dunningstep s
        WHERE s.days_late <= %(today)s - t.due_on ORDER BY s.days_late DESC LIMIT 1
    ) step
    CROSS JOIN LATERAL (
        SELECT i.id, i.number FROM clients_invoice i
        WHERE i.client_id = t.client_id AND i.due_on = t.due_on AND i.outstanding > 0
          AND (i.disputed_on IS NULL OR i.dispute_settled_on IS NOT NULL)
        ORDER BY i.id LIMIT 1
    ) oldest""",
        "true",
        subject_id="0::bigint",
        whom="CASE step.action WHEN 'escalate' THEN 'above the collector' ELSE 'collector' END",
        kind="CASE step.action WHEN 'remind' THEN 'email' ELSE 'call' END",
        day="t.due_on + step.days_late",
        shift="0",
        key="step.days_late::text",
        since="t.due_on + step.days_late",
        facts={
            "step": "step.action",
            "count": "t.count",
            "amounts": "t.amounts",
            "number": "oldest.number",
            "invoice_id": "oldest.id",
            "day": "t.due_on",
        },
    ),
    part(
        "promise",
        """clients_paymentpromise t LEFT JOIN clients_contact k ON k.id = t.contact_id
    LEFT JOIN clients_invoice i ON i.id = t.invoice_id""",
        "t.status = 'broken' AND t.settled_on IS NULL",
        whom="'collector'",
        day="coalesce(t.broken_on, t.promised_for + 1)",
        key="t.promised_for::text",
        facts={
            "amount": "t.amount::text",
            "currency": "t.currency",
            "day": "t.promised_for",
            "who": "k.name",
            "number": "i.number",
            "invoice_id": "i.id",
        },
    ),
]

# The next moment that an issue is due; it may have passed.
_CLOCKS = f"""clients_issue t
    CROSS JOIN LATERAL (
        SELECT least(CASE WHEN t.first_responded_at IS NULL THEN t.response_due_at END, t.resolution_due_at) AS due_at
    ) next
    CROSS JOIN LATERAL (
        SELECT {LOCAL_DAY.format("next.due_at")} AS due_on, next.due_at < %(now)s AS missed,
               CASE WHEN t.first_responded_at IS NULL AND next.due_at = t.response_due_at
                    THEN 'response' ELSE 'resolution' END AS clock
    ) its
    CROSS JOIN LATERAL (
        SELECT CASE WHEN its.missed AND its.due_on < %(manager_before)s THEN 'manager'
                    WHEN its.missed AND its.due_on < %(senior_before)s THEN 'senior' ELSE its.clock END AS name
    ) step"""
_ISSUES = [
    part(
        "issue",
        _CLOCKS,
        "t.status = 'open' AND its.due_on <= %(issues_by)s",
        whom="CASE WHEN step.name IN ('senior', 'manager') THEN step.name ELSE 'lead' END",
        day="its.due_on",
        shift="CASE step.name WHEN 'manager' THEN %(manager_shift)s WHEN 'senior' THEN %(senior_shift)s ELSE -1 END",
        key="step.name || ':' || extract(epoch FROM next.due_at)::bigint",
        facts={
            "step": "step.name",
            "title": "t.title",
            "severity": "t.severity",
            "clock": "its.clock",
            "at": "next.due_at",
        },
    ),
    part(
        "issue",
        f"clients_issue t CROSS JOIN LATERAL (SELECT {LOCAL_DAY.format('t.resolved_at')} AS day) resolved",
        "t.status = 'resolved' AND t.satisfaction IS NULL AND resolved.day >= %(rated_from)s",
        day="resolved.day",
        shift="%(satisfaction_shift)s",
        key="'satisfaction:' || t.reopened || ':' || resolved.day",
        facts={
            "step": "'satisfaction'",
            "title": "t.title",
            "severity": "t.severity",
            "day": "resolved.day",
        },
    ),
]

_REQUEST = "clients_internalrequest t JOIN accounts_department d ON d.id = t.department_id"
_DEPARTMENT = {"department": "d.name", "department_vi": "d.name_vi", "text": "t.what"}
_REQUESTS = [
    part(
        "request",
        _REQUEST,
        "t.state IN ('open', 'taken') AND t.due_on < %(today)s",
        whom="'person'",
        person_id="t.asked_by_id",
        kind="'task'",
        day="t.due_on + 1",
        shift="0",
        key="'late:' || t.due_on",
        facts={"step": "'late'", "day": "t.due_on"} | _DEPARTMENT,
    ),
    part(
        "request",
        f"""{_REQUEST} CROSS JOIN LATERAL (SELECT {LOCAL_DAY.format("t.closed_at")} AS day) closed
    LEFT JOIN LATERAL (
        SELECT left(a.text, 200) AS text FROM clients_requestanswer a
        WHERE a.request_id = t.id AND a.author_id IS DISTINCT FROM t.asked_by_id
        ORDER BY a.created_at DESC, a.id DESC LIMIT 1
    ) answer ON true""",
        "t.state IN ('done', 'declined') AND closed.day >= %(told_from)s",
        whom="'person'",
        person_id="t.asked_by_id",
        day="closed.day",
        shift="0",
        key="'answered:' || closed.day",
        facts={"step": "'answered'", "state": "t.state", "day": "closed.day", "answer": "answer.text"}
        | _DEPARTMENT,
    ),
]

_TERMS = """clients_approval t LEFT JOIN clients_contract c ON c.id = t.contract_id
    LEFT JOIN clients_deal d ON d.id = t.deal_id LEFT JOIN clients_product p ON p.id = d.product_id"""
_WISH = {
    "title": "coalesce(c.title, nullif(d.title, ''), p.name)",
    "number": "c.number",
    "discount": "t.discount_percent::text",
    "days": "t.payment_days",
}
_APPROVALS = [
    part(
        "approval",
        f"""{_TERMS} LEFT JOIN accounts_user asker ON asker.id = t.asked_by_id
    JOIN led ON led.client_id = t.client_id
    CROSS JOIN LATERAL (SELECT {LOCAL_DAY.format("t.asked_at")} AS day) asked""",
        "t.status = 'pending'",
        whom="'decider'",
        # The senior where their own tier covers it, else the manager, else an admin; never who asked.
        person_id="""coalesce(
        CASE WHEN led.senior_discount >= t.discount_percent AND led.senior_days >= t.payment_days
             THEN nullif(led.senior_id, t.asked_by_id) END,
        nullif(led.manager_id, t.asked_by_id),
        (SELECT min(id) FROM accounts_user
         WHERE role = 'admin' AND is_active AND id IS DISTINCT FROM t.asked_by_id))""",
        kind="'task'",
        day="asked.day",
        shift="0",
        key="'pending'",
        facts={"step": "'pending'", "name": "asker.name", "reason": "t.reason"} | _WISH,
    ),
    part(
        "approval",
        f"""{_TERMS} LEFT JOIN accounts_user decider ON decider.id = t.decided_by_id
    CROSS JOIN LATERAL (SELECT {LOCAL_DAY.format("t.decided_at")} AS day) decided""",
        "t.status IN ('approved', 'declined') AND decided.day >= %(told_from)s",
        whom="'person'",
        person_id="t.asked_by_id",
        kind="'task'",
        day="decided.day",
        shift="0",
        key="'decided'",
        facts={"step": "t.status", "name": "decider.name", "reason": "t.answer", "day": "decided.day"}
        | _WISH,
    ),
]

_GROWTH = [
    part(
        "deal",
        "clients_deal t JOIN clients_product p ON p.id = t.product_id",
        "t.stage IN ('open', 'proposal', 'negotiation') AND t.expected_on < %(today)s",
        whom="'person'",
        person_id="t.owner_id",
        day="t.expected_on + 1",
        shift="0",
        key="t.expected_on::text",
        facts={
            "title": "coalesce(nullif(t.title, ''), p.name)",
            "amount": "t.amount::text",
            "currency": "t.currency",
            "day": "t.expected_on",
            "next_step": "nullif(t.next_step, '')",
        },
    ),
    part(
        "advice",
        "clients_advice t",
        "t.answer = 'waiting' AND t.given_on <= %(advice_by)s",
        whom="'person'",
        person_id="t.author_id",
        day="t.given_on + %(advice_days)s",
        shift="0",
        key="t.given_on::text",
        facts={"text": "left(t.recommendation, 200)", "day": "t.given_on"},
    ),
]

_PARTS = (*_DELIVERY, *_CONTRACTS, *_MONEY, *_ISSUES, *_REQUESTS, *_APPROVALS, *_GROWTH, *CLIENT_PARTS)


def wished(scope):
    """All parts for the clients of `scope`, a condition with the column's place in it: "{id} = ANY(…)"."""
    columns = {"scope": "t.client_id", "invoices": "i.client_id", "promises": "p.client_id"}
    limits = {name: scope.format(id=column) for name, column in columns.items()}
    return " UNION ALL ".join(sql.format(**limits) for sql in _PARTS)
