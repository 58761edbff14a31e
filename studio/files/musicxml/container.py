"""The score inside a MusicXML file: plain, or packed as .mxl."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.loading import load_bytes
from studio.files.musicxml.tree import parse
from studio.files.zips import member_bytes, opened_zip
from studio.words import tr

CONTAINER = "META-INF/container.xml"


def load_score(path: Path) -> bytes:
    """The XML of the score; a packed file is known by its first bytes, whatever its suffix."""
    return score_in(load_bytes(path, limits.XML_BYTES, tr("a MusicXML file")), path.name)


def score_in(data: bytes, name: str) -> bytes:
    """The same of a file's bytes; `name` is used in messages."""
    if not data.startswith(b"PK"):
        return data
    with opened_zip(io.BytesIO(data), name) as archive:
        return member_bytes(archive, _score_name(archive, name), limits.XML_BYTES, name)


def _score_name(archive: zipfile.ZipFile, name: str) -> str:
    """What the container names; else the first XML file (quotes in titles have broken many a container)."""
    members = archive.namelist()
    named = _named_by_container(archive, name) if CONTAINER in members else ""
    if named in members:
        return named
    scores = [member for member in members if member.endswith((".xml", ".musicxml")) and not member.startswith("META-INF/")]
    if not scores:
        raise UnreadableFile(
            tr("«{name}» is a packed file without a score in it.", name=name), tr("Export it again from your notation program.")
        )
    return scores[0]


def _named_by_container(archive: zipfile.ZipFile, name: str) -> str:
    data = member_bytes(archive, CONTAINER, limits.XML_BYTES, name)
    try:
        found = parse(data, name, lambda *_: False, lambda _: None).deep("rootfile")
    except UnreadableFile:
        return ""
    return found.attributes.get("full-path", "") if found is not None else ""
