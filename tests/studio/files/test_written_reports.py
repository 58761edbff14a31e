"""Written music: every sign of a file has one fate, and what can be had of a broken file is offered."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pypianoroll
import pytest

from studio.errors import UnreadableFile
from studio.files.format import open_partly, open_song
from studio.files.formats.abc_tunes import song_from_text
from studio.files.musicxml.score import song_of_score
from studio.files.notation.chord_symbols import SILENCE, chord_tones
from studio.files.notation.order import playing_order
from studio.files.notation.settling import settle_codas, settle_endings
from studio.files.notation.sheet import Bar
from studio.files.report import PartlyReadable
from studio.song.check import check
from studio.song.song import Song
from tests.mutating_inside import packed, unpacked
from tests.written_music import LEAD_SHEET, REEL, SCORES, VOICES


def heard(song: Song, track: int = 0) -> list[tuple[float, float, int]]:
    return [(one.start_tick / 960, one.length_ticks / 960, one.pitch) for one in song.tracks[track].notes]


def test_r18_every_sign_of_a_lead_sheet_has_its_fate() -> None:
    report = song_of_score(LEAD_SHEET, "sheet.xml").report
    assert report.dropped == {
        "cue notes": 1,
        "hairpins": 1,
        "ornaments and articulations": 1,
        "slurs": 1,
        "words": 1,
    }
    assert report.changed == {
        "chord symbols kept as text and played as a track of chords": 2,
        "drum strokes known by their place on the staff only": 1,
        "grace notes played just before their note": 1,
        "lyrics kept as text": 3,
        "quarter tones rounded": 1,
    }
    signs = {"keys": 2, "meters": 2, "transpositions": 1, "tempi": 2, "loudness": 2, "section": 1, "repeats": 2, "endings": 4}
    jumps = {"signs": 1, "words": 1, "sounds": 2, "codas": 1}
    notes = 9
    assert report.read == sum(signs.values()) + sum(jumps.values()) + notes
    assert "Left out: " in report.sentences()[0]


def test_r18_every_sign_of_a_tune_has_its_fate() -> None:
    report = song_from_text(REEL.decode()).report
    assert report.dropped == {"annotations": 1, "lines of words": 1, "ornaments and bowings": 2}
    assert report.changed == {
        "chord symbols kept as text and played as a track of chords": 3,
        "grace notes played just before their note": 2,
        "lyrics kept as text": 7,
    }
    fields = "MLQPKPPKMQ"
    notes, signs = 31, ("tuplet", "tie", ">", "<", "mf", "segno", "D.S.")
    assert report.read == len(fields) + notes + len(signs)


@pytest.mark.parametrize("data", SCORES)
def test_r18_a_score_cut_anywhere_counts_what_it_gives(data: bytes) -> None:
    offered = 0
    for size in range(0, len(data), 37):
        with pytest.raises(UnreadableFile) as caught:
            song_of_score(data[:size], "cut.xml")
        if isinstance(caught.value, PartlyReadable):
            opened = song_of_score(data[:size], "cut.xml", partial=True)
            assert caught.value.hint.startswith("Readable: ")
            assert opened.song.note_count
            assert check(opened.song) == ()
            assert caught.value.message in opened.report.remarks
            offered += 1
        else:
            with pytest.raises(UnreadableFile):
                song_of_score(data[:size], "cut.xml", partial=True)
    assert offered or data is not LEAD_SHEET


def test_r17_a_broken_score_is_named_by_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "cut.musicxml"
    path.write_bytes(LEAD_SHEET[: LEAD_SHEET.index(b'<measure number="3">') + 30])
    with pytest.raises(PartlyReadable, match=r"«cut\.musicxml», line \d+, column \d+: not well-formed XML") as caught:
        open_song(path)
    tracks, notes = re.fullmatch(r"Readable: (\d+) tracks, (\d+) notes\.", caught.value.hint).groups()  # type: ignore[union-attr]
    opened = open_partly(path)
    assert (len(opened.song.tracks), opened.song.note_count) == (int(tracks), int(notes))


def test_r17_a_book_whose_first_tune_is_broken_offers_the_next(tmp_path: Path) -> None:
    path = tmp_path / "book.abc"
    path.write_bytes(b"X:1\nT:No key\nCDE|\n\n" + REEL + b"\n" + VOICES)
    with pytest.raises(PartlyReadable, match=r"«book\.abc», line 1: the tune has no key field"):
        open_song(path)
    opened = open_partly(path)
    assert opened.song.title == "A reel"
    assert opened.report.dropped["tunes"] == 1
    assert "this is number 2" in opened.report.remarks[-1]


def test_r17_arrays_of_which_one_is_broken_offer_the_others(tmp_path: Path) -> None:
    roll = np.zeros((48, 128), np.uint8)
    roll[:24, 60] = 90
    tracks = [pypianoroll.StandardTrack(name, 0, False, roll) for name in ("One", "Two")]
    path = tmp_path / "two.npz"
    pypianoroll.save(path, pypianoroll.Multitrack("x", 24, tracks=tracks))
    members = unpacked(path.read_bytes())
    path.write_bytes(packed({**members, "pianoroll_0_csc_data.npy": b"no array"}))
    with pytest.raises(PartlyReadable, match=r"«two\.npz» cannot be read: «pianoroll_0_csc_data» is no array") as caught:
        open_song(path)
    assert caught.value.hint == "Readable: 1 track, 1 note."
    opened = open_partly(path)
    assert [track.name for track in opened.song.tracks] == ["Two"]
    assert opened.report.dropped == {"arrays that are broken": 1}


# Order


def bars(text: str) -> list[Bar]:
    """A bar for each word: "|:" starts, ":|" or ":3|" repeats, "1." endings, and letters for signs."""
    made = []
    for word in text.split():
        bar = Bar()
        bar.starts_repeat = word.startswith("|:")
        if found := re.search(r":(\d?)\|$", word):
            bar.repeat_times = int(found[1] or 2)
        if found := re.search(r"\[([\d,]+)\]", word):
            bar.endings = frozenset(map(int, found[1].split(",")))
        bar.jump = "top" if "C" in word else "sign" if "S" in word else ""
        bar.is_sign, bar.is_coda = "g" in word, "k" in word
        bar.leaves_for_coda, bar.is_end = "t" in word, "f" in word
        made.append(bar)
    return made


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("x |:x x:| x", "0 1 2 1 2 3"),
        ("x x:| x:|", "0 1 0 1 2 2"),
        ("|:x [1] [1]:| [2] x", "0 1 2 0 3 4"),
        ("|:x [1,2]:| [3] x", "0 1 0 1 0 2 3"),
        ("|:x [1]:| [2]:| [3]", "0 1 0 2 0 3"),
        ("|:x:4| x", "0 0 0 0 1"),
        ("x xf xC", "0 1 2 0 1"),
        ("x gx xt xS kx", "0 1 2 3 1 2 4"),
        ("x xt |:x:| xC kx |:x:|", "0 1 2 2 3 0 1 4 5 5"),
        ("|:x [1]:| [2]C", "0 1 0 2 0 2"),
        ("x xS x gx", "0 1 3"),
        # marked by halves, as real lead sheets are
        ("|:x [1] x:| [2] x", "0 1 2 0 3 4"),
        ("|:x [1]:| [3] x", "0 1 0 2 3"),
        ("|:x [1] [2] x", "0 1 0 2 3"),
        ("|:x [1]:| [2] [3] x", "0 1 0 2 0 3 4"),
        ("|:x [2]:| [2] x", "0 1 0 2 3"),
        ("x kx xC kx", "0 1 2 0 3"),
    ],
)
def test_bars_are_played_in_the_order_that_is_written(written: str, order: str) -> None:
    sheet = bars(written)
    settle_codas(sheet)
    settle_endings(sheet)
    assert playing_order(sheet) == [int(place) for place in order.split()]


def test_jumps_by_name_go_where_they_say() -> None:
    sheet = bars("gx gx xt xS xt kx kx xS")
    sheet[0].sign_name, sheet[1].sign_name = "a", "b"
    sheet[3].jump_name, sheet[7].jump_name = "a", "b"
    sheet[2].leaves_name, sheet[5].coda_name, sheet[6].coda_name = "one", "one", "two"
    assert playing_order(sheet)[:9] == [0, 1, 2, 3, 0, 1, 2, 5, 6]


# Signs that are heard


def test_graces_end_where_their_note_begins_and_leave_it_as_it_is() -> None:
    song = song_from_text("X:1\nL:1/4\nK:C\nC D {ef}E {[ce]}F |{g}G4|").song
    plain = [place for place in heard(song) if place[1] >= 1]
    assert plain == [(0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 65), (4, 4, 67)]
    graces = [place for place in heard(song) if place[1] < 1]
    assert graces == [(1.875, 1 / 16, 76), (1.9375, 1 / 16, 77), (2.875, 1 / 8, 72), (2.875, 1 / 8, 76), (3.875, 1 / 8, 79)]


@pytest.mark.parametrize(
    ("symbol", "tones"),
    [("C", {0, 4, 7}), ("Am", {9, 0, 4}), ("F#m7b5", {6, 9, 0, 4}), ("Bb7/D", {10, 2, 5, 8}), ("Gsus4", {7, 0, 2}),
     ("Dmaj7", {2, 6, 9, 1}), ("E7#9", {4, 8, 11, 2, 7}), ("Cdim7", {0, 3, 6, 9}), ("C+", {0, 4, 8}), ("G5", {7, 2}),
     ("Cm(maj7)", {0, 3, 7, 11}), ("D/f+", {2, 6, 9}), ("Fadd9", {5, 9, 0, 7}), ("A7no3", {9, 4, 7}), ("C6/9", {0, 4, 7, 9, 2})],
)  # fmt: skip
def test_chord_symbols_and_their_tones(symbol: str, tones: set[int]) -> None:
    found = chord_tones(symbol)
    assert found is not None
    assert set(found.tones) == tones


def test_a_slash_names_the_bass_and_no_chord_is_silence() -> None:
    slashed = chord_tones("D/f+")
    assert slashed is not None
    assert slashed.bass == 6
    assert chord_tones("N.C.") == SILENCE
    assert [chord_tones(text) for text in ("Fine", "Coda", "slow", "", "H7")] == [None] * 5


def test_chords_are_struck_at_their_symbols_and_at_bar_lines_until_the_next() -> None:
    song = song_from_text('X:1\nM:4/4\nL:1/4\nK:C\n"C"C D "G7"E F|G4|"N.C."A4|').song
    chords = song.tracks[1]
    assert chords.name == "Chords"
    starts = sorted({start for start, _, _ in heard(song, 1)})
    assert starts == [0, 2, 4]
    assert {pitch % 12 for start, _, pitch in heard(song, 1) if start == 2} == {7, 11, 2, 5}
    assert max(start + length for start, length, _ in heard(song, 1)) == 8


def test_a_chord_does_not_sound_through_a_section_without_any() -> None:
    song = song_from_text('X:1\nM:4/4\nL:1/4\nK:C\n"C"C4|' + "D4|" * 40).song
    assert max(start + length for start, length, _ in heard(song, 1)) <= 4 * 9


def words(song: Song) -> list[tuple[float, str]]:
    return [(event.tick / 960, event.data[3:].decode()) for event in song.tracks[0].controls.foreign]


def test_words_stand_at_their_notes_verse_by_verse() -> None:
    song = song_from_text("X:1\nL:1/4\nM:4/4\nK:C\n|:C D E2:|\nw: A-ve *\nw: Ma-ri-a\n").song
    assert words(song) == [(0, "A-"), (1, "ve"), (4, "Ma-"), (5, "ri-"), (6, "a")]
    song = song_from_text("X:1\nL:1/4\nM:4/4\nK:C\nC D E F|G A B c|\nw: one | two~to\\-day _ three\n").song
    assert words(song) == [(0, "one"), (4, "two to-day"), (6, "three")]


def test_parts_are_played_in_the_order_of_the_header() -> None:
    song = song_from_text("X:1\nL:1/4\nM:4/4\nP:A(BA)2\nK:C\nP:A\nC4|\nP:B\n|:D4:|\n").song
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 62, 60, 62, 62, 60]
    missing = song_from_text("X:1\nL:1/4\nM:4/4\nP:AXA\nK:C\nP:A\nC4|\n")
    assert missing.report.dropped == {"orders of parts": 1}
    assert missing.song.note_count == 1


def test_voices_have_their_octaves_programs_and_drums() -> None:
    song = song_from_text(
        'X:1\nL:1/4\nM:4/4\nK:C\nV:1 name="High" clef=treble+8\n%%MIDI program 73\nC4|\n'
        'V:2 name="Low" octave=-1 transpose=2\nC4|\nV:3 name="Kit"\n%%MIDI channel 10\nC,4|\n'
    ).song
    assert [[pitch for _, _, pitch in heard(song, track)] for track in range(3)] == [[72], [50], [48]]
    assert song.tracks[0].instrument.program == 73
    assert [track.instrument.is_drum for track in song.tracks] == [False, False, True]


def test_notes_of_a_chord_have_lengths_and_ties_of_their_own() -> None:
    assert heard(song_from_text("X:1\nL:1/4\nM:4/4\nK:C\n[C2-E]2 C4|").song)[:2] == [(0, 8, 60), (0, 2, 64)]


def test_text_blocks_are_no_music() -> None:
    song = song_from_text("X:1\nL:1/4\nM:4/4\nK:C\n%%begintext\nAn old tune from a book.\n%%endtext\nC4|\n").song
    assert heard(song) == [(0, 4, 60)]


# Scores of every make


def test_scores_in_other_encodings_are_read() -> None:
    text = LEAD_SHEET.decode().replace("Sheet", "Fräulein").replace('encoding="UTF-8"', 'encoding="{}"')
    for encoding in ("utf-16", "utf-8-sig", "latin-1"):
        name = {"utf-16": "UTF-16", "utf-8-sig": "UTF-8", "latin-1": "ISO-8859-1"}[encoding]
        assert song_of_score(text.format(name).encode(encoding), "x.xml").song.title == "Fräulein", encoding


def test_a_document_type_from_elsewhere_is_neither_fetched_nor_expanded() -> None:
    outside = LEAD_SHEET.replace(b'"http://www.musicxml.org/dtds/partwise.dtd"', b'"file:///etc/passwd"')
    assert song_of_score(outside, "x.xml").song.note_count
    empty = LEAD_SHEET.replace(b'dtds/partwise.dtd">', b'dtds/partwise.dtd" []>')
    assert song_of_score(empty, "x.xml").song.note_count
    for declared in (b'<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', b'<!ENTITY x "y">', b"<!ATTLIST note x CDATA 'y'>"):
        with pytest.raises(UnreadableFile, match=r"«x\.xml», line 2, column \d+: it (declares entities|brings a document type)"):
            song_of_score(LEAD_SHEET.replace(b'dtds/partwise.dtd">', b'dtds/partwise.dtd" [' + declared + b"]>"), "x.xml")


def test_a_long_tie_under_many_notes_stays_one_note() -> None:
    low = "<note><pitch><step>C</step><octave>2</octave></pitch><duration>64</duration>{}<voice>2</voice><staff>2</staff></note>"
    fast = "<note><pitch><step>G</step><octave>5</octave></pitch><duration>1</duration><staff>2</staff></note>" * 64
    bars = [
        f"<measure>{fast}<backup><duration>64</duration></backup>{low.format(tie)}</measure>"
        for tie in ('<tie type="start"/>', '<tie type="stop"/><tie type="start"/>', '<tie type="stop"/>')
    ]
    head = "<attributes><divisions>16</divisions></attributes>"
    first = bars[0].replace("<measure>", "<measure>" + head)
    text = f'<score-partwise><part id="P">{first}{bars[1]}{bars[2]}</part></score-partwise>'
    song = song_of_score(text.encode(), "tied.xml").song
    assert [place for track in range(len(song.tracks)) for place in heard(song, track) if place[2] == 36] == [(0, 12, 36)]


def test_the_tempo_of_any_part_counts_and_a_repeat_finds_it_again() -> None:
    def part(name: str, *inside: str) -> str:
        note = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note>"
        measures = "".join(f"<measure>{each}{note}</measure>" for each in inside)
        return f'<part id="{name}">{measures}</part>'

    repeated = '<barline><repeat direction="backward"/></barline>'
    first = part("A", '<sound tempo="90"/>', "", repeated)
    second = part("B", "", '<sound tempo="120"/>', "")
    song = song_of_score(f"<score-partwise>{first}{second}</score-partwise>".encode(), "two.xml").song
    assert [round(change.bpm) for change in song.timeline.tempos] == [90, 120, 90, 120]
    assert all(earlier.tick < later.tick for earlier, later in pairwise(song.timeline.tempos))


def test_a_transposing_part_has_its_key_as_it_sounds_and_its_name_gives_its_sound() -> None:
    clarinet = LEAD_SHEET.replace(b"<midi-program>53</midi-program>", b"").replace(
        b"<instrument-name>Voice</instrument-name>", b"<instrument-name>Clarinet in Bb</instrument-name>"
    )
    song = song_of_score(clarinet, "x.xml").song
    assert song.timeline.keys[0].key.name == "F minor"
    assert song.tracks[0].instrument.program == 71
