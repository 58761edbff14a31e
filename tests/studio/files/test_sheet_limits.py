"""The limits of sheets and archives: one below is read, one above is refused with the number (reliability.md R16)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.formats import abc_tunes, musicxml
from studio.files.musicxml.tree import parse
from studio.files.zips import member_bytes, opened_zip

TUNE = "X:1\nL:1/4\nK:C\nC D E F |\n\n"


def test_bytes_of_an_abc_file(tmp_path: Path) -> None:
    path = tmp_path / "long.abc"
    padding = "%" * 79 + "\n"
    text = TUNE + padding * ((limits.ABC_BYTES - len(TUNE)) // 80)
    path.write_text(text + "%" * (limits.ABC_BYTES - len(text)))
    assert path.stat().st_size == limits.ABC_BYTES
    assert abc_tunes.read(path).song.note_count == 4
    with path.open("a") as stream:
        stream.write("%")
    with pytest.raises(UnreadableFile, match="16 777 216"):
        abc_tunes.read(path)


def test_tunes_of_an_abc_file(tmp_path: Path) -> None:
    path = tmp_path / "many.abc"
    path.write_text(TUNE * limits.ABC_TUNES)
    assert "20000 tunes" in abc_tunes.read(path).report.remarks[0]
    path.write_text(TUNE * (limits.ABC_TUNES + 1))
    with pytest.raises(UnreadableFile, match="more than 20000 tunes"):
        abc_tunes.read(path)


def test_bytes_of_a_score(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    with path.open("wb") as stream:
        stream.truncate(limits.XML_BYTES + 1)
    with pytest.raises(UnreadableFile, match="67 108 864"):
        musicxml.read(path)


def test_depth_of_xml() -> None:
    def nested(depth: int) -> bytes:
        return b"<a>" * depth + b"</a>" * depth

    parse(nested(limits.XML_DEPTH), "deep.xml", lambda *_: False, lambda _: None)
    with pytest.raises(UnreadableFile, match="more than 256 deep"):
        parse(nested(limits.XML_DEPTH + 1), "deep.xml", lambda *_: False, lambda _: None)


def archive_of(count: int) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return held


def test_members_of_an_archive() -> None:
    opened_zip(archive_of(limits.ZIP_MEMBERS), "many.zip").close()
    with pytest.raises(UnreadableFile, match="10001 parts"):
        opened_zip(archive_of(limits.ZIP_MEMBERS + 1), "many.zip")


def test_bytes_of_a_member_are_counted_while_reading() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one", b"0" * limits.MIB)
    with opened_zip(held, "one.zip") as archive:
        assert len(member_bytes(archive, "one", limits.MIB, "one.zip")) == limits.MIB
        with pytest.raises(UnreadableFile, match="unpacks to more"):
            member_bytes(archive, "one", limits.MIB - 1, "one.zip")


def test_claimed_sizes_are_refused_before_unpacking() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one", b"0" * 100)
    data = bytearray(held.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="2048 MiB"):
        opened_zip(io.BytesIO(data), "liar.zip")


@pytest.mark.parametrize("what", ["encrypted", "link"])
def test_locked_and_linked_members_are_refused(what: str) -> None:
    held = io.BytesIO()
    entry = zipfile.ZipInfo("one")
    if what == "link":
        entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(entry, b"target")
    data = bytearray(held.getvalue())
    if what == "encrypted":
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFile, match="a link or locked"):
        opened_zip(io.BytesIO(data), "odd.zip")
