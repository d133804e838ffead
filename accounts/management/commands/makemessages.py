"""`manage.py makemessages` without arguments brings locale/vi up to date. Needs GNU gettext; running Tend does not."""

import re
from pathlib import Path

from django.core.management.commands import makemessages

NOT_OURS = [".venv", "node_modules", ".data", "tests"]
# These change on every run and say nothing that the repository does not know better.
DATES = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date):.*\n', re.MULTILINE)


class Command(makemessages.Command):
    help = "Collects the texts to translate into locale/vi, in a form that only changes with the texts."

    # A guessed translation is wrong more often than right, and would be shown until somebody looks.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args, **options):
        options["locale"] = options["locale"] or ["vi"]
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS]
        options["no_location"] = options["no_obsolete"] = True
        super().handle(*args, **options)

    def write_po_file(self, potfile, locale):
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        path.write_text(DATES.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
