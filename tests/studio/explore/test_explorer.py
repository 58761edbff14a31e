"""The explorer in a space that can be reckoned by head: what is heard where, what is kept, what is said."""

from __future__ import annotations

import pytest

from studio.edits import notes
from studio.errors import UnsupportedRequest
from studio.explore.chart import GRID_SIZE
from studio.explore.pad import Shelf
from studio.generation.contract import Request
from studio.generation.latent import Decoding, Locating, Phrase
from studio.song.clip import Clip
from studio.song.notes import Note
from studio.song.region import Mask, Region
from studio.song.song import Song, Track, empty_song
from studio.song.ticks import Span
from tests.generate_parts import Shelf as Models
from tests.generate_parts import listed
from tests.plane_space import BAR, CORNER_PHRASES, MELODY, TRIO, WINDOW, Bench, bench, filled, model_of, phrase_at, point_of

EMPTY = Phrase(Clip((), WINDOW), "Nothing")


# What is heard


@pytest.mark.parametrize("slot", range(4))
def test_on_a_corner_its_own_phrase_is_heard_and_beside_it_a_decoding(slot):
    made = filled(bench())
    corner = made.explorer.pad.anchors[slot]
    made.explorer.move_to(corner.x, corner.y)
    assert made.explorer.phrase is CORNER_PHRASES[slot].clip
    assert made.explorer.is_own
    made.explorer.show_reconstruction(True)
    assert not made.explorer.is_own
    assert made.explorer.phrase is not CORNER_PHRASES[slot].clip
    assert made.heard_point == point_of(CORNER_PHRASES[slot].clip)
    made.explorer.show_reconstruction(False)
    assert made.explorer.phrase is CORNER_PHRASES[slot].clip


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (0.25, 0.75), (0.9, 0.1), (0.5, 0.0)])
def test_between_corners_lies_what_lies_between_their_points(x, y):
    made = filled(bench())
    made.explorer.move_to(x, y)
    assert made.heard_point == pytest.approx((x, y), abs=1e-3)
    assert not made.explorer.is_own
    assert made.explorer.decode_ms is not None


def test_near_a_corner_the_pointer_settles_on_it():
    made = filled(bench())
    moved = []
    made.explorer.moved.listen(lambda x, y: moved.append((x, y)))
    made.explorer.move_to(0.99, 0.01)
    assert moved == [(1.0, 0.0)]
    assert made.explorer.weights_words() == "B 100 %"
    made.explorer.move_to(3.0, -3.0)
    assert moved[-1] == (1.0, 0.0), "the pad has edges"


def test_a_slider_moves_what_is_heard_on_a_corner_too():
    made = filled(bench())
    made.explorer.move_to(0, 0)
    made.explorer.set_attribute("late", 0.5)
    assert made.heard_point == pytest.approx((0.5, 0), abs=1e-3)
    made.explorer.set_attribute("late", 0)
    assert made.explorer.is_own
    assert made.explorer.pad.attributes == {}


def test_free_anchors_are_heard_where_they_stand_and_when_they_move():
    made = bench()
    made.explorer.set_mode("anchors")
    made.explorer.set_interpolation("linear")
    made.explorer.place_anchor(0, CORNER_PHRASES[0], 0.2, 0.5)
    made.explorer.place_anchor(7, CORNER_PHRASES[1], 0.8, 0.5)
    made.explorer.move_to(0.5, 0.5)
    assert made.heard_point == pytest.approx((0.5, 0), abs=1e-3)
    made.explorer.move_anchor(0, 0.5, 0.5)
    assert made.explorer.is_own
    made.explorer.move_to(0.8, 0.5)
    assert made.explorer.phrase is CORNER_PHRASES[1].clip


def test_an_anchor_on_its_way_is_heard_and_not_kept():
    made = bench()
    made.explorer.set_mode("anchors")
    made.explorer.set_interpolation("linear")
    made.explorer.place_anchor(0, CORNER_PHRASES[0], 0.2, 0.5)
    made.explorer.place_anchor(7, CORNER_PHRASES[1], 0.8, 0.5)
    made.explorer.move_to(0.5, 0.5)
    before = made.explorer.pad
    made.explorer.try_anchor(0, 0.4, 0.5)
    assert made.heard_point[0] < 0.3, "nearer, it has more"
    assert made.explorer.weights_words().startswith("A 9")
    assert made.explorer.pad is before
    made.explorer.end_trial()
    assert made.heard_point == pytest.approx((0.5, 0), abs=1e-3)
    made.explorer.try_anchor(0, 0.5, 0.5)
    assert made.explorer.is_own
    made.explorer.move_anchor(0, 0.5, 0.9)
    assert not made.explorer.is_own
    assert len(made.explorer.grid) == GRID_SIZE**2


def test_corners_stay_where_they_are():
    made = filled(bench())
    before = made.explorer.pad
    made.explorer.move_anchor(0, 0.5, 0.5)
    assert made.explorer.pad is before


def test_the_decoding_asked_for_is_what_the_pad_says():
    made = filled(bench())
    made.explorer.set_temperature(0.7)
    made.explorer.set_strictness("on")
    made.explorer.set_seed(77)
    made.explorer.move_to(0.4, 0.4)
    asked = made.plane.decodings[-1]
    assert (asked.model, asked.temperature, asked.strictness, asked.seed) == ("plane", 0.7, "on", 77)
    assert asked.pitch_classes == frozenset({0, 2, 4, 5, 7, 9, 11})
    made.explorer.set_strictness("off")
    assert made.plane.decodings[-1].pitch_classes is None


def test_a_phrase_is_located_once_for_each_model_and_line():
    made = filled(bench())
    count = len([request for request in made.plane.asked if isinstance(request, Locating)])
    assert count == 4
    made.explorer.clear_anchor(3)
    made.explorer.place_anchor(3, CORNER_PHRASES[0])
    made.explorer.set_temperature(0.5)
    assert len([request for request in made.plane.asked if isinstance(request, Locating)]) == count
    made.explorer.set_line("lowest")
    assert len([request for request in made.plane.asked if isinstance(request, Locating)]) == count + 3


# Grid and path


def test_the_grid_is_filled_and_each_cell_is_what_its_middle_sounds_like():
    made = filled(bench())
    assert len(made.explorer.grid) == GRID_SIZE**2
    for (column, row), clip in made.explorer.grid.items():
        middle = (column + 0.5) / GRID_SIZE, (row + 0.5) / GRID_SIZE
        assert point_of(clip) == pytest.approx(middle, abs=1e-3)


def test_the_grid_begins_at_the_pointer_and_comes_in_batches():
    made = bench()
    batches: list[tuple[tuple[int, int], ...]] = []
    made.explorer.set_interpolation("linear")
    made.explorer.place_anchor(0, CORNER_PHRASES[0])
    made.explorer.move_to(1.0, 0.5)
    made.explorer.grid_changed.listen(batches.append)
    made.explorer.place_anchor(3, CORNER_PHRASES[3])
    assert batches[0][0] == (6, 3)
    assert sum(len(batch) for batch in batches) == GRID_SIZE**2


def test_an_emptied_pad_has_no_grid():
    made = bench()
    made.explorer.place_anchor(0, CORNER_PHRASES[0])
    made.explorer.clear_anchor(0)
    assert made.explorer.grid == {}
    assert made.explorer.phrase is None
    assert made.explorer.weights_words() == ""


def test_the_phrases_of_a_path_lie_along_it():
    made = filled(bench())
    made.explorer.set_path([(0, 0), (1, 0)])
    made.explorer.set_path_steps(5)
    assert [point_of(clip) for clip in made.explorer.path_phrases] == [(0, 0), (0.25, 0), (0.5, 0), (0.75, 0), (1, 0)]
    assert made.explorer.path_phrases[0] is CORNER_PHRASES[0].clip
    made.explorer.edit_path_point(1, 0, 1)
    assert point_of(made.explorer.path_phrases[2]) == pytest.approx((0, 0.5), abs=1e-3)
    made.explorer.clear_path()
    assert made.explorer.path_phrases == ()


def test_a_walk_begins_at_the_pointer_and_its_seed_makes_it_again():
    made = filled(bench())
    made.explorer.move_to(0.3, 0.4)
    made.explorer.walk(5)
    first = made.explorer.pad.path
    assert first[0] == (0.3, 0.4)
    made.explorer.walk(6)
    assert made.explorer.pad.path != first
    made.explorer.walk(5)
    assert made.explorer.pad.path == first


# Samples


def test_empty_corners_are_filled_with_samples_and_full_ones_stay():
    made = bench()
    made.explorer.place_anchor(1, CORNER_PHRASES[1])
    made.explorer.fill_empty_corners()
    pad = made.explorer.pad
    assert pad.slots == (0, 1, 2, 3)
    assert pad.anchors[1].phrase is CORNER_PHRASES[1]
    assert [pad.anchors[slot].label for slot in (0, 2, 3)] == ["Sampled · seed 1", "Sampled · seed 2", "Sampled · seed 3"]
    again = bench()
    again.explorer.place_anchor(1, CORNER_PHRASES[1])
    again.explorer.fill_empty_corners()
    assert point_of(again.explorer.pad.anchors[0].phrase.clip) == point_of(pad.anchors[0].phrase.clip)


def test_samples_on_an_empty_pad_are_no_unsaved_work_until_something_is_done_with_them():
    made = bench()
    made.explorer.fill_empty_corners()
    assert made.session.is_clean
    made.explorer.set_temperature(0.2)
    assert not made.session.is_clean


def test_each_sample_for_the_palette_is_another():
    made = bench()
    made.explorer.sample_phrase()
    made.explorer.sample_phrase()
    one, other = made.explorer.palette
    assert one.source != other.source
    assert point_of(one.clip) != point_of(other.clip)


# Sentences


def one_sentence(made: Bench) -> str:
    said = made.said[-1]
    assert said.strip().endswith(".")
    assert "\n" not in said
    return said


def test_a_phrase_without_notes_is_refused_in_a_sentence():
    made = bench()
    made.explorer.place_anchor(0, EMPTY)
    assert one_sentence(made) == "«Nothing» has no notes. Choose another phrase."
    made.explorer.add_to_palette(EMPTY)
    assert one_sentence(made)
    assert made.explorer.pad.slots == ()
    assert made.explorer.palette == ()


def test_a_phrase_that_the_model_cannot_read_stays_unused_and_says_so():
    made = filled(bench())
    lone = Phrase(Clip(((0, CORNER_PHRASES[0].clip.rows[:1]),), WINDOW), "Lone")
    made.explorer.place_anchor(3, lone)
    assert one_sentence(made) == "«Lone» has no two notes. Choose another phrase."
    assert made.explorer.refusal(3) == made.said[-1]
    assert made.explorer.refusal(0) == ""
    made.explorer.move_to(0.5, 0.9)
    assert "D" not in made.explorer.weights_words()
    assert made.heard_point[1] > 0.5
    made.explorer.move_to(1, 1)
    assert made.explorer.phrase is lone.clip, "it is heard as it is all the same"


def test_a_longer_phrase_is_heard_whole_and_what_is_read_of_it_is_said():
    made = bench()
    made.explorer.place_anchor(0, phrase_at(0.1, 0.2, "Long", length=2 * WINDOW))
    assert made.said[-1] == "«Long» is read by its first two bars."


def test_a_lost_host_is_said_once_and_a_further_move_asks_again():
    made = filled(bench())
    made.plane.loses_its_host = True
    made.said.clear()
    made.explorer.move_to(0.4, 0.4)
    assert made.said == ["The model host was lost. It is starting again."]
    made.plane.loses_its_host = False
    made.explorer.release()
    assert made.heard_point == pytest.approx((0.4, 0.4), abs=1e-3)


def test_without_a_model_the_own_phrases_are_still_heard():
    made = bench()
    made.explorer.offer_models(Models(listed("blind", "Blind", "CC0", True)))
    made.explorer.place_anchor(0, CORNER_PHRASES[0])
    made.explorer.move_to(0, 0)
    assert made.explorer.space is None
    assert made.explorer.is_own
    made.explorer.fill_empty_corners()
    assert one_sentence(made)
    made.explorer.choose_model("blind")
    assert one_sentence(made) == "The model «blind» has no space to explore. Choose one of the list."


@pytest.mark.parametrize("call", ["play", "pin", "commit_path"])
def test_an_empty_pad_says_what_to_do(call):
    made = bench()
    getattr(made.explorer, call)()
    assert one_sentence(made)
    assert not made.explorer.is_playing


def test_selections_that_hold_nothing_say_so():
    made = bench(song=empty_song())
    session, explorer = made.session, made.explorer
    with pytest.raises(UnsupportedRequest, match="Nothing is selected"):
        explorer.phrase_of_selection()
    session.select(bars=Span(0, BAR))
    with pytest.raises(UnsupportedRequest, match="«Piano» has no notes in bar 1"):
        explorer.phrase_of_selection()
    session.select(frozenset({12345}))
    with pytest.raises(UnsupportedRequest, match="gone"):
        explorer.phrase_of_selection()
    with pytest.raises(UnsupportedRequest, match="take is gone"):
        explorer.phrase_of_take(0)
    with pytest.raises(UnsupportedRequest, match="«Empty» has no notes"):
        explorer.phrase_of_file(empty_song(), "Empty")
    with pytest.raises(UnsupportedRequest, match="Nothing is heard"):
        explorer.phrase_here()
    session.open(Song("Sound", (Track(1, "Tape", is_audio=True),), next_id=2))
    session.select(bars=Span(0, BAR))
    with pytest.raises(UnsupportedRequest, match="holds sound"):
        explorer.phrase_of_selection()


# Phrases


def test_selected_bars_are_a_phrase_that_begins_with_the_bar():
    made = bench()
    made.session.select(bars=Span(2 * BAR, 4 * BAR), track_id=1)
    phrase = made.explorer.phrase_of_selection()
    assert phrase.source == "Bars 3–4 · Lead"
    assert phrase.clip.length_ticks == 2 * BAR
    assert phrase.clip.rows["start"].tolist() == [beat * 960 for beat in range(8)]


def test_selected_notes_are_a_phrase_of_their_bars():
    made = bench(song=empty_song())
    made.session.do(notes.add(1, [Note(BAR + 960, 480, 60), Note(BAR + 1920, 480, 64), Note(5 * BAR, 480, 65)]))
    first, second, _ = made.session.song.tracks[0].notes
    made.session.select(frozenset({first.id, second.id}))
    phrase = made.explorer.phrase_of_selection()
    assert phrase.source == "Bar 2 · Piano"
    assert phrase.clip.rows["start"].tolist() == [960, 1920]
    assert phrase.clip.length_ticks == BAR


def test_a_phrase_holds_32_bars_at_most_and_says_so():
    made = bench(song=empty_song())
    made.session.do(notes.add(1, [Note(bar * BAR, 480, 60) for bar in range(40)]))
    made.session.select(bars=Span(0, 40 * BAR))
    assert made.explorer.phrase_of_selection().clip.length_ticks == 32 * BAR
    assert made.said[-1] == "A phrase holds 32 bars at most: these are the first ones."


def test_a_take_is_a_phrase_named_after_its_model():
    made = bench()
    session = made.session
    session.generate(Request("start", "plane", session.song, Mask(Region((1,), Span(4 * BAR, 6 * BAR))), count=2))
    phrase = made.explorer.phrase_of_take(1)
    assert phrase.source == "Take 2 · The plane"
    assert phrase.clip.rows["start"].min() == 0
    assert phrase.clip.length_ticks == 2 * BAR


def test_a_file_is_a_phrase_from_its_first_note_on():
    made = bench()
    song = notes.add(1, [Note(3 * BAR + 960, 480, 60)]).apply(empty_song())
    phrase = made.explorer.phrase_of_file(song, "Late.mid")
    assert phrase.source == "Late.mid"
    assert phrase.clip.rows["start"].tolist() == [960]


def test_what_is_heard_can_go_to_the_palette():
    made = filled(bench())
    made.explorer.move_to(0.5, 0.5)
    phrase = made.explorer.phrase_here()
    assert phrase.source == "Pad · A 25 · B 25 · C 25 · D 25 %"
    made.explorer.add_to_palette(phrase)
    made.explorer.add_to_palette(CORNER_PHRASES[0], 0)
    assert made.explorer.palette[0].clip is CORNER_PHRASES[0].clip
    made.explorer.remove_from_palette(0)
    made.explorer.remove_from_palette(7)
    assert [item.source for item in made.explorer.palette] == [phrase.source]


# Coming back


def test_a_snapshot_brings_pad_and_pointer_back():
    made = filled(bench())
    made.explorer.set_temperature(0.4)
    made.explorer.move_to(0.2, 0.7)
    made.explorer.take_snapshot("  Here  ")
    there = made.explorer.pad
    made.explorer.clear_anchor(2)
    made.explorer.set_temperature(1.0)
    made.explorer.move_to(1, 1)
    made.explorer.restore(0)
    assert made.explorer.pad == there
    assert (made.explorer.x, made.explorer.y) == (0.2, 0.7)
    assert made.explorer.snapshots[0].name == "Here"
    made.explorer.remove_snapshot(0)
    assert made.explorer.snapshots == ()


def test_committed_bars_open_pad_pointer_and_path_as_they_were():
    made = filled(bench())
    made.explorer.set_path([(0, 0), (0.4, 0.6), (1, 0.5)])
    made.explorer.set_temperature(0.3)
    made.explorer.commit_path(bar=1)
    committed = made.explorer.pad
    place = committed.path_places[4]
    origin = made.session.song.origins[4]
    heard = made.explorer.path_phrases[4]
    made.explorer.clear_path()
    made.explorer.place_anchor(0, phrase_at(3, 3, "Other"))
    made.explorer.set_temperature(1.5)
    assert made.explorer.pad.id != committed.id, "the committed pad is kept: this is another"
    assert made.explorer.open_place(origin.id)
    assert made.explorer.pad == committed
    assert (made.explorer.x, made.explorer.y) == pytest.approx(place, abs=1e-6)
    assert point_of(made.explorer.phrase) == pytest.approx(point_of(heard), abs=2e-3)
    assert made.explorer.paths == (committed,)


def test_an_opened_path_can_be_moved_and_committed_again_beside_the_first():
    made = filled(bench())
    made.explorer.set_path([(0, 0), (1, 0)])
    made.explorer.commit_path(bar=1)
    first = made.explorer.pad
    made.explorer.open_path(first.id)
    made.explorer.edit_path_point(1, 0.5, 0.5)
    made.explorer.commit_path(bar=20)
    second = made.explorer.pad
    assert second.id != first.id
    assert [pad.path for pad in made.explorer.paths] == [first.path, second.path]
    origins = made.session.song.origins
    assert made.explorer.origin_place(origins[0].id)[0] == first.id
    assert made.explorer.origin_place(origins[-1].id)[0] == second.id


def test_places_that_lead_nowhere_say_so():
    made = filled(bench())
    assert not made.explorer.open_place(99)
    assert one_sentence(made) == "These bars do not come from a pad."
    assert not made.explorer.open_path(99)
    assert one_sentence(made)


def test_another_song_begins_with_an_empty_pad():
    made = filled(bench())
    made.explorer.add_to_palette(CORNER_PHRASES[0])
    made.explorer.move_to(0.3, 0.3)
    changes = []
    made.explorer.palette_changed.listen(lambda: changes.append("palette"))
    made.explorer.pad_changed.listen(lambda: changes.append("pad"))
    made.session.open(empty_song("Other"))
    explorer = made.explorer
    assert explorer.pad.is_blank
    assert explorer.pad.model == "plane", "a model to begin with"
    assert explorer.palette == ()
    assert explorer.grid == {}
    assert explorer.phrase is None
    assert not explorer.is_playing
    assert {"palette", "pad"} <= set(changes)
    assert made.session.is_clean


def test_a_song_opens_with_its_pads_and_they_sound_once_the_workspace_is_seen():
    made = filled(bench())
    shelf = made.session.beside["pads"]
    assert isinstance(shelf, Shelf)
    other = bench()
    other.session.open(empty_song(), beside={"pads": shelf})
    assert other.explorer.pad == made.explorer.pad
    assert other.plane.asked == [], "nothing is asked behind a workspace that nobody looks at"
    other.explorer.wake()
    assert len(other.explorer.grid) == GRID_SIZE**2
    assert other.heard_point == pytest.approx((0.5, 0.5), abs=1e-3)
    other.plane.asked.clear()
    other.explorer.wake()
    assert other.plane.asked == [], "what is there is not drawn twice"


def test_every_change_of_pad_and_palette_is_unsaved_work_and_looking_is_not():
    made = filled(bench())
    session, explorer = made.session, made.explorer
    for change in (
        lambda: explorer.set_attribute("late", 1),
        lambda: explorer.add_to_palette(CORNER_PHRASES[0]),
        lambda: explorer.take_snapshot(""),
        lambda: explorer.set_path([(0, 0), (1, 1)]),
        lambda: explorer.set_hold(4),
    ):
        session.mark_saved(session.song, session.path or "", session.beside)
        assert session.is_clean
        change()
        assert not session.is_clean
    session.mark_saved(session.song, session.path or "", session.beside)
    explorer.move_to(0.2, 0.2)
    explorer.show_reconstruction(True)
    explorer.set_hold(4)
    assert session.is_clean


# Takes


def test_a_pin_is_a_take_that_can_be_kept():
    made = filled(bench())
    made.session.select(bars=Span(8 * BAR, 10 * BAR), track_id=1)
    made.explorer.move_to(0.5, 0.5)
    assert made.explorer.pin()
    made.explorer.move_to(0.25, 0.5)
    assert made.explorer.pin()
    tray = made.session.tray.current
    assert [take.number for take in tray.takes] == [1, 2]
    assert tray.active == 1
    assert made.session.keep()
    starts = made.session.song.track(1).notes.starting_in(Span(8 * BAR, 10 * BAR))["start"].tolist()
    assert starts == pytest.approx([8 * BAR + 250, 9 * BAR + 500], abs=1)
    assert made.explorer.origin_place(made.session.song.origins[0].id) == (1, 0.25, 0.5)


def test_a_pin_leaves_out_parts_without_a_track_and_says_so():
    made = filled(bench(TRIO, song=Song("S", (Track(1, "Lead"),), next_id=2)))
    made.explorer.move_to(0.5, 0.5)
    assert made.explorer.pin()
    assert "bass and drums part has no track" in made.said[-1]


# Models


def test_the_first_model_that_is_no_experiment_is_offered_and_its_window_is_the_hold():
    made = bench()
    made.session.open(empty_song())
    long = model_of(TRIO, "trio")
    made.explorer.offer_models(Models(model_of(MELODY, "trial", experimental=True), listed("blind", "B", "CC0", True), long))
    assert [model.id for model in made.explorer.models] == ["trial", "trio"]
    made.explorer.choose_model("trio")
    assert made.explorer.space.parts == ("melody", "bass", "drums")
    assert made.explorer.pad.hold_bars == 2


def test_another_model_draws_everything_anew():
    made = filled(bench())
    made.explorer.offer_models(Models(model_of(MELODY, "plane"), model_of(MELODY, "second")))
    made.explorer.set_attribute("late", 1)
    before = made.explorer.grid
    made.explorer.choose_model("second")
    assert made.explorer.grid is not before
    assert len(made.explorer.grid) == GRID_SIZE**2
    assert all(request.model == "second" for request in made.plane.decodings[-3:])
    assert isinstance(made.plane.asked[-1], Decoding)
