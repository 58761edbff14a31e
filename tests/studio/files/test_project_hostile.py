"""Project files that are broken or built to harm: refused in a sentence, the file unchanged, the song had where it is whole."""

from __future__ import annotations

import io
import json
import re
import resource
import stat
import zipfile
from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files import limits, project
from studio.files.format import open_partly
from studio.files.loading import load_json
from studio.files.project import Document
from studio.files.report import PartlyReadable
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track
from studio.strict_json import dumped
from tests.mutating_inside import packed, unpacked, with_document

SENTENCE = re.compile(r"^«odd\.ricercar»[ :,].+[.)]?$")


def whole() -> bytes:
    song = Song("Odd", (Track(1, "Piano", notes=Notes.of([Note(0, 960, 60, 80, 2)])),), next_id=3)
    document = Document(
        song, "5f0d7c1e-1111-4222-8333-944455556666", 1, takes=({"stars": 1},), extras={"preview.png": b"\x89PNG"}
    )
    held = io.BytesIO()
    project.pack(project.members(document), document, held, project.Progress())
    return held.getvalue()


def refusal(data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        project.read_bytes(data, "odd.ricercar")
    assert SENTENCE.match(caught.value.message), caught.value.message
    assert caught.value.hint
    return caught.value


def with_entry(entry: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    held = io.BytesIO(whole())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(entry, content)
    return held.getvalue()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:/evil", "\\evil", "a\\..\\..\\evil"])
def test_r3_a_member_that_points_outside_is_refused(name: str) -> None:
    assert "points outside" in refusal(with_entry(zipfile.ZipInfo(name))).message


def test_r3_a_link_in_the_archive_is_refused() -> None:
    link = zipfile.ZipInfo("latent/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "a link" in refusal(with_entry(link, b"/etc/passwd")).message


def test_r3_a_locked_member_is_refused() -> None:
    data = bytearray(whole())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "password" in refusal(bytes(data)).message


def test_r16_too_many_members_are_refused_before_any_is_read() -> None:
    held = io.BytesIO(whole())
    with zipfile.ZipFile(held, "a") as archive:
        for number in range(limits.ZIP_MEMBERS):
            archive.writestr(f"latent/{number}", b"")
    assert "are allowed" in refusal(held.getvalue()).message


def test_r16_an_archive_within_the_archive_is_not_opened() -> None:
    inner = packed({"bomb": b"0" * 50_000_000})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "other parts" in refusal(with_entry(zipfile.ZipInfo("latent/inner.zip"), inner)).message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000, "it was not unpacked"


def test_r16_a_size_that_lies_is_noticed_whichever_way_it_lies() -> None:
    members = unpacked(whole())
    manifest = json.loads(members["manifest.json"])
    for size in (1, 10**9):
        manifest["members"]["document.json"]["size"] = size
        message = refusal(packed({**members, "manifest.json": dumped(manifest)})).message
        assert "unpacks to more" in message or "not what was saved" in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b'{"title":NaN}', "line 1, column 10: NaN is not a number"),
        (b'{"title":"a",\n"next_id":1e999}', "line 2, column 11: 1e999 is too large"),
        (b'{"title":"a","title":"b"}', "line 1, column 14: a key stands twice"),
        (b"[" * 65 + b"]" * 65, "line 1, column 65: nested more than 64 deep"),
        (b'{"next_id":9007199254740993}', "line 1, column 12: 9007199254740993 is too large"),
        (b'{"next_id":123456789012345678901234567890}', "line 1, column 12: 12345678901234567890 is too large"),
        (b'{"title":"a"', "line 1, column 13"),
        (b'{"title":"\xff"}', "byte 10: not UTF-8 text"),
        (b"", "line 1, column 1"),
        (b"null", "title should be there"),
    ],
)
def test_r16_json_that_is_not_strict_is_refused_with_its_place(text: bytes, place: str) -> None:
    assert place in refusal(with_document(whole(), text)).message


@pytest.mark.parametrize(("value", "fits"), [(limits.JSON_INTEGER, True), (limits.JSON_INTEGER + 1, False)])
def test_r16_integers_of_json_one_below_and_one_above(value: int, fits: bool) -> None:
    text = b'{"a":%d}' % value
    if fits:
        assert load_json(text, "a.json") == {"a": value}
    else:
        with pytest.raises(UnreadableFile, match="too large"):
            load_json(text, "a.json")


def test_r16_depth_of_json_one_below_and_one_above() -> None:
    deepest = b"[" * limits.JSON_DEPTH + b"]" * limits.JSON_DEPTH
    assert load_json(deepest, "a.json")
    with pytest.raises(UnreadableFile, match="nested more than 64 deep"):
        load_json(b"[" + deepest + b"]", "a.json")


@pytest.mark.slow
def test_r16_bytes_of_json_one_below_and_one_above() -> None:
    text = b'"' + b"a" * (limits.JSON_BYTES - 2) + b'"'
    assert len(load_json(text, "a.json")) == limits.JSON_BYTES - 2
    with pytest.raises(UnreadableFile, match="more than 67108864 bytes"):
        load_json(text + b" ", "a.json")


def test_r5_a_newer_schema_says_which_version_wrote_it_and_changes_nothing(tmp_path: Path) -> None:
    members = unpacked(whole())
    manifest = json.loads(members["manifest.json"]) | {"schema": project.SCHEMA + 7, "program": "12.3"}
    path = tmp_path / "odd.ricercar"
    path.write_bytes(packed({**members, "manifest.json": dumped(manifest), "hologram.bin": b"new"}))
    before, when = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(UnreadableFile, match=rf"Ricercar 12\.3 \(schema {project.SCHEMA + 7}\)"):
        project.read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, when)
    assert list(tmp_path.iterdir()) == [path]


def test_a_project_cut_anywhere_is_refused() -> None:
    data = whole()
    for size in (*range(0, len(data), 7), len(data) - 1):
        refusal(data[:size])


def test_r12_the_song_is_had_where_only_something_beside_it_is_damaged(tmp_path: Path) -> None:
    data = bytearray(whole())
    data[data.index(b"preview.png") + len("preview.png") + 2] ^= 0xFF
    path = tmp_path / "odd.ricercar"
    path.write_bytes(data)
    with pytest.raises(PartlyReadable, match=r"preview\.png") as caught:
        project.read(path)
    assert "song in it is whole" in caught.value.hint
    opened = open_partly(path)
    assert [note.pitch for note in opened.song.tracks[0].notes] == [60]
    assert opened.report.remarks


@pytest.mark.parametrize("member", ["document.json", "manifest.json", "mimetype"])
def test_a_project_whose_heart_is_damaged_offers_nothing(tmp_path: Path, member: str) -> None:
    members = unpacked(whole())
    path = tmp_path / "odd.ricercar"
    path.write_bytes(packed({**members, member: members[member][:-1] + b"?"}))
    with pytest.raises(UnreadableFile) as caught:
        project.read(path)
    assert not isinstance(caught.value, PartlyReadable)
    with pytest.raises(UnreadableFile):
        open_partly(path)
