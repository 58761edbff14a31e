"""The project file: everything survives, equal documents are equal bytes, and no failure harms what was there."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

import pytest
from hypothesis import given, settings

from studio.errors import UnreadableFile, UnwritableFile
from studio.files import project
from studio.files.format import open_song, write_song
from studio.files.project import Document
from studio.jobs.progress import Cancelled, Progress
from studio.paths import write_atomically
from studio.song.check import check
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track, empty_song
from studio.strict_json import dumped
from tests.song_values import documents


def small(title: str = "Small", revision: int = 1) -> Document:
    song = Song(title, (Track(1, "Piano", notes=Notes.of([Note(0, 960, 60, 80, 2), Note(960, 960, 64, 90, 3)])),), next_id=4)
    return Document(song, "5f0d7c1e-1111-4222-8333-944455556666", revision)


def repacked(path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """The file with its members changed, in order."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)
    return path


def with_song_json(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The file with a changed document.json and a manifest that agrees with it."""

    def changed(members: dict[str, bytes]) -> dict[str, bytes]:
        value = json.loads(members["document.json"])
        change(value)
        data = dumped(value)
        manifest = json.loads(members["manifest.json"])
        manifest["members"]["document.json"] = {"sha256": project._sha256(data), "size": len(data)}
        return {**members, "document.json": data, "manifest.json": dumped(manifest)}

    return repacked(path, changed)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "song.ricercar"
    project.write(small(), path)
    return path


@settings(max_examples=60, deadline=None)
@given(documents())
def test_everything_survives_and_saving_again_gives_the_same_bytes(document: Document) -> None:
    import tempfile

    assert check(document.song) == ()
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "a.ricercar", Path(folder) / "b.ricercar"
        project.write(document, first)
        read = project.read(first)
        assert read == document
        project.write(read, second)
        assert first.read_bytes() == second.read_bytes()


def test_the_container_is_laid_out_as_promised(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        entries = archive.infolist()
        manifest = json.loads(archive.read("manifest.json"))
        document = json.loads(archive.read("document.json"))
    assert [entry.filename for entry in entries] == ["mimetype", "manifest.json", "document.json"]
    assert entries[0].compress_type == zipfile.ZIP_STORED
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert manifest["schema"] == project.SCHEMA
    assert manifest["revision"] == 1
    assert document["tracks"][0]["notes"]["pitch"] == [60, 64]
    assert saved.read_bytes()[30:38] == b"mimetype"


def test_the_next_revision_keeps_identity() -> None:
    document = small()
    changed = document.with_song(empty_song("Other"))
    assert (changed.uuid, changed.revision, changed.song.title) == (document.uuid, 2, "Other")


def test_as_a_format_the_song_goes_both_ways_with_equal_bytes(tmp_path: Path) -> None:
    song = small().song
    write_song(song, tmp_path / "a.ricercar")
    write_song(song, tmp_path / "b.ricercar")
    assert open_song(tmp_path / "a.ricercar").song == song
    assert (tmp_path / "a.ricercar").read_bytes() == (tmp_path / "b.ricercar").read_bytes()


# Nothing harms the file that was there


class FailingStream:
    """Lets so many writes through, then the disk is full."""

    def __init__(self, stream: IO[bytes], writes: int) -> None:
        self._stream = stream
        self._left = writes

    def write(self, data: bytes) -> int:
        if self._left == 0:
            raise OSError(28, "No space left on device")
        self._left -= 1
        return self._stream.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def test_a_full_disk_at_any_write_leaves_the_old_file_and_nothing_beside_it(saved: Path) -> None:
    before = saved.read_bytes()
    document = small("Changed", 2)
    members = project.members(document)
    failures = 0
    for writes in range(200):

        def fill(stream: IO[bytes], writes: int = writes) -> None:
            project.pack(members, document, cast(IO[bytes], FailingStream(stream, writes)), Progress())

        try:
            write_atomically(saved, fill, project.verify)
            break
        except UnwritableFile:
            failures += 1
        assert saved.read_bytes() == before
        assert os.listdir(saved.parent) == [saved.name]
    assert failures >= 8
    assert project.read(saved) == document


@pytest.mark.skipif(sys.platform == "win32", reason="needs a file-size limit of the system")
def test_a_file_size_limit_of_the_system_at_any_byte(saved: Path) -> None:
    before = saved.read_bytes()
    document = small("A longer title than before", 2)
    project.write(document, saved.with_name("other.ricercar"))
    size = saved.with_name("other.ricercar").stat().st_size
    saved.with_name("other.ricercar").unlink()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        for limit in range(0, size, 97):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            with pytest.raises(UnwritableFile):
                project.write(document, saved)
            assert saved.read_bytes() == before
            assert os.listdir(saved.parent) == [saved.name]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old_handler)


def test_cancelling_a_save_at_any_report_leaves_the_old_file(saved: Path) -> None:
    before = saved.read_bytes()
    for reports in range(1, 4):
        progress = Progress()
        seen: list[float] = []

        def cancel(done: float, total: float, note: str, seen: list[float] = seen, reports: int = reports) -> None:
            seen.append(done)
            if len(seen) == reports:
                progress.cancel()  # noqa: B023

        progress = Progress(cancel)
        with pytest.raises(Cancelled):
            project.write(small("Changed", 2), saved, progress)
        assert saved.read_bytes() == before
        assert os.listdir(saved.parent) == [saved.name]


def test_what_the_disk_gives_back_is_checked_before_it_counts_as_saved(saved: Path) -> None:
    data = bytearray(saved.read_bytes())
    data[data.index(b"document.json") + 40] ^= 0xFF

    def fill(stream: IO[bytes]) -> None:
        stream.write(data)

    with pytest.raises(UnwritableFile, match="something else than was written"):
        write_atomically(saved.with_name("new.ricercar"), fill, project.verify)
    assert os.listdir(saved.parent) == [saved.name]


def test_a_song_that_fails_its_self_check_is_rescued(saved: Path) -> None:
    before = saved.read_bytes()
    document = small("Broken", 2)
    broken = replace(document, song=replace(document.song, next_id=1))
    with pytest.raises(UnwritableFile, match=r"«song\.ricercar» was not changed") as caught:
        project.write(broken, saved)
    assert "song.ricercar.rescued" in caught.value.hint
    assert saved.read_bytes() == before
    rescued = project.read(saved.with_name("song.ricercar.rescued"))
    assert rescued.song == broken.song
    assert rescued.faults
    renamed = saved.with_name("song.ricercar.rescued").rename(saved.with_name("again.ricercar"))
    with pytest.raises(UnreadableFile, match="contradicts itself"):
        project.read(renamed)


# Files that are not to be trusted


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        project.read(path)
    assert f"«{path.name}" in caught.value.message
    assert caught.value.hint
    return caught.value.message


def test_a_newer_schema_is_refused_and_left_alone(saved: Path) -> None:
    def newer(members: dict[str, bytes]) -> dict[str, bytes]:
        manifest = json.loads(members["manifest.json"]) | {"schema": project.SCHEMA + 1, "program": "9.9"}
        return {**members, "manifest.json": dumped(manifest)}

    before = repacked(saved, newer).read_bytes()
    message = refusal(saved)
    assert f"Ricercar 9.9 (schema {project.SCHEMA + 1})" in message
    assert saved.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: {k: v for k, v in m.items() if k != "mimetype"}, "not a Ricercar project"),
        (lambda m: {**m, "mimetype": b"application/zip"}, "not a Ricercar project"),
        (lambda m: {k: v for k, v in m.items() if k != "manifest.json"}, "no «manifest.json»"),
        (lambda m: {k: v for k, v in m.items() if k != "document.json"}, "other parts"),
        (lambda m: {**m, "extra.json": b"{}"}, "other parts"),
        (lambda m: {**m, "../evil": b"x"}, "points outside"),
        (lambda m: {**m, "/etc/evil": b"x"}, "points outside"),
        (lambda m: {**m, "document.json": m["document.json"][:-1] + b" "}, "not what was saved"),
        (lambda m: {**m, "manifest.json": b'{"schema":1,"schema":1}'}, "a key stands twice"),
        (lambda m: {**m, "manifest.json": b'{"schema":NaN}'}, "line 1, column 11: NaN is not a number"),
        (lambda m: {**m, "manifest.json": b"[" * 70 + b"]" * 70}, "nested more than 64 deep"),
    ],
)
def test_containers_that_are_not_ours_are_refused(saved: Path, change: Any, words: str) -> None:
    assert words in refusal(repacked(saved, change))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda song: song["tracks"][0]["notes"]["pitch"].__setitem__(0, 128), "tracks[0].notes.pitch"),
        (lambda song: song["tracks"][0]["notes"]["velocity"].__setitem__(0, 0), "tracks[0].notes.velocity"),
        (lambda song: song["tracks"][0]["notes"]["start"].__setitem__(0, 1.5), "tracks[0].notes.start"),
        (lambda song: song["tracks"][0]["notes"]["start"].__setitem__(0, True), "tracks[0].notes.start"),
        (lambda song: song["tracks"][0]["notes"]["length"].append(1), "tracks[0].notes.start"),
        (lambda song: song["tracks"][0].pop("name"), "tracks[0].name"),
        (lambda song: song["tracks"][0]["strip"].__setitem__("pan", "left"), "tracks[0].strip.pan"),
        (lambda song: song["timeline"]["tempos"].__setitem__(0, [0, 0]), "timeline.tempos"),
        (lambda song: song["timeline"]["tempos"].__setitem__(0, [5, 500000]), "timeline.tempos"),
        (lambda song: song["timeline"].__setitem__("keys", [[0, 12, "major"]]), "timeline.keys"),
        (lambda song: song["timeline"].__setitem__("markers", [[0, 1, False]]), "timeline.markers"),
        (lambda song: song.__setitem__("foreign", [[0, "xyz"]]), "foreign"),
        (lambda song: song.__setitem__("tracks", {}), "tracks"),
        (lambda song: song.__setitem__("next_id", 2), "not below the next free one"),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(saved: Path, change: Any, place: str) -> None:
    assert place in refusal(with_song_json(saved, change))


def test_a_member_that_stands_twice_is_refused(saved: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("document.json", b"{}")
    assert "twice" in refusal(saved)


def test_a_bomb_is_refused_before_it_unpacks(saved: Path) -> None:
    def bomb(members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, "document.json": b"0" * 30_000_000}

    assert "unpacks to more" in refusal(repacked(saved, bomb))


@pytest.mark.parametrize("kind", ["cut", "empty", "text", "folder", "missing", "pipe"])
def test_files_that_are_no_project_at_all(saved: Path, kind: str) -> None:
    path = saved.with_name("odd.ricercar")
    if kind == "cut":
        path.write_bytes(saved.read_bytes()[:-30])
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("hello")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    assert refusal(path)


def test_every_damaged_byte_is_noticed_or_harmless(saved: Path) -> None:
    whole = saved.read_bytes()
    original = project.read(saved)
    for place in range(0, len(whole), 3):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        saved.write_bytes(damaged)
        with suppress(UnreadableFile):
            assert project.read(saved) == original
