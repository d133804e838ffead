"""Where everybody stands on the drawn map of a client's people: boxes and the lines between them. Pure functions.

Two drawings. In the wide one a head stands over the middle of its reports, and reports who have none themselves stand
in columns, so that a large department does not become a mile of boxes. The outline, for phones, has everybody below
whom they report to. Whoever reports to nobody known and has no reports comes in a grid below.
"""

from collections import defaultdict
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT = 212, 108
GAP, ROW_GAP, STACK_GAP, INDENT = 24, 44, 12, 28
GRID_COLUMNS = 3
IN_A_COLUMN, MOST_COLUMNS = 3, 3
STEM = INDENT // 2  # where the line runs that a column hangs from
HEADING = 28
EDGE = 2  # so that no outline is cut


@dataclass(frozen=True)
class Box:
    key: object
    x: int
    y: int


@dataclass(frozen=True)
class Part:
    """`boxes` and `lines` (each a tuple of points) with their own corner at (0, 0); the line from above arrives at
    `entry`."""

    width: int
    height: int
    boxes: list
    lines: list
    entry: int = BOX_WIDTH // 2


@dataclass(frozen=True)
class Drawing:
    """`loose_y` and `seats_y` say where the headings over the grids stand, None for no such grid."""

    width: int
    height: int
    boxes: list
    lines: list
    loose_y: int | None
    seats_y: int | None


def draw(bosses, seats=(), *, outline=False):
    """The `Drawing` of {key: key of whom they report to, or None} in this order, with empty `seats` (keys) at the end.

    `outline` for the narrow one. A boss who is not among the keys is none; a circle is cut open at its first member.
    """
    reports, heads = _forest(bosses)
    trees = [head for head in heads if reports[head]]
    grids = {"loose": [head for head in heads if not reports[head]], "seats": list(seats)}
    part = Part(0, 0, [], [])
    if trees:
        part = _outline(trees, reports) if outline else _beside([_tree(head, reports) for head in trees])
    boxes, width, y, marks = list(part.boxes), part.width, part.height, {}
    columns = 1 if outline else GRID_COLUMNS
    for name, keys in grids.items():
        if keys:
            y += ROW_GAP if boxes else 0
            grid, marks[name] = _grid(keys, columns), y + HEADING // 2
            boxes += [_moved(box, 0, y + HEADING) for box in grid.boxes]
            width, y = max(width, grid.width), y + HEADING + grid.height
    return Drawing(
        width + 2 * EDGE,
        y + 2 * EDGE,
        [_moved(box, EDGE, EDGE) for box in boxes],
        [_shifted(line, EDGE, EDGE) for line in part.lines],
        marks.get("loose"),
        marks.get("seats"),
    )


def _forest(bosses):
    """({key: reports}, heads): every key is reached from one head, once."""
    reports, heads, reached = defaultdict(list), [], set()
    for key, boss in bosses.items():
        if boss in bosses and boss != key:
            reports[boss].append(key)
        else:
            heads.append(key)
    for head in heads:
        _reach(head, reports, reached)
    for key in bosses:
        if key not in reached:  # of a circle
            boss = bosses[key]
            reports[boss].remove(key)
            heads.append(key)
            _reach(key, reports, reached)
    return reports, heads


def _reach(head, reports, reached):
    waiting = [head]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += reports[key]


def _tree(head, reports):
    """The head and all who are below it."""
    below = reports[head]
    if not below:
        return _box(head)
    alone = [key for key in below if not reports[key]]
    parts = [_tree(key, reports) for key in below if reports[key]] + _columns(
        alone, is_only=len(alone) == len(below)
    )
    if len(parts) == 1 and parts[0].entry == STEM:
        return _hung(head, parts[0])
    return _centred(head, parts)


def _box(key):
    return Part(BOX_WIDTH, BOX_HEIGHT, [Box(key, 0, 0)], [])


def _columns(keys, *, is_only):
    """Those without reports in columns, a few at most; one alone, or a last one over, is a box like any other."""
    height = max(IN_A_COLUMN, -(-len(keys) // MOST_COLUMNS))
    if is_only and len(keys) == 2:
        height = 1  # two reports of one head stand side by side
    chunks = [keys[at : at + height] for at in range(0, len(keys), height)]
    return [_column(chunk) if len(chunk) > 1 else _box(chunk[0]) for chunk in chunks]


def _column(keys):
    """Below each other, hanging from a line at the left."""
    boxes = [Box(key, INDENT, n * (BOX_HEIGHT + STACK_GAP)) for n, key in enumerate(keys)]
    lines = [((STEM, 0), (STEM, box.y + BOX_HEIGHT // 2), (INDENT, box.y + BOX_HEIGHT // 2)) for box in boxes]
    return Part(BOX_WIDTH + INDENT, boxes[-1].y + BOX_HEIGHT, boxes, lines, STEM)


def _hung(head, column):
    """A single column under its head."""
    top = BOX_HEIGHT + ROW_GAP // 2
    boxes = [Box(head, 0, 0)] + [_moved(box, 0, top) for box in column.boxes]
    lines = [((STEM, BOX_HEIGHT), (STEM, top))] + [_shifted(line, 0, top) for line in column.lines]
    return Part(column.width, top + column.height, boxes, lines)


def _centred(head, parts):
    """The head over the middle of its reports, with a line to each part."""
    row, top, bend = _beside(parts), BOX_HEIGHT + ROW_GAP, BOX_HEIGHT + ROW_GAP // 2
    entries, at = [], 0
    for part in parts:
        entries.append(at + part.entry)
        at += part.width + GAP
    x = max(0, (entries[0] + entries[-1] - BOX_WIDTH) // 2)
    middle = x + BOX_WIDTH // 2
    boxes = [Box(head, x, 0)] + [_moved(box, 0, top) for box in row.boxes]
    lines = [((middle, BOX_HEIGHT), (middle, bend), (entry, bend), (entry, top)) for entry in entries]
    lines += [_shifted(line, 0, top) for line in row.lines]
    return Part(max(row.width, x + BOX_WIDTH), top + row.height, boxes, lines, middle)


def _outline(heads, reports):
    """Everybody below whom they report to, a step to the right of them."""
    boxes, lines, y = [], [], 0
    waiting = [(head, 0, None) for head in reversed(heads)]
    while waiting:
        key, depth, above = waiting.pop()
        box = Box(key, depth * INDENT, y)
        boxes.append(box)
        if above:
            stem, middle = above.x + STEM, y + BOX_HEIGHT // 2
            lines.append(((stem, above.y + BOX_HEIGHT), (stem, middle), (box.x, middle)))
        waiting += [(report, depth + 1, box) for report in reversed(reports[key])]
        y += BOX_HEIGHT + STACK_GAP
    width = max(box.x for box in boxes) + BOX_WIDTH
    return Part(width, y - STACK_GAP, boxes, lines)


def _beside(parts):
    x, boxes, lines = 0, [], []
    for part in parts:
        boxes += [_moved(box, x, 0) for box in part.boxes]
        lines += [_shifted(line, x, 0) for line in part.lines]
        x += part.width + GAP
    return Part(x - GAP, max(part.height for part in parts), boxes, lines)


def _grid(keys, columns):
    boxes = [
        Box(key, n % columns * (BOX_WIDTH + GAP), n // columns * (BOX_HEIGHT + STACK_GAP))
        for n, key in enumerate(keys)
    ]
    width = max(box.x for box in boxes) + BOX_WIDTH
    return Part(width, boxes[-1].y + BOX_HEIGHT, boxes, [])


def _moved(box, x, y):
    return Box(box.key, box.x + x, box.y + y)


def _shifted(line, x, y):
    return tuple((at_x + x, at_y + y) for at_x, at_y in line)
