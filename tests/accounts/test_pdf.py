"""PDF documents: Vietnamese letters in the house's font, nothing read as markup, the same bytes each time."""

import io

import pytest
from django.utils.translation import gettext_lazy
from pypdf import PdfReader

from accounts.web import pdf
from accounts.web.pdf import FontMissing, render_pdf

VIETNAMESE = "Đặng Thị Ngọc Ánh – Công ty Cổ phần Thép Việt, 1.250.000 ₫, ưu ươ ẩẫậ ỷỹỵ"
DOCUMENT = """
#import "_house.typ": *
#show: house.with(title: data.title, footer: data.title)
= #data.title
#data.body
#plain-table(columns: 2, header: (data.title, data.title), ..data.cells)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of templates with the house's own and one document."""
    (tmp_path / "_house.typ").write_text((pdf.TEMPLATES / "_house.typ").read_text())
    (tmp_path / "document.typ").write_text(DOCUMENT)
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    return tmp_path


def facts(**changes):
    return {"title": "Báo cáo", "body": VIETNAMESE, "cells": ["một", "hai"]} | changes


def read(content):
    reader = PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in reader.pages)
    fonts = [entry.get_object() for page in reader.pages for entry in page["/Resources"]["/Font"].values()]
    return reader, text, fonts


def test_pdf_has_vietnamese_letters_in_the_embedded_font(folder):
    reader, text, fonts = read(render_pdf("document.typ", facts(), language="vi"))
    assert VIETNAMESE in text.replace("\n", " ")
    assert reader.metadata.title == "Báo cáo"
    assert fonts and all("BeVietnamPro" in found["/BaseFont"] for found in fonts)
    for found in fonts:
        descriptor = found["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_pdf_of_the_same_data_is_the_same(folder):
    once, again = (render_pdf("document.typ", facts(), language="vi") for _ in range(2))
    assert once == again


def test_pdf_takes_values_as_text_and_not_as_markup(folder):
    body = '#read("/etc/passwd") $x^2$ *fat* = head \\ "quoted" //no comment'
    _, text, _ = read(render_pdf("document.typ", facts(body=body), language="en"))
    assert body in text.replace("\n", " ")


def test_pdf_composes_letters_and_speaks_the_language_asked_for(folder):
    body, word = "Việt", gettext_lazy("Currency")
    _, text, _ = read(render_pdf("document.typ", facts(body=body, cells=[word, word]), language="vi"))
    assert "Việt" in text
    assert "Loại tiền" in text
    assert "Currency" not in text


def test_pdf_refuses_a_font_that_is_not_there(folder):
    (folder / "document.typ").write_text('#set text(font: "No Such Font")\nHello')
    with pytest.raises(FontMissing, match="no such font"):
        render_pdf("document.typ", {}, language="en")
