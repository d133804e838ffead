"""What the commands of imports share: days on the command line, the report file, and the words for the screen."""

import argparse
import contextlib
import datetime
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from accounts.templatetags.tend import number
from accounts.web.forms import EARLIEST

from .columns import LATEST
from .report import CORRECTED, LEFT_OUT, WARNING


def business_day(text):
    """A date of the years that a book may have."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        years = {"from": EARLIEST.year, "to": LATEST.year}
        raise argparse.ArgumentTypeError(_("give a date as YYYY-MM-DD, %(from)s to %(to)s") % years)
    return day


@contextlib.contextmanager
def report_file(name, screen, sources):
    """Where the line-by-line report goes: a file, the screen for “-”, or nowhere; never over one of `sources`."""
    if name in (None, "-"):
        yield screen if name else None
        return
    if Path(name).exists() and any(path.exists() and Path(name).samefile(path) for path in sources):
        raise CommandError(_("The report would overwrite a file of the book."))
    with contextlib.ExitStack() as stack:
        try:
            out = stack.enter_context(Path(name).open("w", encoding="utf-8", newline=""))
        except OSError as error:
            raise CommandError(_("The report cannot be written: %s") % error) from error
        yield out


def grouped(report):
    """A line for each kind of correction, of what was left out, and of what somebody should look at."""
    for outcome, title in (
        (CORRECTED, _("Corrected")),
        (LEFT_OUT, _("Left out")),
        (WARNING, _("Please look at")),
    ):
        for what, where, count, line in report.groups(outcome):
            yield f"{title}: {what} ({where}, {_first(count, line)})"


def _first(count, line):
    if count == 1:
        return _("line %s") % line
    return _("%(count)s lines, first line %(line)s") % {"count": number(count), "line": line}
