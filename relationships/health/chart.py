"""The history of health as shapes of an SVG, in two sizes: the same marks drawn for a wide page and for a phone.

Lengths are units of the view box, which are about pixels: text stays legible because a size is only stretched a
little. Everything is worked out here, so that the template only writes it down.
"""

import datetime
from dataclasses import dataclass, field

from babel import dates

from accounts.templatetags.tend import floored

TOP, BOTTOM, LEFT, RIGHT = 20, 40, 28, 32
MONTH_ROOM = 44  # units that the name of a month needs
LABEL_ROOM = 20  # and that of a version


@dataclass(frozen=True)
class Size:
    """`points_at_most`: with more days than that on the line, dots would hide it."""

    name: str
    width: int
    height: int
    points_at_most: int


WIDE, NARROW = Size("wide", 720, 236, 70), Size("narrow", 340, 224, 30)


@dataclass
class Chart:
    """Shapes by layer, from the back: see templates/relationships/health/_chart_svg.html."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    bands: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    said: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    months: list = field(default_factory=list)
    versions: list = field(default_factory=list)
    touches: list = field(default_factory=list)
    dots: list = field(default_factory=list)
    shown: str = ""
    computed: str = ""
    end: dict | None = None

    @property
    def plot_width(self):
        return self.right - self.left

    @property
    def plot_height(self):
        return self.bottom - self.top

    @property
    def axis_x(self):
        return self.left - 6

    @property
    def month_tick_y(self):
        return self.bottom + 18

    @property
    def month_label_y(self):
        return self.bottom + 31

    @property
    def version_y(self):
        return self.top - 4

    @property
    def version_label_y(self):
        return self.top - 8


def draw(history, size, locale):
    """The Chart of a History. `locale` (of Babel) names the months."""
    chart = Chart(size, LEFT, size.width - RIGHT, TOP, size.height - BOTTOM)
    scale = _Scale(chart, history)
    stretches = _stretches(history)
    _draw_bands(chart, scale, stretches)
    _draw_lines(chart, scale, stretches)
    _draw_dots(chart, scale, history)
    chart.said = [_between(scale, said.since, said.until, {"said": said}) for said in history.said]
    chart.touches = [
        {"x": scale.x(touched.day), "y": chart.bottom + 9, "touched": touched} for touched in history.touches
    ]
    chart.months = _months(scale, history, locale)
    chart.versions = _versions(scale, history)
    return chart


class _Scale:
    def __init__(self, chart, history):
        self.chart, self.first = chart, history.first
        self.days = max(1, (history.last - history.first).days)

    def x(self, day):
        share = max(0, (day - self.first).days) / self.days
        return round(self.chart.left + share * self.chart.plot_width, 1)

    def y(self, score):
        return round(self.chart.bottom - score / 100 * self.chart.plot_height, 1)


def _stretches(history):
    """(point, first day, last day) of how long each point held; the last one holds to the end."""
    ends = [*(point.day for point in history.points[1:]), history.last]
    return [
        (point, max(point.day, history.first), end)
        for point, end in zip(history.points, ends, strict=True)
        if end >= history.first
    ]


def _between(scale, since, until, more):
    x, end = scale.x(since), scale.x(until)
    return more | {"x": x, "width": round(max(2.0, end - x), 1), "end": round(max(x + 2, end), 1)}


def _draw_bands(chart, scale, stretches):
    """The bands behind the line, by the model of their time. Neighbours of the same model are one."""
    runs = []
    for place, (point, since, until) in enumerate(stretches):
        since = scale.first if place == 0 else since
        if runs and runs[-1][0] == point.lines:
            runs[-1][2] = until
        else:
            runs.append([point.lines, since, until])
    for (watch, healthy), since, until in runs:
        x, width = scale.x(since), round(scale.x(until) - scale.x(since), 1)
        for name, low, high in (("at_risk", 0, watch), ("watch", watch, healthy), ("healthy", healthy, 100)):
            y = scale.y(high)
            height = round(scale.y(low) - y, 1)
            chart.bands.append({"name": name, "x": x, "y": y, "width": width, "height": height})
    # The axis stands at the left, so its numbers are those of the model that the chart begins with.
    (watch, healthy), _since, until = runs[0]
    chart.lines = [
        {"y": scale.y(value), "label_y": scale.y(value) + 4, "end": end, "label": f"{value:g}"}
        for value, end in (
            *((value, scale.x(until)) for value in (watch, healthy)),
            *((value, chart.right) for value in (0, 100)),
        )
    ]


def _draw_lines(chart, scale, stretches):
    """The shown score as steps, broken where it was not known, and the computed one where it is another."""
    shown, computed, joined = [], [], False
    for point, since, until in stretches:
        x, end = scale.x(since), scale.x(until)
        if point.shown is None:
            chart.unknown.append({"x": x, "width": round(max(2.0, end - x), 1)})
        else:
            shown.append(f"{'L' if joined else 'M'}{x} {scale.y(point.shown)}H{end}")
        if point.is_overridden and point.computed is not None:
            computed.append(f"M{x} {scale.y(point.computed)}H{end}")
        joined = point.shown is not None
    chart.shown, chart.computed = " ".join(shown), " ".join(computed)


def _draw_dots(chart, scale, history):
    inside = [point for point in history.points if point.day >= history.first]
    known = [point for point in inside if point.shown is not None]
    small = len(known) > chart.size.points_at_most
    chart.dots = [
        {
            "x": scale.x(point.day),
            "y": scale.y(point.shown),
            "r": 1.2 if small else 2.6,
            "point": point,
            "link": point.day < history.last,
        }
        for point in known
    ]
    if known and known[-1].day == history.last:
        point = known[-1]
        y = scale.y(point.shown)
        x = scale.x(point.day)
        chart.end = {"x": x, "y": y, "label_x": x + 8, "label_y": y + 5, "score": floored(point.shown)}


def _months(scale, history, locale):
    """The first of each month, named where there is room."""
    found, free_from = [], 0.0
    day = (history.first.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    while day <= history.last:
        x = scale.x(day)
        named = x >= free_from and x + MONTH_ROOM / 2 < scale.chart.right
        form = "MMM y" if day.month == 1 and locale.language == "en" else "MMM"
        found.append(
            {"x": x, "label_x": x + 3, "label": dates.format_date(day, form, locale=locale) if named else ""}
        )
        free_from = x + MONTH_ROOM if named else free_from
        day = (day + datetime.timedelta(days=32)).replace(day=1)
    return found


def _versions(scale, history):
    """Where a new scoring model took over; labels that would overlap are left to the hover text."""
    found, free_from = [], 0.0
    for day, number in history.versions:
        x = scale.x(day)
        at_end = x + LABEL_ROOM > scale.chart.right
        label = f"v{number}" if x >= free_from else ""
        found.append({"x": x, "day": day, "number": number, "label": label, "at_end": at_end})
        free_from = x + LABEL_ROOM if label else free_from
    return found
