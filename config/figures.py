"""Digits of one width for columns of money.

Be Vietnam Pro has no tabular figures: its 1 is 385 units wide, its 4 is 710. This cuts its ten digits out and gives
each the same width, about 1.2 kB a weight. Made from the locked font package when the static files are collected
and kept beside the data, never in the repository. Both are under the SIL Open Font License 1.1, which stands in
the files; Be Vietnam Pro declares no reserved font name.
"""

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

DIGITS = range(0x30, 0x3A)
WIDTH_UNITS = 625  # a little less than the zero's 676; 1000 units make an em
SIDE_UNITS = 26  # least room left and right of a digit
FULL_NAME_IDS = (1, 4, 6)
LICENSE_NAME_IDS = [0, 13, 14]


def cut_figures(source, target):
    """Write the digits of the font file `source` (woff2), all of one width, to the file `target` (woff2)."""
    font = TTFont(source)
    _keep_digits_only(font)
    glyphs, metrics = font["glyf"], font["hmtx"]
    for name in font.getBestCmap().values():
        glyphs[name] = _fitted(font, name)
        glyphs[name].recalcBounds(glyphs)
        metrics[name] = (WIDTH_UNITS, glyphs[name].xMin)
    for record in font["name"].names:
        if record.nameID in FULL_NAME_IDS:
            record.string = "Tend Figures"
    font.flavor = "woff2"
    font.save(target)


def _keep_digits_only(font):
    options = Options()
    options.layout_features, options.name_IDs = [], LICENSE_NAME_IDS
    options.hinting, options.glyph_names, options.legacy_kern, options.notdef_outline = (
        False,
        False,
        False,
        False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=DIGITS)
    subsetter.subset(font)


def _fitted(font, name):
    """The glyph in the middle of the common width, narrowed where its ink is too wide."""
    glyph = font["glyf"][name]
    ink = glyph.xMax - glyph.xMin
    scale = min(1, (WIDTH_UNITS - 2 * SIDE_UNITS) / ink)
    shift = (WIDTH_UNITS - ink * scale) / 2 - glyph.xMin * scale
    pen = TTGlyphPen(None)
    font.getGlyphSet()[name].draw(TransformPen(pen, (scale, 0, 0, 1, shift, 0)))
    return pen.glyph()
