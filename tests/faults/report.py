"""The table of a run, in Markdown."""

HEAD = (
    "Fault",
    "What was done",
    "Due",
    "Lost",
    "In-app doubled",
    "Follow-ups doubled",
    "Mails",
    "Mails doubled (same Message-ID)",
    "Told by two mails",
    "Web: requests, failed, slowest",
    "All arrived after",
    "Verdict",
)


def table(outcomes):
    lines = [HEAD, ["---"] * len(HEAD), *(cells(outcome) for outcome in outcomes)]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def cells(outcome):
    told = outcome.told
    web = f"{outcome.requests:,}, {outcome.failed}, {outcome.slowest:.1f} s" if outcome.requests else "–"
    arrived = "never" if outcome.seconds is None else f"{outcome.seconds:.0f} s"
    verdict = "; ".join(outcome.complaints) or "survived"
    notes = "".join(f" ({note})" for note in outcome.notes)
    return (
        outcome.fault,
        outcome.done.replace("|", "/") + notes,
        f"{told.due:,}",
        told.lost,
        told.in_app_doubled,
        told.follow_ups_doubled,
        f"{told.mails:,}",
        told.mails_doubled,
        told.told_twice,
        web,
        arrived,
        verdict,
    )
