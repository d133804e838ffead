"""Small files of every kind, made here, so that no binary is committed."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

OFFICE = "application/vnd.openxmlformats-officedocument."
MAINS = {
    "docx": ("word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation.main+xml"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
}


def zipped(parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def office(kind, **more):
    part, main = MAINS[kind]
    listed = f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>'
    return zipped({"[Content_Types].xml": listed, part: "<x/>"} | more)


PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 24
JPEG = b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00" + b"\x00" * 30 + b"\xff\xd9"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 30
GOOD = {
    "Hợp đồng số 12.pdf": (PDF, "application/pdf"),
    "photo.png": (PNG, "image/png"),
    "photo.jpg": (JPEG, "image/jpeg"),
    "photo.JPEG": (JPEG, "image/jpeg"),
    "photo.webp": (WEBP, "image/webp"),
    "minutes.docx": (office("docx"), f"{OFFICE}wordprocessingml.document"),
    "prices.xlsx": (office("xlsx"), f"{OFFICE}spreadsheetml.sheet"),
    "review.pptx": (office("pptx"), f"{OFFICE}presentationml.presentation"),
    "notes.txt": ("Biên bản nghiệm thu đợt 1\r\n".encode(), "text/plain"),
    "BM.txt": (b"BM 12 was delivered", "text/plain"),
    "lines.csv": (b"number;amount\nINV-1;1200\n", "text/plain"),
    "excel.csv": ("số;tiền\n1;2\n".encode("utf-16"), "text/plain"),
    "bom.csv": ("số;tiền\n".encode("utf-8-sig"), "text/plain"),
}
# Each under a name that would be fine, with what is refused inside.
REFUSED = {
    "page.txt": b"<!DOCTYPE html><html><body>Hello</body></html>",
    "fragment.txt": b"Hello <svg onload=alert(1)>",
    "picture.png": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "markup.txt": b"<?xml version='1.0'?><a/>",
    "comment.csv": b"<!-- --><img src=x onerror=alert(1)>",
    "tagged.txt": b"Hello <script>alert(1)</script>",
    "shell.txt": b"#!/bin/sh\nrm -rf /\n",
    "php.txt": b"Hello <?php echo 1; ?>",
    "rich.txt": b"{\\rtf1 hello}",
    "program.pdf": b"MZ\x90\x00" + b"\x00" * 200,
    "elf.pdf": b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
    "bytes.txt": b"abc\x00def",
    "control.txt": b"abc\x1bdef",
    "latin.txt": "Größe".encode("latin-1"),
    "half.txt": b"\xff\xfea",
    "archive.docx": zipped({"a.txt": "a"}),
    "macros.docx": office("docm"),
    "hidden.xlsx": office("xlsx", **{"xl/vbaProject.bin": "x"}),
    "broken.docx": office("docx")[:60],
    "behind.docx": b"MZ\x90\x00" + office("docx"),
    "animation.png": b"GIF89a" + b"\x00" * 30,
    "sound.webp": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 30,
}


def upload(name="Hợp đồng.pdf", content=PDF):
    """As a browser sends it, which says about the type what it likes."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")
