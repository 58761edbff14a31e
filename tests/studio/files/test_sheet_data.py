"""Every lead sheet and every folk tune of the training sets opens."""

from __future__ import annotations

import numpy as np
import pytest

from studio.files.abc_music.book import text_of_book, tunes
from studio.files.abc_music.reading import song_of_tune
from studio.files.folder import songs_in
from studio.files.format import open_song
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


def test_plain_repeats_agree_with_the_midi_files_made_of_the_same_tunes() -> None:
    """Where the set's own MIDI file has as many notes, written by another program, pitches and starts are the same.

    The exceptions hold an accidental: that program lets it go before the end of the bar.
    """
    root = unpacked("nottingham")
    by_name = {path.name: path for path in root.rglob("MIDI/*.mid")}
    book = next(root.rglob("reelsa-c.abc"))
    compared = same = 0
    for tune in tunes(text_of_book(book.read_bytes())):
        other = by_name.get(f"reelsa-c{tune.lines[0].split(':')[1].strip()}.mid")
        if other is None:
            continue
        mine = song_of_tune(tune, book.name).song.tracks[0].notes.rows
        theirs = max(
            open_song(other).song.tracks, key=lambda track: float(track.notes.rows["pitch"].mean() if track.notes else 0)
        )
        if len(theirs.notes) == len(mine):
            compared += 1
            same += bool(np.array_equal(mine["pitch"], theirs.notes.rows["pitch"]))
    assert compared >= 20
    assert same >= 0.8 * compared
