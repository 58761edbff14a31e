"""Files on their way to other programs: names of their own, gone in the end and not before (EX-34)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.errors import UnwritableFile
from studio.files.midi.reading import song_from_bytes
from studio.files.outbox import KEPT_S, PREFIX, Outbox, put_midi
from tests.midi_songs import reference_songs


def fill(path: Path) -> None:
    path.write_bytes(b"x")


def box(*places: Path, now: float = 0.0) -> Outbox:
    return Outbox(lambda: places, lambda: now)


def test_ex_34_every_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    names = [outbox.put(stem, ".mid", fill).name for stem in ("Tune - Bass", "Tune - Bass", "TUNE - bass", "Tune")]
    assert names == ["Tune - Bass.mid", "Tune - Bass (2).mid", "TUNE - bass (3).mid", "Tune.mid"]
    first = outbox.put("Gone", ".mid", fill)
    first.unlink()
    assert outbox.put("Gone", ".mid", fill).name == "Gone (2).mid"


def test_ex_34_files_stay_until_the_end(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    paths = [outbox.put("a", ".mid", fill) for _ in range(3)]
    assert all(path.is_file() for path in paths)
    outbox.close()
    assert list(tmp_path.iterdir()) == []
    outbox.close()


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        fill(path)
        raise ValueError("no")

    outbox = box(tmp_path)
    with pytest.raises(ValueError, match="no"):
        outbox.put("a", ".mid", fails)
    (folder,) = tmp_path.iterdir()
    assert list(folder.iterdir()) == []


def test_what_is_a_day_old_is_swept_and_nothing_else(tmp_path: Path) -> None:
    now = 10 * KEPT_S
    old, young, strange = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}young", tmp_path / "someone's"
    for folder, age in ((old, KEPT_S + 1), (young, KEPT_S - 1), (strange, 3 * KEPT_S)):
        folder.mkdir()
        fill(folder / "a.mid")
        for path in (folder / "a.mid", folder):
            os.utime(path, (now - age, now - age))
    (tmp_path / f"{PREFIX}link").symlink_to(strange, target_is_directory=True)
    assert box(tmp_path, tmp_path / "missing", now=now).sweep() == 1
    assert {path.name for path in tmp_path.iterdir()} == {young.name, strange.name, f"{PREFIX}link"}
    assert (strange / "a.mid").is_file()


def test_our_own_files_of_yesterday_go_when_the_next_is_put(tmp_path: Path) -> None:
    now = 0.0
    outbox = Outbox(lambda: (tmp_path,), lambda: now)
    first = outbox.put("a", ".mid", fill)
    now = first.stat().st_mtime + KEPT_S + 1
    second = outbox.put("b", ".mid", fill)
    assert not first.exists()
    assert second.exists()


def test_a_folder_that_was_cleaned_away_is_made_anew(tmp_path: Path) -> None:
    outbox = box(tmp_path)
    first = outbox.put("a", ".mid", fill)
    first.unlink()
    first.parent.rmdir()
    second = outbox.put("a", ".mid", fill)
    assert second.is_file()
    assert second.name == "a (2).mid"


def test_without_a_folder_for_temporary_files_another_place_is_taken(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    fill(blocked)
    path = box(blocked, tmp_path / "cache" / "out").put("a", ".mid", fill)
    assert path.is_relative_to(tmp_path / "cache" / "out")


def test_where_there_is_no_place_at_all_a_sentence_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    fill(blocked)
    with pytest.raises(UnwritableFile, match=r"No file could be made for other programs: (Not a directory|File exists)"):
        box(blocked).put("a", ".mid", fill)
    with pytest.raises(UnwritableFile, match="No file could be made"):
        box().put("a", ".mid", fill)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    def full(path: Path) -> None:
        fill(path)
        raise OSError(28, "No space left on device")

    outbox = box(tmp_path)
    with pytest.raises(UnwritableFile, match="No space left on device"):
        outbox.put("a", ".mid", full)
    assert [path for folder in tmp_path.iterdir() for path in folder.iterdir()] == []


def test_midi_is_read_back_before_it_goes_out(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    path, data = put_midi(box(tmp_path), song, "Band", {"tempo": False})
    assert path.read_bytes() == data
    assert song_from_bytes(data, "x.mid").song.note_count == 19
