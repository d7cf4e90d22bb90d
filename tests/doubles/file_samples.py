"""Small files of the types that people send, made here so that every byte is known."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile


def png(width: int = 3, height: int = 2) -> bytes:
    """A PNG's header with an empty body: enough for whoever does not decode it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        + b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
    )


def gif(width: int = 3, height: int = 2, rest: bytes = b"\x00\x00\x00;") -> bytes:
    """A GIF without a frame."""
    return b"GIF89a" + struct.pack("<HH", width, height) + rest


def jpeg(width: int = 3, height: int = 2, profile_bytes: int = 0) -> bytes:
    """A JPEG up to its frame header, behind so many bytes of profile in segments of 64 KiB."""
    segments = b""
    while profile_bytes > 0:
        length = min(profile_bytes, 65_000)
        segments += b"\xff\xe2" + struct.pack(">H", length + 2) + b"p" * length
        profile_bytes -= length
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x01\x11\x00" * 3
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + segments
        + frame
        + b"\xff\xd9"
    )


def webp(kind: bytes, width: int = 3, height: int = 2) -> bytes:
    """A WebP of one of the three kinds: VP8, VP8L, VP8X."""
    match kind:
        case b"VP8 ":
            body = b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height)
        case b"VP8L":
            body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\x00" * 5
        case _:
            sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
            body = b"\x10\x00\x00\x00" + sides
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def archive(*names: str, content: bytes = b"x") -> bytes:
    """A zip with these entries."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as entries:
        for name in names:
            entries.writestr(name, content)
    return packed.getvalue()


def open_document(kind: bytes) -> bytes:
    """An OpenDocument or EPUB file: its first entry names its type."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as entries:
        entries.writestr("mimetype", kind)
        entries.writestr("content.xml", b"<x/>")
    return packed.getvalue()
