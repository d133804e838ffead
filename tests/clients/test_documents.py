"""What a file is by its content: what is taken, what is refused, and which names fit."""

import tracemalloc
import zipfile
import zlib

import pytest
from django.test import override_settings

from clients import documents
from tests.clients.files import GOOD, PDF, PNG, REFUSED, office, upload, zipped


@pytest.mark.parametrize("name", GOOD)
def test_what_is_allowed_is_told_by_its_content(name):
    content, content_type = GOOD[name]
    found = documents.inspect(upload(name, content))
    assert (found.name, found.content_type) == (name, content_type)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_is_refused_under_any_name(name):
    with pytest.raises(documents.Unacceptable) as refused:
        documents.inspect(upload(name, REFUSED[name]))
    assert "none of these" in refused.value.text


@pytest.mark.parametrize(
    "name, content",
    [
        ("photo.pdf", PNG),
        ("contract.png", PDF),
        ("minutes.xlsx", office("docx")),
        ("minutes.zip", office("docx")),
        ("notes.html", b"plain words"),
        ("notes.pdf", b"plain words"),
        ("run.exe", b"plain words"),
        ("page.svg", b"plain words"),
        ("contract", PDF),
        ("contract.pdf.exe", PDF),
        (".pdf", PDF),
    ],
)
def test_a_name_that_promises_something_else_is_refused(name, content):
    with pytest.raises(documents.Unacceptable) as refused:
        documents.inspect(upload(name, content))
    assert "Name it" in refused.value.text


def test_the_refusal_names_both():
    with pytest.raises(documents.Unacceptable) as refused:
        documents.inspect(upload("photo.pdf", PNG))
    assert "“.pdf”" in refused.value.text and "PNG" in refused.value.text and "….png" in refused.value.text


def test_an_empty_file_is_refused():
    with pytest.raises(documents.Unacceptable, match="empty"):
        documents.inspect(upload("a.pdf", b""))


@override_settings(LARGEST_FILE_BYTES=2**20)
@pytest.mark.parametrize("size, fits", [(2**20, True), (2**20 + 1, False)])
def test_the_limit_is_the_settings(size, fits):
    file = upload("a.txt", b"a" * size)
    if fits:
        assert documents.inspect(file).content_type == "text/plain"
    else:
        with pytest.raises(documents.Unacceptable, match="at most 1 MB"):
            documents.inspect(file)


def test_the_file_is_left_at_its_beginning():
    file = upload("prices.xlsx", office("xlsx"))
    documents.inspect(file)
    assert file.tell() == 0


def test_a_zip_bomb_is_not_unpacked():
    """200 MB of blanks in the list of contents: only its first megabyte is looked at."""
    bomb = zipped({"[Content_Types].xml": b" " * (200 * 2**20)})
    assert len(bomb) < 2**20
    tracemalloc.start()
    found = documents.kind_of(upload("a.docx", bomb))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is None and most < 20 * 2**20


@pytest.mark.parametrize(
    "error", [zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError]
)
def test_an_archive_that_cannot_be_read_is_refused(monkeypatch, error):
    def fails(*_args, **_kwargs):
        raise error("encrypted, torn or packed in a way of its own")

    file = upload("a.docx", office("docx"))
    monkeypatch.setattr(zipfile.ZipFile, "open", fails)
    assert documents.kind_of(file) is None


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\lan\\Hợp đồng.pdf", "Hợp đồng.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ('say "hi".pdf', "say hi .pdf"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ("...hidden.txt", "hidden.txt"),
        ("  many   blanks .txt", "many blanks .txt"),
        ("", "-"),
    ],
)
def test_names_become_one_plain_line(typed, kept):
    assert documents.tidy_file_name(typed) == kept


def test_a_long_name_keeps_its_ending():
    name = documents.tidy_file_name("Biên bản " * 60 + ".docx")
    assert len(name) == documents.LONGEST_NAME and name.endswith(".docx")
