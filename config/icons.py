"""The pictures under which a phone or a desktop shows Tend when it is installed.

Drawn from static/img/mark.svg when the static files are collected and kept beside the data, never in the repository.
typst, which sets the PDFs, draws them; each takes about 10 ms.
"""

from dataclasses import dataclass

import typst

from config.paths import ROOT

MARK = ROOT / "static" / "img" / "mark.svg"
GREEN = "#33732b"  # the mark's own ground


@dataclass(frozen=True)
class Icon:
    """A square of `pixels`. A full one has no corners of its own: the device cuts its shape, so the mark stands within
    the inner four fifths, which no shape cuts away."""

    pixels: int
    full: bool = False


ICONS = {
    "icons/tend-192.png": Icon(192),
    "icons/tend-512.png": Icon(512),
    "icons/tend-full-512.png": Icon(512, full=True),
    "icons/tend-touch-180.png": Icon(180, full=True),
}


def draw_icon(icon, target):
    """Writes the PNG of `icon` to the file `target`."""
    ground, width = (f'rgb("{GREEN}")', "80%") if icon.full else ("none", "100%")
    side = f"{icon.pixels}pt"
    source = (
        f"#set page(width: {side}, height: {side}, margin: 0pt, fill: {ground})\n"
        f'#align(center + horizon, image("/{MARK.name}", width: {width}))'
    )
    target.write_bytes(typst.compile(source.encode(), root=str(MARK.parent), format="png", ppi=72))
