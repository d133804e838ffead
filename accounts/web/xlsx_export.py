"""Spreadsheets in which days are days, numbers are numbers, and no text is a formula."""

import datetime
import io
import re
from decimal import Decimal

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
WHOLE_FORMAT, AMOUNT_FORMAT = "#,##0", "#,##0.00"
NARROWEST, WIDEST, ROWS_MEASURED = 10, 48, 300


def write_xlsx(title, header, rows):
    """The file (bytes): one sheet, its head bold and in sight, columns as wide as they need within reason."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(UNWRITABLE.sub("", title)[:31])
    header, rows = [str(word) for word in header], [list(row) for row in rows]
    sheet.freeze_panes = "B2"
    for place, word in enumerate(header):
        longest = max([len(word), *(len(str(row[place] or "")) for row in rows[:ROWS_MEASURED])])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(longest + 2, NARROWEST), WIDEST)
    head = [WriteOnlyCell(sheet, UNWRITABLE.sub("", word)) for word in header]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet, value):
    """Numbers and days keep their kind; all else is text, also where it looks like a formula.

    Plain values are written as they are: a cell object of its own costs five times as much.
    """
    if value is None or isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = WHOLE_FORMAT if value == value.to_integral_value() else AMOUNT_FORMAT
        return cell
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value  # openpyxl shows a day as yyyy-mm-dd
    text = UNWRITABLE.sub("", str(value))
    if not text.startswith("="):
        return text or None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def xlsx_response(filename, title, header, rows):
    """The file as a download, never kept by a cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, filename),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(write_xlsx(title, header, rows), content_type=CONTENT_TYPE, headers=headers)
