"""Real files open, and notes agree with two independent readers under the same rules: a sample here, all with -m slow."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from studio.errors import UnreadableFile
from studio.files.formats.midi import read, write
from tests.training_sets import midi_files, unpacked

pytestmark = pytest.mark.data

ALL = ("nottingham", "groove", "game_midi")
SOME = ("pop909", "lpd_multitrack", "maestro")
SENTENCE = re.compile(r"^«[^»]+»(, byte 0x[0-9A-F]{6} \(\d+\):| lasts| has| is| holds) .+\.$")

# symusic drops a note that is never closed, and then the next of its pitch is not cut: found by hand in these.
SYMUSIC_DIFFERS = {
    "chuggachugga.mid",
    "78_jazz-fast_290_beat_4-4.mid",
    "MIDI-Unprocessed_03_R1_2009_03-08_ORIG_MID--AUDIO_03_R1_2009_03_R1_2009_08_WAV.midi",
}


@pytest.fixture(scope="module")
def agreement() -> ModuleType:
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "midi_agreement.py"
    spec = importlib.util.spec_from_file_location("midi_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "limit"), [*((name, 200) for name in ALL), *((name, 12) for name in SOME)])
def test_a_sample_opens_with_notes(name: str, limit: int | None) -> None:
    files = midi_files(name, limit)
    assert len(files) >= 12
    for path in files:
        opened = read(path)
        assert opened.song.note_count > 0, path.name


@pytest.mark.parametrize("name", [*ALL, *SOME])
def test_a_sample_agrees_note_for_note_with_mido_and_symusic(name: str, agreement: ModuleType) -> None:
    for path in midi_files(name, 4):
        row = agreement.compared(path)
        assert row["mido"] == (0, 0), path.name
        assert row["symusic"] == (0, 0) or path.name in SYMUSIC_DIFFERS, path.name


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "limit"), [*((name, None) for name in ALL), *((name, 200) for name in SOME)])
def test_all_of_them_open_and_agree(name: str, limit: int | None, agreement: ModuleType) -> None:
    table = agreement.folder_table(unpacked(name), limit)
    assert table["opened"] == table["files"]
    assert table["differing"]["mido"] == []
    assert {line.split(":")[0] for line in table["differing"]["symusic"]} <= SYMUSIC_DIFFERS


def test_the_torture_files_give_songs_or_sentences() -> None:
    refused = []
    files = [path for path in unpacked("midi_torture").rglob("*") if path.suffix in (".mid", ".midi", ".midi2", ".syx", ".kar")]
    assert len(files) > 90
    for path in files:
        try:
            read(path)
        except UnreadableFile as problem:
            refused.append(problem)
    assert 20 <= len(refused) <= 40
    assert [problem.message for problem in refused if not SENTENCE.match(problem.message) or not problem.hint] == []


def test_real_songs_are_written_and_come_back(tmp_path: Path) -> None:
    for name in ("game_midi", "groove"):
        for path in midi_files(name, 15):
            song = read(path).song
            write(song, tmp_path / "out.mid", {"preset": "as read"})
            again = read(tmp_path / "out.mid")
            assert again.report.is_exact, path.name
            assert [len(track.notes) for track in again.song.tracks] == [len(track.notes) for track in song.tracks]
            assert again.song.timeline.tempos == song.timeline.tempos
