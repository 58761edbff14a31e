"""Files that hold several songs: what each is called, one of them opened, and MIDI known by its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files import format as formats
from studio.files.report import Opened
from studio.files.several import Several, open_nth, open_or_list
from studio.song.notes import Note, Notes
from studio.song.song import Song, Track

BOOK = "X:1\nT:First\nK:C\nCDEF|\n\nX:2\nT:Second\nT:Also\nK:C\nGABc|\n\nX:7\nK:C\nccc2|\n"


@pytest.fixture
def midi(tmp_path: Path) -> Path:
    path = tmp_path / "one.mid"
    formats.write_song(Song("One", (Track(1, "A", notes=Notes.of([Note(0, 960, 60, id=2)])),), next_id=3), path)
    return path


def test_a_book_is_listed_and_each_tune_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "book.abc"
    path.write_text(BOOK)
    assert open_or_list(path) == Several(("First", "Second", "Tune 7"))
    assert [open_nth(path, at).song.note_count for at in range(3)] == [4, 4, 3]
    assert open_nth(path, 1).song.title == "Second"
    with pytest.raises(UnreadableFile, match="so many songs"):
        open_nth(path, 3)


def test_the_terminal_goes_on_opening_the_first(tmp_path: Path) -> None:
    path = tmp_path / "book.abc"
    path.write_text(BOOK)
    opened = formats.open_song(path)
    assert opened.song.title == "First"
    assert "3 tunes" in " ".join(opened.report.remarks)


def test_a_single_song_is_opened_at_once(tmp_path: Path, midi: Path) -> None:
    tune = tmp_path / "tune.abc"
    tune.write_text(BOOK.split("\n\n", maxsplit=1)[0])
    for path in (tune, midi):
        found = open_or_list(path)
        assert isinstance(found, Opened)
        assert found.song.note_count


def test_patterns_of_format_2_are_listed_and_opened(midi: Path) -> None:
    data = midi.read_bytes()
    pattern = data[data.rindex(b"MTrk") :]
    midi.write_bytes(b"MThd\0\0\0\6\0\2\0\3" + data[12:14] + 3 * pattern)
    found = open_or_list(midi)
    assert isinstance(found, Several)
    assert len(found.titles) == 3
    assert open_nth(midi, 2).song.note_count == 1
    with pytest.raises(UnreadableFile, match="so many songs"):
        open_nth(midi, 3)


def test_ex_36_midi_is_known_by_its_content_whatever_its_name(midi: Path, tmp_path: Path) -> None:
    for name in ("one.odd", "one", "one.abc"):
        other = tmp_path / name
        other.write_bytes(midi.read_bytes())
        assert formats.is_midi(other)
        assert formats.open_song(other).song.note_count == 1
    words = tmp_path / "words.odd"
    words.write_text("MThere is no music in it")
    assert not formats.is_midi(words)
    with pytest.raises(UnreadableFile, match="no kind that can be read"):
        formats.open_song(words)
    assert not formats.is_midi(tmp_path)
    assert not formats.is_midi(tmp_path / "missing")
