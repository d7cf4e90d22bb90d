"""What a file is, told from its bytes alone: an allow-list of common types, and the size of raster images from their headers.

Nothing is ever decoded or unpacked. Whatever is not plainly of a type of the list is `application/octet-stream`, and so is
everything that a browser could take for markup.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

UNKNOWN_TYPE = "application/octet-stream"
TEXT_TYPE = "text/plain"
CSV_TYPE = "text/csv"

# What pages may show in place. Raster only: SVG and HTML can hold scripts.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

HEAD_BYTES = 256 * 1024  # The frame header of a JPEG stands behind its profile and previews, of 64 KiB each.
MAX_SIDE = 2**31 - 1

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
)

BRANDS = {
    b"isom": "video/mp4", b"iso2": "video/mp4", b"iso5": "video/mp4", b"iso6": "video/mp4",
    b"mp41": "video/mp4", b"mp42": "video/mp4", b"avc1": "video/mp4", b"M4V ": "video/mp4",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp",
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif",
}  # fmt: skip

OPEN_DOCUMENTS = re.compile(
    rb"application/(?:vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics)|epub\+zip)"
)
OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE_TYPES = {
    b"word/": f"{OFFICE}wordprocessingml.document",
    b"xl/": f"{OFFICE}spreadsheetml.sheet",
    b"ppt/": f"{OFFICE}presentationml.presentation",
}
OFFICE_ALWAYS = (b"[Content_Types].xml", b"_rels/", b"docProps/")

MARKUP = re.compile(r"\s*<")
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Media:
    """What a file is. `width` and `height` in pixels, of raster images only."""

    type: str
    width: int | None = None
    height: int | None = None


class MediaReader:
    """Takes a file's bytes as they come and tells in the end what it is; holds no more than the file's head."""

    def __init__(self) -> None:
        self.size = 0
        self._head = bytearray()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._may_be_text = True
        self._has_begun = False

    def feed(self, chunk: bytes) -> None:
        """The next bytes."""
        self.size += len(chunk)
        self._head += chunk[: HEAD_BYTES - len(self._head)]
        if self._may_be_text:
            self._may_be_text = self._reads_as_text(chunk, is_last=False)

    def finish(self, name: str) -> Media:
        """What the file is. The name decides nothing but whether a text is a table."""
        head = bytes(self._head)
        found = media_from_head(head)
        if found is not None:
            return found
        if head and self._may_be_text and self._reads_as_text(b"", is_last=True):
            return Media(CSV_TYPE if name.lower().endswith(".csv") else TEXT_TYPE)
        return Media(UNKNOWN_TYPE)

    def _reads_as_text(self, chunk: bytes, *, is_last: bool) -> bool:
        try:
            text = self._decoder.decode(chunk, final=is_last)
        except UnicodeDecodeError:
            return False
        if NOT_TEXT.search(text):
            return False
        if not self._has_begun:
            text = text.removeprefix("\ufeff")
            if MARKUP.match(text):
                return False
            self._has_begun = bool(text.strip())
        return True


def media_from_head(head: bytes) -> Media | None:
    """What a file that begins like this is; None when its head says nothing, as a text's does.

    An image without a readable header is no image.
    """
    for signature, measure in MEASURED:
        if head.startswith(signature):
            return measure(head)
    for offset, signature, found in SIGNATURES:
        if head.startswith(signature, offset):
            return Media(found)
    if head.startswith(b"PK\x03\x04"):
        return Media(_zip_type(head))
    if head[4:8] == b"ftyp":
        return Media(BRANDS.get(head[8:12], UNKNOWN_TYPE))
    if head.startswith(b"\x1aE\xdf\xa3"):
        return Media("video/webm" if b"webm" in head[:64] else UNKNOWN_TYPE)
    return None


def _measure_png(head: bytes) -> Media | None:
    if head[8:16] != b"\x00\x00\x00\rIHDR" or len(head) < 24:
        return None
    return _image("image/png", int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"))


def _measure_gif(head: bytes) -> Media | None:
    if len(head) < 10:
        return None
    return _image("image/gif", int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little"))


def _measure_jpeg(head: bytes) -> Media | None:
    """Walks from segment to segment to the frame header (ITU T.81, B.2.2)."""
    place = 2
    while place + 9 <= len(head):
        if head[place] != 0xFF:
            return None
        marker = head[place + 1]
        if marker == 0xFF:  # Fill bytes.
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(head[place + 5 : place + 7], "big")
            return _image("image/jpeg", int.from_bytes(head[place + 7 : place + 9], "big"), height)
        length = int.from_bytes(head[place + 2 : place + 4], "big")
        if length < 2 or marker in (0xD8, 0xD9, 0xDA):
            return None
        place += 2 + length
    # The frame header may lie beyond what is looked at; in a short file there is none.
    return Media("image/jpeg") if len(head) == HEAD_BYTES else None


def _measure_riff(head: bytes) -> Media | None:
    """A container of two of our types; WebP's three kinds of frame each tell their size in another way (RFC 9649)."""
    if head[8:12] == b"WAVE":
        return Media("audio/wav")
    if head[8:12] != b"WEBP" or len(head) < 30:
        return None
    match head[12:16]:
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":
            width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        case b"VP8L" if head[20] == 0x2F:
            bits = int.from_bytes(head[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        case _:
            return None
    return _image("image/webp", width, height)


def _image(found: str, width: int, height: int) -> Media | None:
    """None for sizes no image has: nobody measures what cannot be shown."""
    if not 0 < width <= MAX_SIDE or not 0 < height <= MAX_SIDE:
        return None
    return Media(found, width, height)


MEASURED: tuple[tuple[bytes, Callable[[bytes], Media | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _measure_png),
    (b"GIF87a", _measure_gif),
    (b"GIF89a", _measure_gif),
    (b"\xff\xd8\xff", _measure_jpeg),
    (b"RIFF", _measure_riff),
)


def _zip_type(head: bytes) -> str:
    """Office files are archives whose entries have known names; those in the head are enough to tell."""
    if head[30:38] == b"mimetype" and (document := OPEN_DOCUMENTS.match(head, 38)):
        return document[0].decode()
    names = [
        head[at + 30 : at + 30 + int.from_bytes(head[at + 26 : at + 28], "little")]
        for at in (found.start() for found in re.finditer(rb"PK\x03\x04", head))
    ]
    if any(name.startswith(OFFICE_ALWAYS) for name in names):
        for folder, found in OFFICE_TYPES.items():
            if any(name.startswith(folder) for name in names):
                return found
    return "application/zip"
