"""Text in MIDI files: what bytes mean, and how names are cleaned."""

from __future__ import annotations

import re

from studio.files import limits

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NOT_XML = re.compile("[\ufffe\uffff]")
_RESERVED = re.compile(r'[<>:"/\\|?*]+')
_SECTION = re.compile(
    r"^\W*(intro|verse|(pre-?)?chorus|refrain|bridge|solo|interlude|break|middle|outro|ending|coda|part|section|theme"
    r"|[A-H]'{0,2})\s*\d*\W*$",
    re.IGNORECASE,
)


def text_of(payload: bytes) -> str:
    """UTF-8, else Latin-1, as it stands."""
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode("latin-1")


def begun(payload: bytes, size: int) -> bytes:
    """The first bytes of a text, never half a sign of UTF-8."""
    if len(payload) <= size:
        return payload
    end = size
    while end > size - 4 and payload[end] & 0xC0 == 0x80:
        end -= 1
    return payload[:end]


def name_of(payload: bytes) -> tuple[str, bool]:
    """The name that a text makes, and whether it is that text as it stood."""
    text = text_of(begun(payload, limits.TEXT_BYTES))
    name = clean_name(text)
    return name, name == text and len(payload) <= limits.TEXT_BYTES


def clean_name(text: str) -> str:
    """Without control characters, trimmed, at most 255 bytes."""
    return cut_bytes(clean_text(text), limits.NAME_BYTES)


def clean_text(text: str) -> str:
    """Without control characters, trimmed, of any length."""
    return _CONTROL.sub(" ", text.removeprefix("\ufeff")).strip()


def xml_name(text: str) -> str:
    """A clean name without what XML cannot hold."""
    return clean_name(_NOT_XML.sub(" ", text))


def cut_bytes(text: str, size: int) -> str:
    """The longest beginning that fits in so many bytes of UTF-8."""
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore").rstrip()


def file_name(text: str) -> str:
    """A name that every file system takes: no path parts, no reserved characters, at most 120 bytes."""
    plain = _RESERVED.sub(" ", clean_name(text)).strip(" .")
    return cut_bytes(plain, 120) or "Track"


def is_section_name(text: str) -> bool:
    """Whether a marker reads as the name of a section, such as "Verse 2", "Bridge" or "B"."""
    return bool(_SECTION.match(text))
