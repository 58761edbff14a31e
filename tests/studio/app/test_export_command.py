"""`ricercar export`: every format by its suffix, parts of a song, one file per track; one sentence where it cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.app import cli
from studio.edits import notes
from studio.files import format as formats
from studio.files import project
from studio.song.notes import Note
from studio.song.origin import Origin
from studio.song.song import Instrument, Song, Track
from studio.song.timeline import Marker, Timeline

BAR = 3840


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Two tracks over four bars in two sections, the second one's notes by a model, in a project."""
    timeline = Timeline(markers=(Marker(0, "Verse", True), Marker(2 * BAR, "Chorus", True)))
    made = Song("Blue", (Track(1, "Bass", 0, Instrument(33)), Track(2, "Grüße", 1)), timeline, next_id=9)
    origin = Origin(8, "mel-2bar", "0" * 64, "start", 1, 1, "{}", "test")
    for track_id in (1, 2):
        made = notes.add(track_id, [Note(beat * 960, 960, 40 + track_id, 90) for beat in range(16)]).apply(made)
    rows = made.track(2).notes.rows.copy()
    rows["origin"] = 8
    made = made.with_track(made.track(2).with_notes(made.track(2).notes.replaced(rows)))
    path = tmp_path / "blue.ricercar"
    project.write(project.new_document(Song(**{**{f: getattr(made, f) for f in made.__slots__}, "origins": (origin,)})), path)
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert cli.run(["export", *map(str, arguments), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.run(["export", *map(str, arguments)]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("ricercar: ")
    assert "\n" not in error
    return error


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".dawproject", ".npz", ".ricercar", ".svg"])
def test_the_suffix_says_the_format(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    found = said(capsys, song, "-o", target)
    assert found["files"][0] == str(target)  # type: ignore[index]
    assert (found["notes"], found["bars"]) == (32, 4)
    assert target.stat().st_size > 100


def test_bars_tracks_and_sections(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "part.mid"
    found = said(capsys, song, "-o", target, "--bars", "2-3", "--tracks", "Bass")
    assert (found["notes"], found["tracks"]) == (8, ["Bass"])
    assert formats.open_song(target).song.note_count == 8
    assert said(capsys, song, "-o", target, "--section", "chorus", "--tracks", "1,2")["notes"] == 16


def test_ex_26_the_mark_and_the_sidecar_unless_told_otherwise(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(capsys, song, "-o", tmp_path / "out.mid")
    assert found["models"] == ["mel-2bar"]
    assert [Path(name).name for name in found["files"]] == ["out.mid", "out.mid.origins.json"]  # type: ignore[attr-defined]
    assert b"mel-2bar" in (tmp_path / "out.mid").read_bytes()
    found = said(capsys, song, "-o", tmp_path / "plain.mid", "--no-mark")
    assert (len(found["files"]), found["models"]) == (1, [])  # type: ignore[arg-type]
    assert b"mel-2bar" not in (tmp_path / "plain.mid").read_bytes()


def test_ex_05_each_track_in_a_file_of_its_own(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, song, "-o", tmp_path / "parts.mid", "--each-track", "--no-mark", "--set", "ascii=on")
    assert (
        sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["01 - Bass.mid", "02 - Grue.mid"]
        or sorted(path.name for path in (tmp_path / "parts").iterdir())[0] == "01 - Bass.mid"
    )
    said(capsys, song, "-o", tmp_path / "scores.mxl", "--each-track", "--no-mark")
    assert [path.suffix for path in (tmp_path / "scores").iterdir()] == [".mxl", ".mxl"]


def test_settings_of_the_format_and_the_preset(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    daw, player = tmp_path / "daw.mid", tmp_path / "gm.mid"
    said(capsys, song, "-o", daw)
    said(capsys, song, "-o", player, "--preset", "gm")
    assert player.stat().st_size > daw.stat().st_size
    said(capsys, song, "-o", tmp_path / "out.npz", "--set", "resolution=4", "--no-mark")
    with np.load(tmp_path / "out.npz") as held:
        assert int(json.loads(bytes(held["info.json"]).decode())["resolution"]) == 4


def test_what_is_left_out_is_told(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, song, "-o", tmp_path / "out.musicxml")
    assert any("draft score" in sentence for sentence in found["left_out"])  # type: ignore[attr-defined]


def test_what_makes_no_sense_is_one_sentence(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ".musicxml" in refused(capsys, song, "-o", tmp_path / "out.txt")
    assert "preset" in refused(capsys, song, "-o", tmp_path / "out.npz", "--preset", "gm")
    assert "no setting named" in refused(capsys, song, "-o", tmp_path / "out.mid", "--set", "grid=1/8")
    assert "Bass" in refused(capsys, song, "-o", tmp_path / "out.mid", "--tracks", "Flute")
    assert "outside" in refused(capsys, song, "-o", tmp_path / "out.mid", "--bars", "3-9")
    assert "Verse" in refused(capsys, song, "-o", tmp_path / "out.mid", "--section", "Bridge")
    assert "each track" in refused(capsys, song, "-o", tmp_path / "out.svg", "--each-track")
    assert "no folder" in refused(capsys, song, "-o", tmp_path / "none" / "out.mid")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("out")]


def test_bars_and_section_together_are_a_mistake_of_usage(song: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run(["export", str(song), "-o", str(tmp_path / "out.mid"), "--bars", "1", "--section", "Verse"])
    assert caught.value.code == 2
