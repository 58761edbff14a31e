"""`ricercar render`: WAV, FLAC, stems, bars and sections, the mark; refusals in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from studio.app import cli
from studio.files import project
from studio.song import Note, Notes, Origin, Song, Timeline, Track
from studio.song.timeline import Marker

BAR = 3840


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    lead = Track(1, "Lead", notes=Notes.of([Note(bar * BAR, 960, 60 + bar, 90, 10 + bar, origin=50) for bar in range(4)]))
    bass = Track(2, "Bass", notes=Notes.of([Note(0, 960, 40, 90, 20)]))
    timeline = Timeline(markers=(Marker(0, "Verse", True), Marker(2 * BAR, "Chorus", True)))
    table = (Origin(50, "melody-rnn-attention", "ab", "continue", 7, 2, "{}", "1"),)
    song = Song("Piece", (lead, bass), timeline, table, next_id=60)
    path = tmp_path / "piece.ricercar"
    project.write(project.new_document(song), path)
    return path


def render(*arguments: object) -> int:
    return cli.run(["render", *map(str, arguments)])


def test_a_section_as_flac_with_the_mark(piece: Path, tmp_path: Path) -> None:
    out = tmp_path / "chorus.flac"
    assert render(piece, "-o", out, "--section", "chorus", "--bits", 16, "--rate", 44100) == 0
    with soundfile.SoundFile(out) as sound:
        assert (sound.samplerate, sound.subtype) == (44_100, "PCM_16")
        assert 4.5 <= sound.frames / 44_100 <= 14.1
        assert "melody-rnn-attention (" in sound.comment
    assert (tmp_path / "chorus.flac.origins.json").exists()


def test_stems_are_listed(piece: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Stems"
    assert render(piece, "--stems", folder, "--format", "flac", "--bars", "1-2", "--no-mark") == 0
    assert capsys.readouterr().out.splitlines() == [str(folder / "01 - Lead.flac"), str(folder / "02 - Bass.flac")]
    assert sorted(path.name for path in folder.iterdir()) == ["01 - Lead.flac", "02 - Bass.flac"]
    assert soundfile.info(folder / "01 - Lead.flac").frames == soundfile.info(folder / "02 - Bass.flac").frames


def test_what_has_to_be_said_goes_to_stderr(piece: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = project.read(piece).song
    loud = replace(song, is_limited=False, master=replace(song.master, gain_db=40.0))
    project.write(project.new_document(loud), piece)
    assert render(piece, "-o", tmp_path / "loud.wav") == 0
    assert "loud.wav: " in (said := capsys.readouterr().err)
    assert "were above full scale" in said


def test_refusals(piece: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.wav"
    cases = {
        "has no section «Bridge». Its sections: Verse, Chorus.": ["-o", out, "--section", "Bridge"],
        "Bars 3-9 lie outside the song, which has 4.": ["-o", out, "--bars", "3-9"],
        "FLAC does not hold 32 bit float": ["-o", tmp_path / "x.flac", "--bits", 32],
        "has a suffix that is no sound file's": ["-o", tmp_path / "x.mp3"],
        "is a file, not a folder": ["--stems", piece],
        "There is no folder": ["--stems", tmp_path / "nowhere" / "S"],
    }
    for words, arguments in cases.items():
        assert render(piece, *arguments) == 1
        assert words in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["piece.ricercar"]


@pytest.mark.parametrize(
    "arguments", [["x.mid"], ["x.mid", "-o", "a.wav", "--stems", "S"], ["x.mid", "-o", "a.wav", "--bits", "8"]]
)
def test_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        render(*arguments)
    assert ended.value.code == 2
