"""What an import did with each line of each file, and why it refused what it refused."""

import csv
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.web.csv_export import neutral

TAKEN, UNCHANGED, CORRECTED, LEFT_OUT, WARNING = "taken", "unchanged", "corrected", "left out", "warning"
REFUSED = "refused"
OUTCOMES = {
    TAKEN: gettext_lazy("Taken"),
    UNCHANGED: gettext_lazy("There already, unchanged"),
    CORRECTED: gettext_lazy("Corrected"),
    LEFT_OUT: gettext_lazy("Left out"),
    WARNING: gettext_lazy("Warning"),
    REFUSED: gettext_lazy("Refused"),
}
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """`what` groups entries in the summary; `detail` is the full sentence of the line."""

    file: str
    line: int
    outcome: str
    column: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the import refuses. `column` is a column's name, or the position of a character in the line."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self):
        return _("%(file)s, line %(line)s, column %(column)s: %(reason)s") % {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
        }


class ImportRefused(Exception):
    """Nothing was written. `problems` says where and why, at most MOST_PROBLEMS of them."""

    def __init__(self, problems):
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Report:
    def __init__(self):
        self.entries = []
        self.problems = []

    def note(self, outcome, file, line, what, *, column="", detail=""):
        self.entries.append(Entry(file, line, outcome, column, str(what), str(detail or what)))

    def refuse(self, file, line, column, reason):
        """Remember a problem; raises ImportRefused when there are so many that more would not help."""
        self.problems.append(Problem(file, line, str(column), str(reason)))
        if len(self.problems) >= MOST_PROBLEMS:
            raise ImportRefused(self.problems)

    def stop_if_refused(self):
        if self.problems:
            raise ImportRefused(self.problems)

    def count(self, outcome, file=None):
        return sum(e.outcome == outcome and file in (None, e.file) for e in self.entries)

    def groups(self, outcome):
        """(what, where, how many, first line) of entries with this outcome, in file order."""
        counts, first = Counter(), {}
        for entry in self.entries:
            if entry.outcome == outcome:
                key = entry.what, f"{entry.file} {entry.column}".strip()
                counts[key] += 1
                first.setdefault(key, entry.line)
        return [(what, where, n, first[what, where]) for (what, where), n in counts.items()]

    def write_csv(self, out):
        """Every entry and every problem, by file and line. No cell can become a formula: names come from the file."""
        refused = [Entry(p.file, p.line, REFUSED, p.column, "", p.reason) for p in self.problems]
        writer = csv.writer(out)
        writer.writerow(["file", "line", "outcome", "column", "detail"])
        for entry in sorted(self.entries + refused, key=lambda e: (e.file, e.line)):
            texts = neutral(entry.file), neutral(entry.column), neutral(entry.detail)
            writer.writerow([texts[0], entry.line, OUTCOMES[entry.outcome], *texts[1:]])
