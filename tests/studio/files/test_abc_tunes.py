"""ABC tunes: what is written is what is played."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import UnreadableFile
from studio.files.formats import abc_tunes
from studio.files.formats.abc_tunes import song_from_text
from studio.song.check import check
from studio.song.harmony import Key
from studio.song.song import Song

BEAT = 960


def tune(music: str, key: str = "C", meter: str = "4/4", unit: str = "1/4", more: str = "") -> Song:
    return song_from_text(f"X:1\nT:A tune\nM:{meter}\nL:{unit}\n{more}K:{key}\n{music}\n").song


def heard(song: Song, track: int = 0) -> list[tuple[float, float, int]]:
    """(start in quarters, length in quarters, pitch)."""
    return [(note.start_tick / BEAT, note.length_ticks / BEAT, note.pitch) for note in song.tracks[track].notes]


def pitches(song: Song) -> list[int]:
    return [pitch for _, _, pitch in heard(song)]


def test_letters_octaves_and_lengths() -> None:
    song = tune("C,2 C c c' | A/ B// B/4 G3/2 z5/4 |")
    assert heard(song)[:4] == [(0, 2, 48), (2, 1, 60), (3, 1, 72), (4, 1, 84)]
    assert [length for _, length, _ in heard(song)] == [2, 1, 1, 1, 0.5, 0.25, 0.25, 1.5]


@pytest.mark.parametrize(
    ("field", "name", "sharps"),
    [
        ("G", "G major", 1), ("Gm", "G minor", -2), ("Ador", "A dorian", 1),
        ("A dorian", "A dorian", 1),
        ("Gmix", "G mixolydian", 0),        ("Bb", "Bb major", -2), ("F#m", "F# minor", 3), ("Ephr", "E phrygian", 0),
        ("Flyd", "F lydian", 0),
        ("AMin", "A minor", 0),        ("C#", "Db major", -5), ("D exp _e", "D major", 2),
    ],
)  # fmt: skip
def test_key_fields_and_modes(field: str, name: str, sharps: int) -> None:
    song = tune("C D E F | G A B c |", key=field)
    assert song.timeline.keys[0].key == Key.named(name)
    assert song.timeline.keys[0].key.sharps == sharps


def test_signature_alters_pitches() -> None:
    assert pitches(tune("F G A B | c d e f |", key="D")) == [66, 67, 69, 71, 73, 74, 76, 78]
    assert pitches(tune("B A E |", key="Eb", meter="3/4")) == [70, 68, 63]
    assert pitches(tune("F C |", key="HP", meter="2/4")) == [65, 60]
    assert pitches(tune("F C |", key="Hp", meter="2/4")) == [66, 61]


def test_an_accidental_holds_to_the_end_of_the_bar_in_every_octave() -> None:
    assert pitches(tune("^F F f =f | F z3 |")) == [66, 66, 78, 77, 65]


def test_a_tie_carries_its_accidental_over_the_bar_line() -> None:
    assert heard(tune("z3 ^F- | F F z2 |")) == [(3, 2, 66), (5, 1, 65)]


def test_a_dash_between_different_pitches_is_no_tie() -> None:
    assert heard(tune("C-D E-E |")) == [(0, 1, 60), (1, 1, 62), (2, 2, 64)]


def test_broken_rhythm() -> None:
    lengths = [length for _, length, _ in heard(tune("A>B c<d | A>>B c2 |"))]
    assert lengths == [1.5, 0.5, 0.5, 1.5, 1.75, 0.25, 2]


def test_tuplets_of_every_kind() -> None:
    triplet = heard(tune("(3ABc d2 e |", meter="4/4"))
    assert [start for start, _, _ in triplet[:4]] == [0, 640 / BEAT, 1280 / BEAT, 2]
    duplet = [length for _, length, _ in heard(tune("(2AB c3 |", meter="6/8", unit="1/8"))]
    assert duplet == [0.75, 0.75, 1.5]
    quintuplet = [length for _, length, _ in heard(tune("(5:4:5ABcde |", meter="4/4"))]
    assert quintuplet == [0.8] * 5
    assert [length for _, length, _ in heard(tune("(3:2:2A2B c2 |"))] == [1280 / BEAT, 640 / BEAT, 2]


def test_chords_rests_overlays_and_bars_of_rest() -> None:
    assert heard(tune("[CEG]2 z [Ac] |")) == [(0, 2, 60), (0, 2, 64), (0, 2, 67), (3, 1, 69), (3, 1, 72)]
    assert heard(tune("C4 & z2 E2 | Z2 | G4 |")) == [(0, 4, 60), (2, 2, 64), (12, 4, 67)]


def test_repeats_and_endings_are_played_out() -> None:
    assert pitches(tune("|: C D E F :| G4 |]")) == [60, 62, 64, 65] * 2 + [67]
    assert pitches(tune("C4 |1 D4 :|2 E4 || F4 :|")) == [60, 62, 60, 64, 65, 65]
    assert pitches(tune("|: C4 [1 D4 :|[2 E4 |]")) == [60, 62, 60, 64]
    assert pitches(tune("|: C4 :: D4 :|")) == [60, 60, 62, 62]
    assert pitches(tune("C4 || D4 :|")) == [60, 62, 62]
    assert pitches(tune("C4 [|]:| |: D4 |]:|")) == [60, 60, 62, 62]
    assert pitches(tune("|: C4 |1,2 D4 :|3 E4 |]")) == [60, 62, 60, 62, 60, 64]


def test_jumps_and_loudness_in_decorations() -> None:
    assert pitches(tune("C4 | !f!D4 !fine! | E4 !D.C.! |]")) == [60, 62, 64, 60, 62]
    assert pitches(tune("C4 | !segno!D4 !fine! | E4 !D.S.! |]")) == [60, 62, 64, 62]
    assert [note.velocity for note in tune("C2 !ff!D2 |").tracks[0].notes] == [80, 110]


def test_an_exclamation_mark_may_end_a_line() -> None:
    assert pitches(tune("C D E F |! G A B c |!")) == [60, 62, 64, 65, 67, 69, 71, 72]


def test_a_pick_up_stands_at_the_end_of_its_bar() -> None:
    song = tune("G | c d e f | g3 |]")
    assert heard(song)[0] == (3, 1, 67)
    assert heard(song)[1] == (4, 1, 72)
    assert len(song.timeline.meters) == 1


def test_a_pick_up_and_its_complement_keep_the_bar_lines_through_a_repeat() -> None:
    song = tune("G | c d e f | g3 :| A | c d e f | g3 |]")
    assert [start for start, _, pitch in heard(song) if pitch == 72] == [4, 12, 20]
    assert len(song.timeline.meters) == 1


def test_meter_key_and_tempo_changes_on_the_way() -> None:
    song = tune("C4 | [M:3/4][K:F] B3 | [Q:1/4=90] c3 |", more="Q:1/4=120\n")
    assert [(meter.tick, meter.numerator) for meter in song.timeline.meters] == [(0, 4), (4 * BEAT, 3)]
    assert [(change.tick, change.key.name) for change in song.timeline.keys] == [(0, "C major"), (4 * BEAT, "F major")]
    assert [round(tempo.bpm) for tempo in song.timeline.tempos] == [120, 90]
    assert pitches(song) == [60, 70, 72]


@pytest.mark.parametrize(("field", "bpm"), [("1/4=96", 96), ("3/8=60", 90), ("1/8=120", 60), ("120", 60), ('"Slow" 1/4=50', 50)])
def test_tempo_fields(field: str, bpm: int) -> None:
    assert round(tune("C8 |", unit="1/8", more=f"Q:{field}\n").timeline.tempos[0].bpm) == bpm


def test_what_is_not_music_is_counted() -> None:
    opened = song_from_text('X:1\nM:4/4\nL:1/4\nK:C\n"Am"A {gf}B "3"~c (d/e/)- | !trill!e .f2 vg |\nw: la la\n')
    assert opened.report.changed["grace notes played just before their note"] == 2
    assert opened.report.dropped["annotations"] == 1
    assert opened.report.dropped["ornaments and bowings"] == 4
    assert opened.report.changed["lyrics kept as text"] == 2
    assert opened.report.changed["chord symbols kept as text and played as a track of chords"] == 1
    assert opened.song.foreign[0].tick == 0
    assert opened.song.foreign[0].data.endswith(b"Am")


@pytest.mark.parametrize("text", ["Am", "F#m7", "Bb", "A7/e", "Gmaj7", "D+", "Csus4", "Edim"])
def test_chord_symbols_are_told(text: str) -> None:
    assert song_from_text(f'X:1\nK:C\n"{text}"A4|\n').report.changed == {
        "chord symbols kept as text and played as a track of chords": 1
    }


@pytest.mark.parametrize("text", ["Fine", "Da Capo", "^slowly", "4", "Segue", "Coda", "Con brio"])
def test_from_other_words(text: str) -> None:
    assert song_from_text(f'X:1\nK:C\n"{text}"A4|\n').report.dropped == {"annotations": 1}


def test_two_voices_become_two_tracks() -> None:
    song = tune("V:1\nC2 D2 | E4 |\nV:2\nC,4 | G,4 |", more='V:1 name="Fiddle"\nV:2 name="Bass"\n')
    assert [track.name for track in song.tracks] == ["Fiddle", "Bass"]
    assert heard(song, 1) == [(0, 4, 48), (4, 4, 55)]


def test_parts_become_sections() -> None:
    song = tune("P:A\nC4 | D4 |\nP:B\nE4 |")
    assert [(marker.tick, marker.text, marker.is_section) for marker in song.timeline.markers] == [
        (0, "A", True),
        (8 * BEAT, "B", True),
    ]


def test_a_book_of_tunes(tmp_path: Path) -> None:
    book = tmp_path / "book.abc"
    book.write_text("Some words.\n\nX:1\nT:One\nL:1/4\nK:C\nC D E F |\n\nwords between\n\nX:2\nT:Two\nL:1/4\nK:G\nG A B c |\n")
    titles = [opened.song.title for opened in abc_tunes.read_all(book)]
    assert titles == ["One", "Two"]
    first = abc_tunes.read(book)
    assert first.song.title == "One"
    assert "2 tunes" in first.report.remarks[0]


def test_a_tune_that_cannot_be_read_does_not_stop_the_book(tmp_path: Path) -> None:
    book = tmp_path / "book.abc"
    book.write_text("X:1\nT:No key\nC D E F |\n\nX:2\nT:Two\nL:1/4\nK:G\nG A B c |\n")
    read = list(abc_tunes.read_all(book))
    assert read[0].song.note_count == 0
    assert "line 1" in read[0].report.remarks[0]
    assert read[1].song.title == "Two"


@pytest.mark.parametrize("text", ["", "no tune here", "X:1\nT:Empty\nK:C\n", "X:1\nM:4/4\nK:C\nz4 | z4 |"])
def test_files_without_music_are_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.abc"
    path.write_text(text)
    with pytest.raises(UnreadableFile) as caught:
        abc_tunes.read(path)
    assert "«odd.abc»" in caught.value.message


def test_notes_without_end_are_refused_not_unfolded() -> None:
    with pytest.raises(UnreadableFile, match="too long"):
        tune("C99999 " * 40 + "|")


def test_latin_1_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "old.abc"
    path.write_bytes("X:1\r\nT:Für mich\r\nL:1/4\r\nK:C\r\nC D E F |\r\n".encode("latin-1"))
    assert abc_tunes.read(path).song.title == "Für mich"


@pytest.mark.parametrize("flood", ["{", "[A:", '"', "[", "(", "!a", "+", "|:", "C-", "(3C", "C|"])
def test_floods_of_half_signs_end_soon(flood: str) -> None:
    begun = time.process_time()
    with suppress(UnreadableFile):
        song_from_text(f"X:1\nL:1/8\nK:C\n{flood * 20_000}\n")
    with suppress(UnreadableFile):
        song_from_text(f"X:1\nM:{'1' * 2000}x\nK:C\nC D E\n")
    assert time.process_time() - begun < 60, "what grows with the square takes far longer"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ABCcdefgz[](){}|:123/<>^_=-~.,' \n\"KMLQVP!+&", max_size=120))
def test_only_our_error_comes_out_of_any_text(text: str) -> None:
    try:
        song = song_from_text(f"X:1\nT:Any\nK:C\n{text}\n").song
    except UnreadableFile as problem:
        assert problem.message.startswith("«tune»")  # noqa: PT017
        return
    assert check(song) == ()
