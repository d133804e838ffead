"""Files that are not what they should be: line, column and reason, and never the whole file in memory."""

import tracemalloc

import pytest

from clients.transfer import columns, reading
from clients.transfer.report import MOST_PROBLEMS, ImportRefused, Report

HEADER = "product,series,sales_price\n"


def problems_of(folder, content):
    folder.write(products=content)
    report = Report()
    rows = reading.read_table(folder.path, columns.PRODUCTS, report)
    assert report.problems, f"{len(rows)} rows were taken"
    return [(p.line, p.column) for p in report.problems], str(report.problems[0])


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("product,series\nA,B\n", 1, "sales_price", "missing"),
        ("product,series,series,sales_price\n", 1, "series", "twice"),
        ("", 1, "1", "empty"),
        (b"\xef\xbb\xbf" + HEADER.encode(), 1, "1", "byte-order mark"),
        ("\ufeff".join(["", HEADER]).encode("utf-16"), 1, "1", "UTF-16"),
        (HEADER.encode() + "A,Kühl,5\n".encode("latin-1"), 2, "4", "0xFC is not UTF-8"),
        (HEADER + "A,\0,5\n", 2, "3", "NUL"),
        (HEADER + "A,B\n", 2, "sales_price", "2 fields, the header 3"),
        (HEADER + "A,B,5,6\n", 2, "4", "4 fields, the header 3"),
        (HEADER + "A,B,-5\n", 2, "sales_price", "negative"),
        (HEADER + "A,B,\n", 2, "sales_price", "must not be empty"),
        (HEADER + 'A,"B,5\nC,D,6\n', 3, "1", "not a CSV line"),
        (HEADER + "A,B,5\n" + "x" * 20_000, 3, "10001", "longer than 10000 bytes"),
        (HEADER + "A,B,5\n" + "ệ" * 20_000, 3, "3333", "longer than 10000 bytes"),
        ("product;series;sales_price\nA;B;5\n", 1, "product", "missing"),
        ("\r".join([HEADER.strip(), "A,B,5"]), 1, "1", "not a CSV line"),
    ],
)
def test_wrong_file_names_line_column_and_reason(folder, content, line, column, words):
    places, said = problems_of(folder, content)
    assert places[0] == (line, column)
    assert words in said
    assert said.startswith(f"products.csv, line {line}, column {column}: ")


def test_missing_file_is_named(folder):
    (folder.path / "products.csv").unlink()
    report = Report()
    assert reading.read_table(folder.path, columns.PRODUCTS, report) == []
    assert "products.csv" in str(report.problems[0])
    assert "cannot be read" in str(report.problems[0])


def test_every_wrong_line_is_named_up_to_a_limit(folder):
    places, _said = problems_of(folder, HEADER + "A,B,x\nC,D,5\nE,F,y\n")
    assert places == [(2, "sales_price"), (4, "sales_price")]
    folder.write(products=HEADER + "A,B,x\n" * 1_000)
    with pytest.raises(ImportRefused) as refused:
        reading.read_table(folder.path, columns.PRODUCTS, Report())
    assert len(refused.value.problems) == MOST_PROBLEMS


def test_crlf_and_quotes_are_read_and_empty_lines_reported(folder):
    folder.write(products=HEADER.replace("\n", "\r\n") + '"A, big",S,5\r\n\r\nB,S,6\r\n')
    report = Report()
    rows = reading.read_table(folder.path, columns.PRODUCTS, report)
    assert [(row.line, row.values["product"]) for row in rows] == [(2, "A, big"), (4, "B")]
    assert [(e.line, e.outcome) for e in report.entries] == [(3, "left out")]


def _rubbish(path, chunk, size=100 * 2**20):
    """A file of 100 MB that repeats `chunk`."""
    with path.open("wb") as out:
        block = chunk * (2**20 // len(chunk))
        for _ in range(size // len(block) + 1):
            out.write(block)


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        (b"\x00", (1, "1")),
        (b"\xf5\x9a\x01\xff", (1, "1")),
        (b"x", (1, "10001")),
        (b"a,b\n", (1, "product")),
        (b'"', (1, "10001")),
    ],
)
def test_100_megabytes_of_rubbish_are_refused_at_once(folder, chunk, place):
    _rubbish(folder.path / "products.csv", chunk)
    tracemalloc.start()
    try:
        report = Report()
        reading.read_table(folder.path, columns.PRODUCTS, report)
        assert [(p.line, p.column) for p in report.problems] == [place]
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()


def test_a_file_without_end_stops_at_the_size_limit(folder, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 2**20)
    folder.write(products=HEADER.encode() + b"A,B,5\n" * 2**18)
    report = Report()
    reading.read_table(folder.path, columns.PRODUCTS, report)
    [problem] = report.problems
    assert "larger than 1 MB" in str(problem)
    assert problem.line == (2**20 - len(HEADER)) // 6 + 2


def test_unused_columns_are_reported(folder):
    report = Report()
    reading.read_table(folder.path, columns.ACCOUNTS, report)
    left_out = {entry.column: entry.detail for entry in report.entries if entry.outcome == "left out"}
    assert set(left_out) == {"year_established", "revenue"}
    assert "own revenue" in left_out["revenue"]
