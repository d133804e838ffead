"""What an uploaded file is, told by its content and never by what the browser says of it. Pure, without a query.

An allow-list: PDF, PNG, JPEG, WebP, Word, Excel and PowerPoint without macros, and plain text. Everything else is
refused, and so is a name that promises something other than what the file holds.
"""

import codecs
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.templatetags.tend import number
from accounts.web.forms import BIDI_MARKS, SCRIPT_TAG

HEAD_BYTES = 8192
LARGEST_CONTENT_LIST = 2**20
LONGEST_NAME = 200
OFFICE = "application/vnd.openxmlformats-officedocument."
TEXT = "text/plain"
# Content type: (extensions of its names, the usual one first; what people call it).
KINDS = {
    "application/pdf": (("pdf",), "PDF"),
    "image/png": (("png",), "PNG"),
    "image/jpeg": (("jpg", "jpeg"), "JPEG"),
    "image/webp": (("webp",), "WebP"),
    f"{OFFICE}wordprocessingml.document": (("docx",), "Word (docx)"),
    f"{OFFICE}spreadsheetml.sheet": (("xlsx",), "Excel (xlsx)"),
    f"{OFFICE}presentationml.presentation": (("pptx",), "PowerPoint (pptx)"),
    TEXT: (("txt", "csv"), "TXT, CSV"),
}
# The kinds whose first bytes say enough.
HEADS = {
    "application/pdf": re.compile(rb"%PDF-\d"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
ACCEPT = ",".join(f".{extension}" for extensions, _words in KINDS.values() for extension in extensions)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Text that some program would take for markup or run: HTML, SVG and XML, scripts, RTF, PostScript.
RUNS = re.compile(r"\s*(<|#!|\{\\rtf|%!PS|MZ)", re.IGNORECASE)
ACTIVE_TAG = re.compile(r"<\s*(html|svg|body|meta|link|form)\b|<\?php|javascript:", re.IGNORECASE)
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')


class Unacceptable(Exception):
    """The file is refused; `text` says why, in the reader's language."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Document:
    """An upload that passed: its tidied name and what it is."""

    name: str
    content_type: str


def inspect(upload):
    """The `Document` that an uploaded file is. Raises Unacceptable: empty, too large, of no allowed kind, misnamed."""
    if not upload.size:
        raise Unacceptable(_("This file is empty."))
    if upload.size > settings.LARGEST_FILE_BYTES:
        largest = number(settings.LARGEST_FILE_BYTES / 2**20)
        raise Unacceptable(_("This file is too large: at most %(largest)s MB.") % {"largest": largest})
    content_type = kind_of(upload)
    if content_type is None:
        kinds = ", ".join(words for _extensions, words in KINDS.values())
        raise Unacceptable(
            _("By its content this file is none of these: %(kinds)s. Nothing else is kept.")
            % {"kinds": kinds}
        )
    return Document(_fitting_name(upload.name, content_type), content_type)


def kind_of(file):
    """The content type of a seekable file if it is on the allow-list, else None. Reads text in full."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    try:
        found = _by_head(head) or _office_kind(file, head) or _text_kind(file)
    finally:
        file.seek(0)
    return found


def _by_head(head):
    """PDF and pictures: what puremagic thinks possible, and whose own mark stands at the very beginning.

    Both, since puremagic alone is of two minds about PDF, and takes some marks anywhere in the file.
    """
    try:
        possible = {answer.mime_type for answer in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return None
    return next((name for name, mark in HEADS.items() if name in possible and mark.match(head)), None)


def _office_kind(file, head):
    """Word, Excel or PowerPoint: a zip whose list of contents names the main part, and that carries no macros."""
    if not head.startswith(b"PK\x03\x04"):  # zipfile would also take an archive behind a program
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            with archive.open("[Content_Types].xml") as part:
                listed = part.read(LARGEST_CONTENT_LIST).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, ValueError, OSError, EOFError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    mains = {name: f'"{name}.main+xml"' for name in KINDS if name.startswith(OFFICE)}
    return next((name for name, main in mains.items() if main in listed), None)


def _text_kind(file):
    """Plain text in UTF-8, or in UTF-16 as spreadsheets export it, without anything that would run somewhere."""
    file.seek(0)
    content = file.read()
    try:
        text = content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    if NOT_IN_TEXT.search(text) or RUNS.match(text) or SCRIPT_TAG.search(text) or ACTIVE_TAG.search(text):
        return None
    return TEXT


def _fitting_name(name, content_type):
    """The tidied name, or Unacceptable when its ending promises something else."""
    extensions, words = KINDS[content_type]
    name = tidy_file_name(name)
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    if ending not in extensions:
        raise Unacceptable(
            _("The name says “.%(ending)s”, but by its content this file is %(kind)s. Name it “….%(right)s”.")
            % {"ending": ending, "kind": words, "right": extensions[0]}
        )
    return name


def tidy_file_name(name):
    """The last part of a path as one line of plain characters, at most 200 of them, its ending kept."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    name = BIDI_MARKS.sub("", NOT_IN_NAMES.sub(" ", name))
    name = " ".join(name.split()).lstrip(".") or "-"
    path = PurePosixPath(name)
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix if len(name) > LONGEST_NAME else name
