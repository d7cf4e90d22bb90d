"""What a file is, told from its bytes: whatever it is called, and however they come."""

import pytest

from hub.domain.media import HEAD_BYTES, INLINE_TYPES, Media, MediaReader
from tests.doubles.file_samples import archive, gif, jpeg, open_document, png, webp

OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

KNOWN = {
    "png": (png(640, 480), Media("image/png", 640, 480)),
    "gif": (gif(640, 480), Media("image/gif", 640, 480)),
    "jpeg": (jpeg(640, 480), Media("image/jpeg", 640, 480)),
    "jpeg behind a profile": (jpeg(640, 480, profile_bytes=200_000), Media("image/jpeg", 640, 480)),
    "jpeg behind more than is looked at": (jpeg(profile_bytes=HEAD_BYTES * 2), Media("image/jpeg")),
    "webp, lossy": (webp(b"VP8 ", 640, 480), Media("image/webp", 640, 480)),
    "webp, lossless": (webp(b"VP8L", 640, 480), Media("image/webp", 640, 480)),
    "webp, extended": (webp(b"VP8X", 640, 480), Media("image/webp", 640, 480)),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Media("application/pdf")),
    "rtf": (b"{\\rtf1\\ansi Hello}", Media("application/rtf")),
    "zip": (archive("a.txt"), Media("application/zip")),
    "docx": (
        archive("[Content_Types].xml", "word/document.xml"),
        Media(f"{OFFICE}wordprocessingml.document"),
    ),
    "xlsx": (archive("docProps/app.xml", "xl/workbook.xml"), Media(f"{OFFICE}spreadsheetml.sheet")),
    "pptx": (archive("_rels/.rels", "ppt/presentation.xml"), Media(f"{OFFICE}presentationml.presentation")),
    "a zip with a folder of that name": (archive("word/list.txt"), Media("application/zip")),
    "odt": (open_document(f"{ODF}text".encode()), Media(f"{ODF}text")),
    "epub": (open_document(b"application/epub+zip"), Media("application/epub+zip")),
    "a zip that names another type": (open_document(b"text/html"), Media("application/zip")),
    "gzip": (b"\x1f\x8b\x08\x00abc", Media("application/gzip")),
    "mp3 with tags": (b"ID3\x04\x00\x00", Media("audio/mpeg")),
    "mp3": (b"\xff\xfb\x90\x64\x00", Media("audio/mpeg")),
    "ogg": (b"OggS\x00\x02", Media("audio/ogg")),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", Media("audio/wav")),
    "mp4": (b"\x00\x00\x00\x20ftypisom\x00", Media("video/mp4")),
    "m4a": (b"\x00\x00\x00\x20ftypM4A \x00", Media("audio/mp4")),
    "heic": (b"\x00\x00\x00\x20ftypheic\x00", Media("image/heic")),
    "webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", Media("video/webm")),
    "text": ("Grüße, 世界 👋\r\n\tbye".encode(), Media("text/plain")),
    "text with a mark": (b"\xef\xbb\xbfHello", Media("text/plain")),
}

# Nothing of this may ever be shown in place, whatever it is called.
HOSTILE = {
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "html behind space": b" \r\n\t " * 5_000 + b"<html>",
    "html behind a mark": b"\xef\xbb\xbf <html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "xml": b'<?xml version="1.0"?><svg/>',
    "elf": b"\x7fELF\x02\x01\x01\x00",
    "exe": b"MZ\x90\x00\x03",
    "jar with a png's name": archive("META-INF/MANIFEST.MF"),
    "png without a header": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "png of no size": png(0, 0),
    "png of more than any": png(2**31, 1),
    "png cut short": png()[:20],
    "gif of no size": gif(0, 0),
    "gif cut short": b"GIF89a\x01",
    "jpeg that says nothing": b"\xff\xd8\xff\xe0\x00\x00",
    "jpeg that goes nowhere": b"\xff\xd8\xff\xe0\x00\x04ab<html>",
    "jpeg without a frame": b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9" + b"\x00" * 20,
    "webp of no kind": b"RIFF\x1a\x00\x00\x00WEBPEVIL" + b"\x00" * 20,
    "riff of another kind": b"RIFF\x1a\x00\x00\x00AVI " + b"\x00" * 20,
    "film of an unknown brand": b"\x00\x00\x00\x20ftypevil\x00",
    "utf-16": "Hello".encode("utf-16"),
    "latin-1": "Grüße".encode("latin-1"),
    "utf-8 cut in a character": "Grüße".encode()[:3],
    "text with a NUL": b"Hello\x00",
    "text with an escape": b"Hello \x1b[31m",
    "nothing": b"",
}


def read(content: bytes, name: str = "x", step: int | None = None) -> Media:
    reader = MediaReader()
    for start in range(0, len(content), step or len(content) or 1):
        reader.feed(content[start : start + (step or len(content))])
    assert reader.size == len(content)
    return reader.finish(name)


@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("step", [None, 7, 1])
def test_a_file_is_what_its_bytes_say(kind: str, step: int | None) -> None:
    content, media = KNOWN[kind]
    if step and len(content) > 10_000:
        step *= 4_099
    assert read(content, step=step) == media


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", ["x.png", "x.svg", "x.html", "x.csv", "x"])
@pytest.mark.parametrize("step", [None, 5])
def test_what_is_not_plainly_of_a_known_type_is_nothing_a_browser_would_show(
    kind: str, name: str, step: int | None
) -> None:
    media = read(HOSTILE[kind], name, step)
    assert media.type in {"application/octet-stream", "application/zip"}
    assert (media.width, media.height) == (None, None)


@pytest.mark.parametrize(
    ("name", "type_"),
    [("a.csv", "text/csv"), ("A.CSV", "text/csv"), ("a.html", "text/plain"), ("", "text/plain")],
)
def test_of_a_text_the_name_tells_only_whether_it_is_a_table(name: str, type_: str) -> None:
    assert read(b"a;b\n1;2\n", name).type == type_


def test_a_script_in_the_clothes_of_an_image_is_an_image_and_nothing_else() -> None:
    polyglot = b"GIF89a/*  " + b"\x00" * 20 + b"*/=1;alert(1)"
    assert read(polyglot, "x.js").type == "image/gif"


def test_an_image_bomb_is_its_header() -> None:
    assert read(png(50_000, 50_000)) == Media("image/png", 50_000, 50_000)


def test_an_animation_of_many_frames_is_measured_once() -> None:
    frames = b"ANMF\x10\x00\x00\x00" + b"\x00" * 16
    assert read(webp(b"VP8X", 9, 9) + frames * 10_000) == Media("image/webp", 9, 9)


def test_no_more_than_the_head_is_held() -> None:
    reader = MediaReader()
    for _ in range(64):
        reader.feed(b"x" * HEAD_BYTES)
    assert len(reader._head) == HEAD_BYTES
    assert reader.finish("x") == Media("text/plain")


def test_only_raster_images_are_shown_in_place() -> None:
    assert {"image/png", "image/jpeg", "image/gif", "image/webp"} == INLINE_TYPES
