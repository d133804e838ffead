"""What every template, style and script of the interface keeps to."""

import re
from pathlib import Path

import lucide
import pytest
from django.contrib.staticfiles import finders

from accounts.templatetags import ui
from config import staticfiles

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
LONGEST_TEMPLATE_LINES = 150

pages = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())


@pages
def test_template_keeps_the_content_security_policy(path):
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    assert not re.search(r"\sstyle\s*=", text), (
        "style attributes are blocked: use a class or an SVG attribute"
    )
    assert not re.search(r"\son[a-z]+\s*=", text), "inline handlers are blocked: use a file in static/js"
    assert not re.search(r"\bhx-on[:-]", text), "hx-on needs eval, which is blocked"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", text)


@pages
def test_template_names_icons_that_exist(path):
    for name in re.findall(r'{% lucide "([^"]+)"', path.read_text(encoding="utf-8")):
        assert "<svg" in lucide._render_icon(name, 16), name


@pages
def test_template_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEMPLATE_LINES


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.parent.name == "components"], ids=lambda p: p.name
)
def test_component_lists_its_context(path):
    assert path.read_text(encoding="utf-8").startswith("{% comment %}")


@pytest.mark.parametrize("icons", [ui.BAND_ICONS, ui.KIND_ICONS, ui.SENTIMENT_ICONS])
def test_icons_chosen_by_code_exist(icons):
    assert all("<svg" in lucide._render_icon(name, 16) for name in icons.values())


def test_bundles_hold_every_style_and_script():
    parts = {part for parts in staticfiles.BUNDLES.values() for part in parts}
    files = [*(ROOT / "static" / "css").iterdir(), *(ROOT / "static" / "js").iterdir()]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= parts


@pytest.mark.parametrize("name", [*staticfiles.VENDOR_FILES, *staticfiles.BUNDLES, *staticfiles.FIGURES])
def test_static_file_is_found(name):
    assert Path(finders.find(name)).stat().st_size > 0


def test_unknown_static_file_is_not_found():
    assert finders.find("vendor/nothing.js") is None


def test_styles_point_at_files_that_exist():
    for name in staticfiles.STYLES:
        css = (ROOT / "static" / "css" / f"{name}.css").read_text(encoding="utf-8")
        for address in re.findall(r'url\("\.\./([^"]+)"\)', css):
            assert finders.find(address), address


# --- Contrast: WCAG 2.2 AA, computed from the tokens ------------------------------------------------------------

TOKENS = dict(
    re.findall(
        r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)",
        (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8"),
    )
)
GROUNDS = ("canvas", "surface", "sunken", "raised", "hover")
TEXT_PAIRS = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in ("canvas", "surface", "sunken", "raised", "hover")
    ),
    *(
        (band, ground)
        for band in ("good", "warn", "bad", "none")
        for ground in ("surface", "hover", f"{band}-soft")
    ),
    ("accent-on", "accent"),
    ("accent-on", "accent-hover"),
    ("accent-ink", "accent-soft"),
    ("accent-ink", "surface"),
    ("ink-2", "none-soft"),
    ("ink-2", "pressed"),
]
EDGE_PAIRS = [
    *(("focus", ground) for ground in GROUNDS),
    ("border", "surface"),
    ("accent", "surface"),
    ("bad-fill", "surface"),
]


def _luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    "front, back, least", [*((a, b, 4.5) for a, b in TEXT_PAIRS), *((a, b, 3) for a, b in EDGE_PAIRS)]
)
def test_colours_can_be_told_apart(theme, front, back, least):
    one, other = (TOKENS[name].split(", ")[theme] for name in (front, back))
    assert _contrast(one, other) >= least
