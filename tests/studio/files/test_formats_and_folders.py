"""Formats are looked up by suffix; folders give songs one after the other and say what they skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UnreadableFile, UnsupportedRequest, UnwritableFile
from studio.files import format as formats
from studio.files.folder import is_music, songs_in
from studio.files.format import FormatModule
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track

TUNE = "X:{0}\nT:Tune {0}\nL:1/4\nK:C\nC D E F |\n\n"


def song() -> Song:
    return Song("One", (Track(1, "Piano", notes=Notes.of([Note(0, 960, 60, 80, 2), Note(960, 480, 64, 90, 3)])),), next_id=4)


def test_every_suffix_has_one_format() -> None:
    known = [suffix for entry in formats.all_formats() for suffix in entry.format.suffixes]
    assert len(known) == len(set(known))
    assert {".mid", ".ricercar", ".abc", ".musicxml", ".mxl", ".xml", ".wav", ".flac"} <= set(known)
    for suffix in known:
        entry = formats.for_path(Path(f"SONG{suffix.upper()}"))
        assert entry is not None
        assert suffix in entry.format.suffixes
    assert formats.for_path(Path("song.docx")) is None


@pytest.mark.parametrize("entry", [each for each in formats.writable() if each.can_read], ids=lambda entry: entry.format.name)
def test_what_a_format_writes_it_reads_again(entry: FormatModule, tmp_path: Path) -> None:
    path = tmp_path / f"song{entry.format.suffixes[0]}"
    entry.write(song(), path)
    assert entry.can_read
    back = entry.read(path).song
    assert [(n.start_tick, n.length_ticks, n.pitch, n.velocity) for n in back.tracks[0].notes] == [
        (0, 960, 60, 80),
        (960, 480, 64, 90),
    ]


@pytest.mark.parametrize("entry", formats.readable(), ids=lambda entry: entry.format.name)
def test_no_format_reads_rubbish_or_nothing(entry: FormatModule, tmp_path: Path) -> None:
    for name, data in (("rubbish", bytes(range(256)) * 4), ("empty", b""), ("text", b"hello\n")):
        path = tmp_path / f"{name}{entry.format.suffixes[0]}"
        path.write_bytes(data)
        with pytest.raises(UnreadableFile) as caught:
            entry.read(path)
        assert f"«{path.name}»" in caught.value.message
    with pytest.raises(UnreadableFile):
        entry.read(tmp_path / f"nowhere{entry.format.suffixes[0]}")


def test_unknown_suffixes_are_refused_with_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as unreadable:
        formats.open_song(tmp_path / "song.docx")
    assert ".mid" in unreadable.value.hint
    with pytest.raises(UnwritableFile) as unwritable:
        formats.write_song(song(), tmp_path / "song.abc")
    assert ".mid" in unwritable.value.hint
    assert ".rescued" not in unwritable.value.hint
    with pytest.raises(UnwritableFile):
        formats.write_song(song(), tmp_path / "song.ricercar.rescued")


def test_an_unknown_option_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedRequest):
        formats.write_song(song(), tmp_path / "song.mid", {"colour": "red"})
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """MIDI, ABC, a broken file and things that are no music, in folders."""
    root = tmp_path / "music"
    for folder in ("b", "a/deep", "007/versions", ".hidden"):
        (root / folder).mkdir(parents=True)
    for name in ("b/one.mid", "a/deep/two.mid", "007/007.mid", "007/versions/007-v1.mid", ".hidden/no.mid", ".ghost.mid"):
        formats.write_song(song(), root / name)
    (root / "book.abc").write_text(TUNE.format(1) + "X:2\nT:No key\nC D |\n\n" + TUNE.format(3))
    (root / "broken.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk")
    (root / "notes.txt").write_text("not music")
    return root


def test_a_folder_gives_songs_in_order_and_says_what_it_skipped(collection: Path) -> None:
    folder = songs_in(collection)
    names = [name for name, _ in folder]
    assert names == ["book.abc", "book.abc#3", "007/007.mid", "a/deep/two.mid", "b/one.mid"]
    assert set(folder.skipped) == {"book.abc#2", "broken.mid"}
    assert "no key field" in folder.skipped["book.abc#2"]
    assert [name for name, _ in folder] == names


def test_several_places_and_single_files(collection: Path) -> None:
    names = [name for name, _ in songs_in([collection / "b", collection / "book.abc"])]
    assert names == ["one.mid", "book.abc", "book.abc#3"]
    with pytest.raises(UnreadableFile, match="no folder"):
        list(songs_in(collection / "nowhere"))


def test_a_scan_reports_and_can_be_stopped(collection: Path) -> None:
    reported: list[str] = []
    progress = Progress(lambda done, total, note: reported.append(note))
    songs = iter(songs_in(collection, progress))
    next(songs)
    progress.cancel()
    with pytest.raises(Cancelled):
        list(songs)
    assert reported[0] == "Reading book.abc"


def test_music_is_told_by_its_name() -> None:
    assert is_music(Path("a.MID"))
    assert not is_music(Path("a.wav"))
    assert not is_music(Path("a.txt"))
