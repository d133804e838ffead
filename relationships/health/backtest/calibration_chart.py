"""The bars of the calibration as numbers for an SVG; the page draws them and writes the same in a table."""

from dataclasses import dataclass

from . import wording

WIDTH, HEIGHT, FOOT, HEAD = 400, 168, 18, 16  # units of the drawing; foot and head hold the words
GAP = 6


@dataclass(frozen=True)
class Bar:
    """One tenth of the cases: where it stands in the drawing, in whole units, and its figures in words."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    scores: str
    mean: str
    bad: str
    cases: int


@dataclass(frozen=True)
class Chart:
    """`level` is the height of the line of all cases together, `overall` what it says."""

    bars: list
    level: int
    overall: str
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - FOOT


def chart(parts):
    """The `Chart` of `Backtest.result["calibration"]`, or None without cases."""
    cases = sum(part["cases"] for part in parts)
    if not cases:
        return None
    overall = sum(part["bad"] * part["cases"] for part in parts) / cases
    highest = max(part["bad"] for part in parts) or 1
    step, room = WIDTH / len(parts), HEIGHT - FOOT - HEAD
    bars = []
    for place, part in enumerate(parts):
        height = round(room * part["bad"] / highest)
        bars.append(
            Bar(
                x=round(place * step + GAP / 2),
                y=HEIGHT - FOOT - height,
                width=round(step - GAP),
                height=height,
                middle=round((place + 0.5) * step),
                scores=f"{int(part['from'])} – {int(part['to'])}",
                mean=str(int(part["score"])),
                bad=wording.share(part["bad"]),
                cases=part["cases"],
            )
        )
    level = HEIGHT - FOOT - round(room * overall / highest)
    return Chart(bars, level, wording.share(overall))
