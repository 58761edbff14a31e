"""Whatever a model returns, constraints of its tracks hold, or the take says which were relaxed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.generation.binding import bound
from studio.generation.constraining import brought
from studio.generation.contract import Request, Take
from studio.generation.demands import check_constraints, reason
from studio.generation.enforce import EmptyTake, enforced
from studio.generation.request_text import request_plain, take_origin
from studio.song.constraint import Constraint
from studio.song.notes import LOCKED, Note, Notes, Rows, ends, rows_of
from studio.song.region import Mask, Patch, Region
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span

BAR = 3840
SPAN = Span(BAR, 3 * BAR)
C_MAJOR, G_MAJOR = {0, 4, 7}, {7, 11, 2}

garbage = st.lists(
    st.builds(
        Note,
        start_tick=st.integers(BAR - 500, 3 * BAR + 500),
        length_ticks=st.integers(-10, 5000),
        pitch=st.integers(0, 127),
        velocity=st.integers(0, 255),
        flags=st.integers(0, 3),
    ),
    min_size=4,
    max_size=40,
)
present = st.lists(
    st.builds(
        Note,
        start_tick=st.integers(BAR - 500, 3 * BAR + 500),
        length_ticks=st.integers(1, 3000),
        pitch=st.integers(30, 90),
        flags=st.sampled_from([0, 0, 0, LOCKED]),
    ),
    max_size=12,
)
ranges = st.one_of(st.none(), st.tuples(st.integers(20, 70), st.integers(0, 50)))
counts = st.one_of(st.none(), st.tuples(st.sampled_from([0, 1, 2.5, 4]), st.integers(0, 8)))
lengths = st.one_of(st.none(), st.tuples(st.sampled_from([1, 60, 240, 480, 1000]), st.sampled_from([0, 240, 3000])))


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    pitches, notes, long = draw(ranges), draw(counts), draw(lengths)
    kept = draw(st.sampled_from(["", "", "rhythm", "pitches"]))
    return Constraint(
        1,
        low_pitch=None if pitches is None else pitches[0],
        high_pitch=None if pitches is None else pitches[0] + pitches[1],
        least_per_bar=None if notes is None else notes[0],
        most_per_bar=None if notes is None else max(1, notes[0] + notes[1]),
        polyphony=draw(st.sampled_from([None, 1, 2, 4])),
        shortest_ticks=None if long is None else long[0],
        longest_ticks=None if long is None else long[0] + long[1],
        keeps_rhythm=kept == "rhythm",
        keeps_pitches=kept == "pitches",
        follows=draw(st.sampled_from([None, 2])),
    )


def chords(roots: tuple[int, ...] = (60, 67)) -> Notes:
    """A triad for each bar from the first on, in turn."""
    notes = [Note(bar * BAR, BAR, roots[bar % len(roots)] + step) for bar in range(4) for step in (0, 4, 7)]
    return Notes.of([replace(note, id=500 + at) for at, note in enumerate(notes)])


def song_of(notes: list[Note], *, is_drum: bool = False) -> Song:
    numbered = [replace(note, id=at) for at, note in enumerate(notes, 10)]
    written = Track(1, "Lead", instrument=Instrument(is_drum=is_drum)).with_notes(Notes.EMPTY.laid(rows_of(numbered)))
    return Song(tracks=(written, Track(2, "Chords", notes=chords())), next_id=1000)


def request_of(song: Song, constraint: Constraint, mask: Mask | None = None) -> Request:
    return Request("fill", "garbage", song, mask or Mask(Region((1,), SPAN)), constraints=(constraint,))


def take_of(made: list[Note] | Rows, request: Request) -> Take:
    rows = rows_of(made) if isinstance(made, list) else made
    return Take(1, request.span, ((1, rows),), take_origin(request, 1, "", ""))


def held(made: list[Note] | Rows, request: Request) -> Take:
    check_constraints(request)
    return brought(enforced(take_of(made, request), request), request, bound(request)).take


def tune(*pitches: int, length: int = 480, start: int = BAR) -> list[Note]:
    return [Note(start + at * length, length, pitch) for at, pitch in enumerate(pitches)]


def broken(rows: Rows, request: Request) -> set[str]:
    """Which demands do not hold, looked up in the plainest way, tick by tick where need be."""
    (constraint,) = request.constraints
    stays = [note for note in request.song.track(1).notes if not (note.start_tick in SPAN and not note.is_locked)]
    free = [note for note in request.song.track(1).notes if note not in stays]
    low, high = constraint.low_pitch or 0, 127 if constraint.high_pitch is None else constraint.high_pitch
    shortest, longest = constraint.shortest_ticks or 0, constraint.longest_ticks or 1 << 40
    found = {
        "outside": ((rows["pitch"] < low) | (rows["pitch"] > high)).any(),
        "shorter": (rows["length"] < shortest).any(),
        "longer": (rows["length"] > longest).any(),
        "in their order": constraint.keeps_pitches and sorted(rows["pitch"].tolist()) != sorted(note.pitch for note in free),
        "rhythm": constraint.keeps_rhythm and rhythm_of(rows) != rhythm_of(rows_of(free)),
        "foreign": constraint.follows is not None and has_foreign(rows),
        "at once": constraint.polyphony is not None and is_crowded(rows, stays, constraint.polyphony),
    }
    return {what for what, is_so in found.items() if is_so} | miscounted(rows, stays, constraint)


def rhythm_of(rows: Rows) -> list[tuple[int, int]]:
    return sorted(zip(rows["start"].tolist(), np.minimum(ends(rows), SPAN.end_tick).tolist(), strict=True))


def miscounted(rows: Rows, stays: list[Note], constraint: Constraint) -> set[str]:
    found = set()
    for bar in (1, 2):
        ours = int((rows["start"] // BAR == bar).sum())
        count = ours + sum(note.start_tick // BAR == bar for note in stays)
        if constraint.least_per_bar is not None and count < int(constraint.least_per_bar):
            found.add("fewer")
        if constraint.most_per_bar is not None and ours and count > -(-constraint.most_per_bar // 1):
            found.add("more than")
    return found


def is_crowded(rows: Rows, stays: list[Note], voices: int) -> bool:
    spans = list(zip(rows["start"].tolist(), ends(rows).tolist(), strict=True))
    others = [(note.start_tick, note.end_tick) for note in stays]
    for tick in {start for start, _ in (*spans, *others)}:
        now = sum(start <= tick < end for start, end in spans)
        if now and now + sum(start <= tick < end for start, end in others) > voices:
            return True
    return False


def has_foreign(rows: Rows) -> bool:
    """A strong note that is in neither triad when it begins; bars of C and G take turns."""
    for start, length, pitch in zip(rows["start"].tolist(), rows["length"].tolist(), rows["pitch"].tolist(), strict=True):
        is_strong = (start + 120) // 240 * 240 % 960 == 0 or length >= 960
        if is_strong and pitch % 12 not in (C_MAJOR if start // BAR % 2 == 0 else G_MAJOR):
            return True
    return False


@given(present, garbage, constraints())
def test_gn_6_1_with_a_garbage_model_constraints_hold_or_the_take_says_what_was_relaxed(
    notes: list[Note], made: list[Note], constraint: Constraint
) -> None:
    request = request_of(song_of(notes), constraint)
    try:
        take = held(made, request)
    except UnsupportedRequest:
        return
    assert enforced(take, request).rows.tolist() == take.rows.tolist(), "what the mask demands holds too"
    for what in broken(take.rows, request):
        assert any(words.startswith("relaxed: ") and what in words for words in take.remarks), (what, take.remarks)


@given(garbage, constraints(), st.booleans())
def test_where_nothing_stands_in_the_way_range_lengths_voices_and_the_most_notes_are_never_relaxed(
    made: list[Note], constraint: Constraint, is_drum: bool
) -> None:
    constraint = replace(constraint, least_per_bar=None, keeps_rhythm=False, keeps_pitches=False, follows=None)
    assume(is_drum or constraint.low_pitch is None or constraint.high_pitch - constraint.low_pitch >= 11)
    request = request_of(song_of([], is_drum=is_drum), constraint)
    try:
        take = held(made, request)
    except EmptyTake:
        return
    assert not take.remarks
    assert not broken(take.rows, request)


@given(st.lists(st.integers(40, 80), min_size=1, max_size=16), constraints())
def test_what_keeps_to_its_constraints_is_left_alone(pitches: list[int], constraint: Constraint) -> None:
    constraint = replace(constraint, keeps_rhythm=False, keeps_pitches=False)
    request = request_of(song_of([]), constraint)
    made = tune(*pitches)
    rows = enforced(take_of(made, request), request).rows
    assume(not broken(rows, request))
    assert held(made, request).rows.tolist() == rows.tolist()


def test_notes_outside_the_range_come_by_octaves_all_together_first() -> None:
    request = request_of(song_of([]), Constraint(1, low_pitch=36, high_pitch=50))
    assert held(tune(60, 62, 64, 67), request).rows["pitch"].tolist() == [36, 38, 40, 43]
    assert held(tune(48, 50, 52, 47), request).rows["pitch"].tolist() == [48, 50, 40, 47], "one alone by itself"
    drums = request_of(song_of([], is_drum=True), Constraint(1, low_pitch=36, high_pitch=38))
    assert held(tune(36, 42, 38), drums).rows["pitch"].tolist() == [36, 38], "another drum is another drum"


def test_a_bar_with_too_many_notes_loses_the_weak_ones() -> None:
    request = request_of(song_of([]), Constraint(1, most_per_bar=4))
    take = held([Note(BAR + at * 240, 240, 60 + at % 5) for at in range(16)], request)
    assert ((take.rows["start"] - BAR) // 240).tolist() == [0, 4, 8, 12]
    half = request_of(song_of([]), Constraint(1, most_per_bar=4), Mask(Region((1,), Span(BAR, BAR + BAR // 2))))
    assert len(held([Note(BAR + at * 240, 240, 60) for at in range(8)], half).rows) == 2, "half a bar has half as many"


def test_a_bar_with_too_few_notes_divides_the_long_ones_and_says_where_it_cannot() -> None:
    request = request_of(song_of([]), Constraint(1, least_per_bar=4))
    take = held([Note(BAR, 2 * BAR, 60)], request)
    assert take.rows["start"].tolist() == [BAR + at * 960 for at in range(8)]
    assert not take.remarks
    empty = held([Note(BAR, BAR, 60)], request)
    assert empty.remarks == ("relaxed: 1 bar of «Lead» has fewer than 4 notes.",)
    drums = held([Note(BAR, BAR, 36)], request_of(song_of([], is_drum=True), Constraint(1, least_per_bar=2)))
    assert drums.remarks == ("relaxed: 2 bars of «Lead» have fewer than 2 notes.",), "a drum is not divided"


def test_one_voice_hears_each_note_until_the_next_and_the_outer_notes_of_a_chord() -> None:
    request = request_of(song_of([]), Constraint(1, polyphony=1))
    take = held([Note(BAR, BAR, 60), Note(BAR + 960, BAR, 64), Note(BAR + 960, 480, 55)], request)
    assert take.rows["pitch"].tolist() == [60, 64]
    assert take.rows["length"].tolist() == [960, BAR]


def test_a_note_played_a_little_early_lets_the_shortest_be_heard_out() -> None:
    request = request_of(song_of([]), Constraint(1, polyphony=1, shortest_ticks=240))
    take = held([Note(BAR, 100, 60), Note(BAR + 225, 240, 62)], request)
    assert list(zip(take.rows["start"].tolist(), take.rows["length"].tolist(), strict=True)) == [(BAR, 240), (BAR + 240, 240)]


def test_locked_notes_take_a_voice() -> None:
    song = song_of([Note(BAR, 2 * BAR, 48, flags=LOCKED)])
    take = held(tune(60, 62, 64), request_of(song, Constraint(1, polyphony=2)))
    assert take.rows["pitch"].tolist() == [60, 62, 64]
    with pytest.raises(EmptyTake, match="leave nothing"):
        held(tune(60, 62, 64), request_of(song, Constraint(1, polyphony=1)))


def test_gn_6_1_a_kept_rhythm_has_new_pitches_and_all_its_onsets_and_lengths() -> None:
    there = [Note(BAR, 700, 60, 99), Note(BAR + 720, 200, 62), Note(BAR + 1920, 1900, 64), Note(BAR + 1920, 1900, 67)]
    request = request_of(song_of(there), Constraint(1, keeps_rhythm=True))
    take = held(tune(72, 73, 74, 75, 76, 77, 78, 79), request)
    assert take.rows["start"].tolist() == [BAR, BAR + 720, BAR + 1920, BAR + 1920]
    assert take.rows["length"].tolist() == [700, 200, 1900, 1900]
    assert take.rows["pitch"].tolist()[:2] == [72, 73]
    assert 76 in take.rows["pitch"].tolist()
    assert int(take.rows["velocity"][0]) == 99
    assert not take.remarks


def test_gn_6_1_kept_pitches_come_in_their_order_on_a_new_rhythm() -> None:
    request = request_of(song_of(tune(60, 64, 67, 72, length=960)), Constraint(1, keeps_pitches=True))
    busy = held(tune(*[50] * 8, length=240), request)
    assert busy.rows["pitch"].tolist() == [60, 64, 67, 72]
    assert ((busy.rows["start"] - BAR) // 240).tolist() == [0, 2, 4, 6], "weak places go first"
    calm = held([Note(BAR, 1920, 50), Note(BAR + 1920, 1920, 52)], request)
    assert calm.rows["pitch"].tolist() == [60, 64, 67, 72], "long notes are divided"
    none = held([Note(BAR, 200, 50), Note(BAR + 1920, 200, 52)], request)
    assert none.remarks == ("relaxed: of the 4 pitches of «Lead» in their order 2 were kept.",)


def test_gn_6_1_notes_on_the_beat_belong_to_the_chord_that_is_followed() -> None:
    request = request_of(song_of([]), Constraint(1, follows=2))
    take = held(tune(61, 62, 63, 66, 69, 70, 61, 65) + tune(*[61] * 8, start=2 * BAR), request)
    strong = take.rows[(take.rows["start"] % 960) == 0]
    for start, pitch in zip(strong["start"].tolist(), strong["pitch"].tolist(), strict=True):
        assert pitch % 12 in (G_MAJOR if start < 2 * BAR else C_MAJOR)
    weak = take.rows[(take.rows["start"] % 960) != 0]
    assert weak["pitch"].tolist()[:4] == [62, 66, 70, 65], "passing notes are free"
    assert not take.remarks


def test_a_bass_line_is_followed_as_the_triads_of_the_key() -> None:
    song = song_of([])
    bass = Notes.of([Note(bar * BAR, BAR, pitch, id=700 + bar) for bar, pitch in enumerate((36, 41, 43, 36))])
    song = replace(song, tracks=(song.track(1), replace(song.track(2), notes=bass)))
    request = request_of(song, Constraint(1, follows=2))
    take = held(tune(60, 61, 62, 63, 64, 65, 66, 67), request)
    strong = take.rows[(take.rows["start"] % 960) == 0]
    assert set((strong["pitch"] % 12).tolist()) <= {5, 9, 0}, "F above the bass's F"


def test_a_silent_leader_is_said() -> None:
    song = song_of([])
    song = replace(song, tracks=(song.track(1), replace(song.track(2), notes=Notes.EMPTY)))
    take = held(tune(61, 63), request_of(song, Constraint(1, follows=2)))
    assert take.remarks == ("relaxed: «Chords» is silent there, so «Lead» follows no chords.",)


def test_what_is_painted_holds_beside_the_constraints() -> None:
    patches = (Patch(1, Span(BAR, BAR + 960), 60, 71),)
    request = request_of(
        song_of([]), Constraint(1, low_pitch=48, high_pitch=83, least_per_bar=2), Mask(Region((1,), SPAN), patches=patches)
    )
    take = held(tune(65, 67, 69), request)
    assert take.rows["pitch"].tolist() == [65, 67]
    assert (ends(take.rows) <= BAR + 960).all()
    assert any("fewer than 2" in words for words in take.remarks), "the second bar is not painted"


CONTRADICTIONS = [
    (Constraint(1, low_pitch=60, high_pitch=48), "lies above"),
    (Constraint(1, high_pitch=128), "there are 0 to 127"),
    (Constraint(1, least_per_bar=9, most_per_bar=4), "at least 9 and at most 4"),
    (Constraint(1, most_per_bar=0), "silent"),
    (Constraint(1, least_per_bar=float("nan")), "0 or more"),
    (Constraint(1, polyphony=0), "at least one voice"),
    (Constraint(1, shortest_ticks=480, longest_ticks=240), "longer than its longest"),
    (Constraint(1, longest_ticks=0), "shorter than nothing"),
    (Constraint(1, keeps_rhythm=True, keeps_pitches=True), "nothing is left to write"),
    (Constraint(1, follows=1), "its own chords"),
    (Constraint(1, follows=3), "no chords to follow"),
    (Constraint(1, follows=9), "is gone"),
    (Constraint(3, follows=2), "drums follow no chords"),
    (Constraint(9, low_pitch=60), "no longer in the song"),
]


@pytest.mark.parametrize(("constraint", "words"), CONTRADICTIONS)
def test_gn_6_1_a_contradiction_is_refused_in_a_sentence(constraint: Constraint, words: str) -> None:
    song = song_of([])
    song = replace(song, tracks=(*song.tracks, Track(3, "Kit", instrument=Instrument(is_drum=True))))
    assert words in reason(constraint, song)
    with pytest.raises(UnsupportedRequest, match=words):
        check_constraints(request_of(song, constraint))


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        (Constraint(2, low_pitch=60), "not written by this request"),
        (Constraint(1, keeps_rhythm=True), "could be kept"),
        (Constraint(1, keeps_pitches=True), "could be kept"),
        (Constraint(1, shortest_ticks=3 * BAR), "fits into the region"),
        (Constraint(1, low_pitch=100), "outside what may be written"),
        (Constraint(1, least_per_bar=9, shortest_ticks=480, polyphony=1), "have no room"),
    ],
)
def test_what_contradicts_the_region_is_refused_too(constraint: Constraint, words: str) -> None:
    assert not reason(constraint, song_of([]))
    with pytest.raises(UnsupportedRequest, match=words):
        check_constraints(request_of(song_of([]), constraint, Mask(Region((1,), SPAN), 0, 90)))


def test_two_constraints_of_one_track_are_refused() -> None:
    request = replace(
        request_of(song_of([]), Constraint(1, polyphony=1)), constraints=(Constraint(1), Constraint(1, polyphony=2))
    )
    with pytest.raises(UnsupportedRequest, match="two constraints"):
        check_constraints(request)


def test_constraints_are_told_in_the_origin_of_a_take() -> None:
    request = request_of(song_of([]), Constraint(1, low_pitch=0, most_per_bar=8, keeps_rhythm=True))
    plain = request_plain(request)["constraints"]
    assert plain == [{"track_id": 1, "low_pitch": 0, "most_per_bar": 8, "keeps_rhythm": True}]
    assert Constraint(**plain[0]) == request.constraints[0]
    assert "constraints" not in request_plain(replace(request, constraints=()))
    assert np.isclose(request.constraints[0].most_per_bar or 0, 8)
