from babel.messages.pofile import read_po

from config.paths import ROOT


def test_translations_can_be_read_whole():
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    assert sources
    for source in sources:
        with source.open("rb") as handle:
            read_po(handle, locale=source.parent.parent.name, abort_invalid=True)
