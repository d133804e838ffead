"""The demo's plans for key and major clients: what is meant to be done, what for, by when."""

import datetime
import random

from accounts.models import Segment
from relationships.models import PlanAction, PlanActionState

from .stories import EN, VI

SEED = 2_027
# days from today, state
DAYS = (
    (-4, PlanActionState.OPEN),
    (2, PlanActionState.OPEN),
    (21, PlanActionState.OPEN),
    (-30, PlanActionState.DONE),
)
# (what, what for)
ACTIONS = {
    VI: [
        (
            "Mời giám đốc CNTT của khách thăm trung tâm bảo hành",
            "Có thêm một người ủng hộ trong ban giám đốc",
        ),
        ("Lập bảng so sánh chi phí ba năm cho phòng mua hàng", "Gia hạn không phải giảm giá"),
        ("Hẹn buổi đào tạo nâng cao cho đội kỹ thuật của khách", "Giảm số yêu cầu hỗ trợ"),
        ("Giới thiệu gói bảo trì tại chỗ cho chi nhánh mới", "Mở rộng sang chi nhánh thứ hai"),
        ("Rà soát danh mục thiết bị sắp hết bảo hành", "Chuẩn bị kế hoạch thay thế năm sau"),
    ],
    EN: [
        ("Invite their head of IT to the service centre", "A second supporter in the board"),
        ("Compare three years of cost for their procurement", "A renewal without a discount"),
        ("Plan advanced training for their technical team", "Fewer calls for support"),
        ("Show on-site maintenance to the new branch", "The second branch buys from us as well"),
        ("List the equipment whose warranty ends soon", "A plan of replacements for next year"),
    ],
}


def create_actions(firms, users, today):
    """Writes the actions of the clients that somebody leads and returns how many."""
    rng = random.Random(SEED)  # of its own, so that the rest of the book stays as it was
    rows = []
    for firm in firms:
        if firm.lead is None or firm.profile == "lost" or firm.segment == Segment.STANDARD:
            continue
        texts = rng.sample(ACTIONS[VI if firm.is_vietnamese else EN], 4 if firm.segment == Segment.KEY else 2)
        for (what, goal), (days, state) in zip(texts, rng.sample(DAYS, len(texts)), strict=True):
            rows.append(
                _action(firm, users[firm.lead], what, goal, today + datetime.timedelta(days=days), state)
            )
    return len(PlanAction.objects.bulk_create(rows))


def _action(firm, owner, what, goal, due_on, state):
    return PlanAction(
        client=firm.row,
        owner=owner,
        created_by=owner,
        what=what,
        goal=goal,
        due_on=due_on,
        state=state,
        closed_on=None if state == PlanActionState.OPEN else due_on,
    )
