"""What has reached the readers, asked of the database by SQL and of what the mail server wrote down."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass

import psycopg

IN_APP = """
SELECT f.id, count(d.id) FROM unnest(%s::bigint[]) AS f(id)
LEFT JOIN relationships_delivery d
  ON d.follow_up_id = f.id AND d.channel = 'in_app' AND d.kind = 'follow_up' AND d.status = 'sent'
GROUP BY f.id
"""
MAIL_SENT = """
SELECT DISTINCT follow_up_id FROM relationships_delivery
WHERE channel = 'digest' AND status = 'sent' AND follow_up_id = ANY(%s)
"""
# More than one follow-up for the same thing, whether open or closed: nobody asked for any of them twice.
FOLLOW_UPS_DOUBLED = """
SELECT count(*) - count(DISTINCT (f.client_id, f.rule, f.reason, f.subject_id))
FROM relationships_followup f JOIN clients_assignment a ON a.client_id = f.client_id
WHERE a.user_id = ANY(%s)
"""
WAITING = """
SELECT status, count(*), max(attempts), min(left(error, 70)), round(max(extract(epoch FROM send_at - now())))::int
FROM relationships_delivery WHERE channel = 'digest' AND user_id = ANY(%s) GROUP BY status ORDER BY status
"""


@dataclass
class Told:
    """What a crowd has heard: `lost` counts follow-ups that a bell or a mail should have told and did not."""

    due: int
    lost: int
    in_app_doubled: int
    follow_ups_doubled: int
    mails: int
    mails_doubled: int  # the same Message-ID again
    told_twice: int  # a follow-up told to its reader by mails of different Message-IDs


class Measure:
    def __init__(self, url, mail_folder):
        self.url, self.mails_file = url, mail_folder / "mails"

    def rows(self, query, *values, seconds=60):
        """The rows of a query on a connection of its own; waits for a server that is away."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(self.url, connect_timeout=5, autocommit=True) as connection:
                    return connection.execute(query, values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def value(self, query, *values):
        return self.rows(query, *values)[0][0]

    def mails(self, crowd=None):
        """The mails taken by the server, those to a crowd where one is given."""
        if not self.mails_file.exists():
            return []
        lines = self.mails_file.read_text().split("\n")[:-1]
        mails = [json.loads(line) for line in lines]
        if crowd is None:
            return mails
        addresses = {user.email for user in crowd.users}
        return [mail for mail in mails if addresses & set(mail["to"])]

    def missing(self, crowd):
        """(ids without an in-app row, ids that no mail has told or whose row does not say so)."""
        ids = list(crowd.due)
        in_app = {pk for pk, count in self.rows(IN_APP, ids) if not count}
        mailed = {pk for pk, due in crowd.due.items() if due.mailed}
        if not mailed:
            return in_app, set()
        sent = {pk for (pk,) in self.rows(MAIL_SENT, list(mailed))}
        heard = {(to, code) for mail in self.mails(crowd) for to in mail["to"] for code in mail["tells"]}
        addresses = {user.pk: user.email for user in crowd.users}
        unheard = {pk for pk in mailed if (addresses[crowd.due[pk].user_id], crowd.due[pk].code) not in heard}
        return in_app, (mailed - sent) | unheard

    def told(self, crowd):
        in_app, by_mail = self.missing(crowd)
        counts = dict(self.rows(IN_APP, list(crowd.due)))
        mails = self.mails(crowd)
        ids = Counter(mail["id"] for mail in mails)
        return Told(
            due=len(crowd.due),
            lost=len(in_app | by_mail),
            in_app_doubled=sum(count - 1 for count in counts.values() if count > 1),
            follow_ups_doubled=self.value(FOLLOW_UPS_DOUBLED, crowd.user_ids),
            mails=len(mails),
            mails_doubled=len(mails) - len(ids),
            told_twice=told_twice(mails),
        )

    def states(self, crowd):
        """The crowd's mail rows by state, as text: how many, the most attempts, an error, the next attempt."""
        rows = self.rows(WAITING, crowd.user_ids)
        parts = []
        for status, count, attempts, error, seconds in rows:
            text = f"{count} {status}"
            if status == "failed":
                text += f" (attempts up to {attempts}, next within {seconds} s, “{error}”)"
            parts.append(text)
        return ", ".join(parts) or "no mail rows"


def told_twice(mails):
    """How many (reader, follow-up) came in mails of more than one Message-ID."""
    by_reader = defaultdict(set)
    for mail in mails:
        for to in mail["to"]:
            for code in mail["tells"]:
                by_reader[to, code].add(mail["id"])
    return sum(len(ids) - 1 for ids in by_reader.values())
