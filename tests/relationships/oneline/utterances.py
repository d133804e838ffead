"""What account managers type in one line, and what is meant: written before the parser, and its measure.

It is Friday, 20 November 2026, ten in the morning. `on` is the day of the touch and `at` its time; `next_on` a working
day; `summary` and `next_step` are compared without case and punctuation at the ends. What is not named is not said.
"""

import datetime
import zoneinfo
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """What the parser looks at in a contact."""

    pk: int
    name: str
    given_name: str = ""
    title: str = ""
    role: str = ""


@dataclass(frozen=True)
class Said:
    text: str
    kind: str | None = None
    direction: str | None = None
    reached: bool | None = None
    on: str | None = None
    at: str | None = None
    contacts: tuple = ()
    sentiment: int | None = None
    minutes: int | None = None
    next_on: str | None = None
    next_step: str = ""
    summary: str = ""


NOW = datetime.datetime(2026, 11, 20, 10, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY, YESTERDAY, BEFORE = "2026-11-20", "2026-11-19", "2026-11-18"
BAO, HOA, TUAN = 1, 2, 3
IN_VIETNAMESE = [
    Person(BAO, "Trần Quốc Bảo", "Bảo", "Giám đốc", "decision_maker"),
    Person(HOA, "Lê Thị Hoa", "Hoa", "Kế toán trưởng", "finance"),
    Person(TUAN, "Phạm Minh Tuấn", "Tuấn", "Trưởng phòng mua hàng", "procurement"),
]
JOHN, MARY, ANNA = 4, 5, 6
IN_ENGLISH = [
    Person(JOHN, "John Carter", "John", "CFO", "finance"),
    Person(MARY, "Mary Jones", "Mary", "Head of Procurement", "procurement"),
    Person(ANNA, "Anna Schmidt", "Anna", "CEO", "decision_maker"),
]
