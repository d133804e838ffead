"""The demo's tags on clients, and the views of the client list that its people saved."""

import random

from clients.models import ClientTag
from clients.services.saved_views import save_view
from clients.services.tags import tag_named

SEED = 2_029
# A tag and the share of clients that have it, by the language their lead writes to them in.
TAGS = {
    True: [("Quà Tết", 0.45), ("Hay trả chậm", 0.15), ("Mời hội thảo", 0.25), ("Giới thiệu khách mới", 0.12)],
    False: [("Newsletter", 0.4), ("Reference", 0.15), ("Roadshow 2027", 0.25), ("Price sensitive", 0.12)],
}
# Whose, its name, what it shows, whether the team has it too.
VIEWS = [
    ("am", "Going silent", "silent=1&sort=last&cols=health.lead.last.due.next", False),
    ("am", "Worst health first", "sort=health", False),
    (
        "senior",
        "Nguy cơ, theo doanh thu",
        "band=at_risk&sort=-revenue&cols=health.lead.last.next.revenue.change",
        True,
    ),
    ("am2", "Sắp hết hợp đồng", "sort=-revenue&cols=health.last.next.ends.revenue.change", False),
    ("kam", "Growing and shrinking", "sort=-revenue&cols=health.tags.last.next.revenue.change", False),
    ("manager", "Key clients", "segment=key&sort=-revenue&cols=health.lead.last.ends.issues.revenue", False),
]


def create_lists(firms, users):
    """Writes tags and saved views; returns (tags on clients, views)."""
    rng, rows = random.Random(SEED), []  # of its own, so that the rest of the book stays as it was
    tags = {name: tag_named(name) for shares in TAGS.values() for name, _share in shares}
    for firm in firms:
        if firm.lead is None or firm.profile == "lost":
            continue
        chosen = [tags[name] for name, share in TAGS[firm.is_vietnamese] if rng.random() < share]
        rows += [ClientTag(client=firm.row, tag=tag, added_by=users[firm.lead]) for tag in chosen]
    ClientTag.objects.bulk_create(rows)
    for owner, name, query, is_shared in VIEWS:
        save_view(owner=users[owner], name=name, query=query, is_shared=is_shared, is_pinned=True)
    return len(rows), len(VIEWS)
