"""Compiles locale/*/LC_MESSAGES/*.po with Babel, so that no gettext tools are needed on the machine."""

import os
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.paths import ROOT


def compile_translations():
    """Write each .mo that is missing or older than its .po."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            compile_one(source, target)


def compile_one(source, target):
    # One bad entry must not stop the demo: it is left out, and tests/guards/test_translations.py fails on it.
    with source.open("rb") as handle:
        catalog = read_po(handle, locale=source.parent.parent.name)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    # Under a name of its own and then renamed: two commands at once never leave half a file.
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(compiled.getvalue())
    fresh.replace(target)
