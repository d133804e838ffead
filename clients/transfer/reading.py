"""Reads a CSV file line by line, trusting nothing about it, and says where it is wrong.

Files are UTF-8 without a byte-order mark. Memory stays small whatever the file holds: lines, fields and the
whole file have limits, and reading stops at the first byte that cannot belong to a table.
"""

import codecs
import csv
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .columns import BadValue
from .report import CORRECTED, LEFT_OUT

MAX_FILE_BYTES = 16 * 2**20
MAX_LINE_BYTES = 10_000
PROGRESS_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: dict


class _Unreadable(Exception):
    """The rest of the file cannot be read either."""

    def __init__(self, line, column, reason):
        super().__init__(reason)
        self.line, self.column, self.reason = line, column, reason


def read_header(path, delimiters, report):
    """{delimiter: names} of the first line of a file as each delimiter splits it; empty where it is no table."""
    try:
        with path.open("rb") as binary:
            line = next(_lines(binary), None)
            if line is None:
                raise _Unreadable(1, 1, _("the file is empty"))
            return {
                delimiter: [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
                for delimiter in delimiters
            }
    except _Unreadable as error:
        report.refuse(path.name, error.line, error.column, error.reason)
    except csv.Error as error:
        report.refuse(path.name, 1, 1, _("not a CSV line: %s") % error)
    except OSError as error:
        report.refuse(path.name, 1, 1, _("the file cannot be read: %s") % error.strerror)
    return {}


def read_table(folder, table, report, progress=None):
    """The rows of `table` (a columns.Table) found in `folder`, with clean values. Wrong ones go to `report`.

    A row with a wrong value is not among those returned. Raises ImportRefused when problems pile up. `progress` is told
    the number of lines now and then.
    """
    try:
        with (folder / table.file).open("rb") as binary:
            return _rows(binary, table, report, progress)
    except _Unreadable as error:
        report.refuse(table.file, error.line, error.column, error.reason)
    except OSError as error:
        report.refuse(table.file, 1, 1, _("the file cannot be read: %s") % error.strerror)
    return []


def _rows(binary, table, report, progress):
    reader = csv.reader(_lines(binary), delimiter=table.delimiter, strict=True)
    rows, header = [], None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise _Unreadable(max(reader.line_num, 1), 1, _("not a CSV line: %s") % error) from error
        if header is None:
            header = _header(cells, table, report)
        elif not cells:
            report.note(LEFT_OUT, table.file, reader.line_num, _("an empty line"))
        elif (row := _row(reader.line_num, cells, header, table, report)) is not None:
            rows.append(row)
        if progress and reader.line_num % PROGRESS_LINES == 0:
            progress(reader.line_num)
    if header is None:
        raise _Unreadable(1, 1, _("the file is empty"))
    return rows


def _lines(binary):
    """Decoded lines, each checked before the next is read."""
    number = size = 0
    while line := binary.readline(MAX_LINE_BYTES + 1):
        number += 1
        size += len(line)
        if number == 1:
            _check_byte_order_mark(line)
        text = _decode(line, number)
        if len(line) > MAX_LINE_BYTES:
            raise _Unreadable(
                number, len(text), _("the line is longer than %s bytes; this is no table") % MAX_LINE_BYTES
            )
        if size > MAX_FILE_BYTES:
            raise _Unreadable(number, 1, _("the file is larger than %s MB") % (MAX_FILE_BYTES // 2**20))
        yield text


def _check_byte_order_mark(line):
    if line.startswith(codecs.BOM_UTF8):
        raise _Unreadable(
            1, 1, _("the file begins with a byte-order mark; save it as UTF-8 without one (not “UTF-8 BOM”)")
        )
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _Unreadable(1, 1, _("the file is UTF-16; save it as UTF-8"))


def _decode(line, number):
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = len(line) > MAX_LINE_BYTES and error.start >= MAX_LINE_BYTES - 4
        if cut_off:  # the limit fell inside a letter: the length is what is wrong
            return line[: error.start].decode("utf-8")
        column = len(line[: error.start].decode("utf-8")) + 1
        raise _Unreadable(
            number,
            column,
            _("byte %s is not UTF-8, perhaps it is Latin-1 or Windows-1252; save the file as UTF-8")
            % f"0x{line[error.start]:02X}",
        ) from error
    if "\0" in text:
        raise _Unreadable(number, text.index("\0") + 1, _("a NUL byte; this is no text file"))
    return text


def _header(cells, table, report):
    names = [cell.strip() for cell in cells]
    missing = [name for name in table.columns if name not in names]
    if missing:
        raise _Unreadable(
            1, missing[0], _("the column is missing; found: %s") % (", ".join(names)[:200] or "–")
        )
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise _Unreadable(1, double or 1, _("the column is there twice"))
    for name in names:
        if name not in table.columns:
            reason = table.not_used.get(name) or _("Tend has no place for this column")
            report.note(LEFT_OUT, table.file, 1, reason, column=name)
    return names


def _row(line, cells, header, table, report):
    """A clean Row, or None where something was refused."""
    if len(cells) != len(header):
        values = {"found": len(cells), "expected": len(header)}
        column = header[len(cells)] if len(cells) < len(header) else len(header) + 1
        reason = _("the line has %(found)s fields, the header %(expected)s") % values
        report.refuse(table.file, line, column, reason)
        return None
    raw, clean = dict(zip(header, cells, strict=True)), {}
    for name, parse in table.columns.items():
        try:
            clean[name], correction = parse(raw[name])
        except (BadValue, ValidationError) as error:
            reason = error.messages[0] if isinstance(error, ValidationError) else str(error)
            report.refuse(table.file, line, name, reason)
            continue
        if correction:
            report.note(CORRECTED, table.file, line, correction, column=name)
    return Row(line, clean) if len(clean) == len(table.columns) else None
