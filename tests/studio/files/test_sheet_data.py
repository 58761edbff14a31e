"""Every lead sheet and every folk tune of the training sets opens."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from studio.files.abc_music.book import text_of_book, tunes
from studio.files.folder import songs_in
from studio.song.check import check
from tests.training_sets import unpacked

pytestmark = pytest.mark.data

# songs in the set, as its README counts them
WHOLE = {"openewld": 490, "folk_abc": 3048}


def opened_songs(name: str, nth: int) -> int:
    """Opens every nth file; how many songs came out. Every song has notes, one tempo at least and no fault."""
    root = unpacked(name)
    files = sorted(path for path in root.rglob("*") if path.suffix in (".abc", ".mxl"))[::nth]
    assert files, name
    folder = songs_in(files)
    count = 0
    for label, song in folder:
        assert song.note_count, label
        assert not check(song), label
        count += 1
    assert folder.skipped == {}
    return count


@pytest.mark.parametrize(("name", "nth", "least"), [("openewld", 7, 70), ("folk_abc", 14, 100), ("nottingham", 5, 60)])
def test_a_sample_opens(name: str, nth: int, least: int) -> None:
    assert opened_songs(name, nth) >= least


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_file_opens(name: str) -> None:
    assert opened_songs(name, 1) == WHOLE[name]


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "written_music.py"
    spec = importlib.util.spec_from_file_location("written_music", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("name", "read", "events", "odd_bars"),
    [("folk_abc", 3048, 412_915, 811), ("nottingham", 1004, 134_817, 25), ("openewld", 490, 130_146, 7)],
)
def test_every_sign_of_a_whole_set_is_counted(figures: ModuleType, name: str, read: int, events: int, odd_bars: int) -> None:
    table = figures.table_of(unpacked(name))
    assert (table.read, table.refused, table.events, table.odd_bars) == (read, [], events, odd_bars)
    assert table.dropped["notes and chords in bars that are never played"] <= 3


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nottingham_agrees_with_the_midi_files_made_of_the_same_tunes(figures: ModuleType) -> None:
    """Where the set's own MIDI file has as many notes, starts are the same in every tune; pitches but for a few accidentals,
    which that program lets go before the end of the bar."""
    found = figures.agreement(unpacked("nottingham"))
    assert (found.tunes, found.same_count, found.same_starts) == (1004, 561, 561)
    assert found.same_pitches >= 501
    assert found.notes_apart <= 253 < found.notes / 300
    assert found.chords_apart <= 328 < found.chords / 60
    assert found.same_beginnings >= 313


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(shutil.which("abc2midi") is None, reason="abc2midi (package abcmidi) is not installed")
@pytest.mark.parametrize(("name", "count", "starts"), [("nottingham", 970, 970), ("folk_abc", 2930, 2820)])
def test_tunes_sound_as_abc2midi_plays_them(figures: ModuleType, name: str, count: int, starts: int) -> None:
    """Wherever it plays as many notes they have the same pitches, every one."""
    found = figures.beside_abc2midi(unpacked(name))
    assert found.same_pitches == found.same_count >= count
    assert found.same_starts >= starts


def test_a_book_of_nottingham_agrees_with_its_midi_files(figures: ModuleType) -> None:
    root = unpacked("nottingham")
    book = next(root.rglob("reelsa-c.abc"))
    found = figures.agreement(root, [(book, tune) for tune in tunes(text_of_book(book.read_bytes()))])
    assert found.same_count >= 20
    assert found.same_starts == found.same_count
    assert found.same_pitches >= 0.8 * found.same_count
