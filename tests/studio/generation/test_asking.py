"""What is asked for: the place, the likely verb, and a sentence where nothing can be asked."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.generation.asking import (
    Aim,
    Wish,
    bars_of_loop,
    goes_on_after,
    has_lines,
    missing_clip,
    next_seed,
    obstacle,
    painted,
    place,
    repeated,
    request_of,
    suggestion,
    suiting,
)
from studio.generation.latent import Phrase
from studio.generation.request_text import request_text
from studio.song import Note, Notes, Span, Track, empty_song
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import rows_of
from studio.song.region import Patch, Region
from studio.song.song import Instrument, Song

BAR = 3840
KIT = Track(4, "Kit", instrument=Instrument(is_drum=True))
FAR = Clip(((0, rows_of([Note(0, 480, 64, 80), Note(480, 480, 67, 70)])),), BAR)
VERBS = ("continue", "fill", "start")


def song_with(*bars: int, track_id: int = 1) -> Song:
    """One quarter note at the head of each bar."""
    song = replace(empty_song(), tracks=(Track(1, "Lead"), Track(2, "Bass"), Track(3, "Voice", is_audio=True), KIT), next_id=1000)
    notes = Notes.of([Note((bar - 1) * BAR, 960, 60, id=10 + bar) for bar in bars])
    return song.with_track(song.track(track_id).with_notes(notes))


def bars(first: int, last: int) -> Span:
    return Span((first - 1) * BAR, last * BAR)


def test_without_bars_the_take_goes_to_the_end_of_the_song():
    song = song_with(1, 2)
    assert place("continue", song, Aim(1, bar_count=2)) == bars(3, 4)
    assert place("start", replace(empty_song()), Aim(1)) == bars(1, 4)


def test_chosen_bars_are_widened_to_whole_ones():
    assert place("fill", song_with(1, 2, 3), Aim(1, Span(BAR + 100, BAR + 200))) == bars(2, 2)


def test_continuing_the_first_music_means_the_bars_after_it():
    song = song_with(1, 2)
    aim = Aim(1, bars(1, 2))
    assert goes_on_after(song, aim)
    assert place("continue", song, aim) == bars(3, 4)
    assert not goes_on_after(song, Aim(1, bars(2, 2)))
    assert place("continue", song, Aim(1, bars(2, 2))) == bars(2, 2)


@pytest.mark.parametrize(
    ("song", "aim", "expected"),
    [
        (song_with(1, 2), Aim(1), "continue"),
        (song_with(), Aim(1), "start"),
        (song_with(1, 4), Aim(1, bars(2, 3)), "fill"),
        (song_with(1, 2), Aim(1, bars(3, 4)), "continue"),
        (song_with(3, 4, 8), Aim(1, bars(3, 4)), "fill"),
        (song_with(3, 4), Aim(1, bars(3, 4)), "continue"),
        (song_with(1, 2), Aim(2, bars(3, 4)), "start"),
        (song_with(1, 2), Aim(3), None),
        (song_with(1, 2), Aim(9), None),
    ],
)
def test_the_likely_verb(song, aim, expected):
    assert suggestion(VERBS, song, aim) == expected


@pytest.mark.parametrize(
    ("verb", "aim", "words"),
    [
        ("fill", Aim(1), "which bars"),
        ("fill", Aim(2, bars(2, 3)), "no notes around"),
        ("continue", Aim(2), "nothing before bar 5"),
        ("vary", Aim(1), "Vary needs to know which bars"),
        ("vary", Aim(1, bars(2, 3)), "no notes in bars 2-3 to vary"),
        ("morph", Aim(1, bars(2, 2)), "no notes in bar 2 to morph"),
        ("morph", Aim(1, bars(1, 1)), "towards what"),
        ("groove", Aim(1, bars(1, 1)), "is no drum track"),
        ("groove", Aim(4, bars(1, 1)), "«Kit» has no notes in bar 1 to groove"),
        ("start", Aim(3), "sound, not notes"),
        ("start", Aim(9), "No track is selected"),
    ],
)
def test_what_cannot_be_asked_is_said_with_a_way_out(verb, aim, words):
    song = song_with(1, 4)
    assert words in (obstacle(verb, song, aim) or missing_clip(verb, ()))
    with pytest.raises(UnsupportedRequest, match=words):
        request_of(Wish(verb, "m", aim), song)


def test_the_request_holds_everything_that_was_chosen():
    song = song_with(1, 2)
    song = song.with_track(song.track(2).with_notes(Notes.of([Note(0, 960, 40, id=500)])))
    wish = Wish("continue", "m", Aim(1, None, 3), frozenset({2, 3, 77}), {"temperature": 0.8}, 7, 2)
    request = request_of(wish, song)
    assert (request.capability, request.model, request.seed, request.count) == ("continue", "m", 7, 2)
    assert request.span == bars(3, 5)
    assert request.mask.region.track_ids == (1,)
    assert request.hear == (2,), "neither sound tracks nor tracks that are gone"
    assert request.knobs == {"temperature": 0.8}
    assert request.song is song
    with pytest.raises(UnsupportedRequest, match="at least one"):
        request_of(replace(wish, count=0), song)


def test_a_request_is_repeated_on_the_song_as_it_is_now():
    song = song_with(1, 2)
    request = request_of(Wish("continue", "m", Aim(1)), song)
    later = replace(song, title="Later")
    again = repeated(replace(request, hear=(2, 77)), later, 9)
    assert (again.song, again.seed, again.hear, again.mask) == (later, 9, (2,), request.mask)
    with pytest.raises(UnsupportedRequest, match="gone"):
        repeated(request, replace(song, tracks=song.tracks[1:]), 9)


def test_the_next_seed_is_another():
    assert next_seed(7) == 8


@given(
    st.sets(st.integers(1, 12)),
    st.none() | st.tuples(st.integers(1, 12), st.integers(0, 4)),
    st.integers(1, 16),
    st.sampled_from(VERBS),
)
def test_whatever_is_possible_gives_a_request_of_whole_bars(filled, chosen, count, verb):
    """Property: a request is refused in words or writes at least one whole bar, and the suggestion is possible."""
    song = song_with(*sorted(filled))
    aim = Aim(1, None if chosen is None else bars(chosen[0], chosen[0] + chosen[1]), count)
    guess = suggestion(VERBS, song, aim)
    assert guess is not None
    assert not obstacle(guess, song, aim)
    if not obstacle(verb, song, aim):
        span = request_of(Wish(verb, "m", aim), song).span
        assert span.length_ticks >= BAR
        assert span.start_tick % BAR == span.end_tick % BAR == 0


def test_music_from_elsewhere_goes_into_the_request_and_its_record_and_is_asked_for_again():
    song = song_with(1, 4)
    request = request_of(Wish("morph", "m", Aim(1, bars(1, 1)), clips=(FAR,)), song)
    assert request.clips == (FAR,)
    again = repeated(request, song, 7)
    assert (again.clips, again.seed) == ((FAR,), 7)
    (written,) = json.loads(request_text(request))["clips"]
    assert written == {"length": BAR, "parts": {"0": [[0, 480, 64, 80], [480, 480, 67, 70]]}}
    other = Clip(((0, FAR.rows[:1]),), BAR)
    assert request_text(replace(request, clips=(other,))) != request_text(request)
    assert "clips" not in json.loads(request_text(replace(request, clips=())))


def test_a_morph_towards_silence_is_refused():
    silent = Clip(((0, FAR.rows[:0]),), BAR)
    with pytest.raises(UnsupportedRequest, match="towards what"):
        request_of(Wish("morph", "m", Aim(1, bars(1, 1)), clips=(silent,)), song_with(1))


def test_a_voice_can_be_filled_in_among_drums_with_nothing_around_them():
    song = song_with(1, track_id=4)
    assert not obstacle("fill", song, Aim(4, bars(1, 1)))
    assert not obstacle("groove", song, Aim(4, bars(1, 1)))
    assert not obstacle("vary", song, Aim(4, bars(1, 1)))


def test_several_lines_are_seen_where_they_would_be_read():
    song = song_with(1, 4)
    assert not has_lines(song, Aim(1, bars(1, 4)), "vary")
    chord = [Note(3 * BAR, 960, 60 + third, id=500 + third) for third in (0, 4)]
    song = song.with_track(song.track(1).with_notes(Notes.of([*song.track(1).notes, *chord[1:]])))
    assert has_lines(song, Aim(1, bars(1, 4)), "vary")
    assert not has_lines(song, Aim(1, bars(1, 3)), "vary")
    assert has_lines(song, Aim(1, bars(5, 6)), "continue"), "the bars before are read"
    assert not has_lines(song, Aim(1, bars(5, 6)), "start")
    assert not has_lines(song, Aim(9), "vary")


def test_of_a_phrase_a_drum_track_gets_the_drums_and_another_the_rest():
    phrase = Phrase(Clip(((0, FAR.rows), (1, FAR.rows[:1])), BAR), "A song", drums=(1,))
    assert suiting(phrase, KIT).note_count == 1
    assert suiting(phrase, Track(1, "Lead")).note_count == 2
    with pytest.raises(UnsupportedRequest, match=r"A song has no drums\. Choose something that suits «Kit»"):
        suiting(replace(phrase, drums=()), KIT)


def test_a_model_of_several_parts_may_write_on_further_tracks():
    song = song_with(1, 4)
    wish = Wish("vary", "m", Aim(1, bars(1, 1)), frozenset({2}), also=(2,))
    request = request_of(wish, song.with_track(song.track(2).with_notes(song.track(1).notes)))
    assert request.mask.region.track_ids == (1, 2)
    assert request.hear == ()


def test_no_more_of_a_phrase_is_named_than_a_model_can_read():
    late = rows_of([Note(0, 480, 60), Note(16 * BAR, 480, 62)])
    clip = suiting(Phrase(Clip(((3, late),), 20 * BAR), "Long"), Track(1, "Lead"))
    assert (clip.length_ticks, clip.note_count) == (16 * BAR, 1)
    with pytest.raises(UnsupportedRequest, match="no notes other than drums in its first 16 bars"):
        suiting(Phrase(Clip(((0, late[1:]),), 20 * BAR), "Late"), Track(1, "Lead"))


def test_gn_6_1_a_loop_is_a_place_unless_it_goes_round_the_whole_piece():
    song = song_with(*range(1, 9))
    assert bars_of_loop(song, Span(BAR + 5, 2 * BAR)) == Span(BAR, 2 * BAR)
    assert bars_of_loop(song, Span(0, 8 * BAR)) is None
    assert bars_of_loop(song, None) is None


def test_gn_6_1_painted_patches_are_the_place_and_only_they_may_be_written():
    song = song_with(1, 2, 3, 4)
    patches = (Patch(2, Span(BAR + 7, 2 * BAR), 40, 50), Patch(2, Span(3 * BAR, 4 * BAR - 5)))
    aim = painted(song, 1, patches)
    assert (aim.track_id, aim.bars) == (2, Span(BAR, 4 * BAR))
    request = request_of(Wish("start", "m", aim), song)
    assert request.mask.region == Region((2,), Span(BAR, 4 * BAR))
    assert request.mask.allows(2, BAR + 7, 45)
    assert not request.mask.allows(2, BAR, 45)
    both = painted(song, 1, (*patches, Patch(1, Span(0, BAR))))
    assert request_of(Wish("start", "m", both), song).mask.region == Region((1, 2), Span(0, 4 * BAR))


def test_gn_6_1_a_request_holds_the_constraints_of_the_tracks_it_writes():
    kept = (Constraint(1, low_pitch=60), Constraint(2, polyphony=1))
    assert (
        request_of(Wish("fill", "m", Aim(1, Span(BAR, 2 * BAR)), constraints=kept), song_with(1, 2, 3, 4)).constraints == kept[:1]
    )
    assert request_of(Wish("start", "m", Aim(1), also=(2,), constraints=kept), song_with(1, 2, 3, 4)).constraints == kept
    assert request_of(Wish("start", "m", Aim(1), constraints=(Constraint(1),)), song_with(1, 2, 3, 4)).constraints == ()
