"""Ideas: noted, gone back to, branched, compared, kept with the project; nothing is lost by going back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.edits import notes, tracks
from studio.generation.contract import Request
from studio.ideas import storage
from studio.ideas.compare import compare
from studio.ideas.ideas import Ideas
from studio.ideas.tree import MOST_IDEAS, Tree
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song.check import check
from studio.song.notes import Note
from studio.song.region import Mask, Region
from studio.song.song import Song, empty_song
from studio.song.ticks import Span
from tests.fakes import SilentSound, scale_takes

TIME = "2026-01-02T03:04:05+00:00"


def bench() -> tuple[Session, Ideas]:
    session = Session(InlineRunner(), scale_takes, SilentSound())
    return session, Ideas(session, lambda: TIME)


def add_note(session: Session, pitch: int, start: int = 0) -> None:
    session.do(notes.add(1, [Note(start, 480, pitch, 90)]))


def pitches(song: Song) -> list[int]:
    return [int(pitch) for pitch in song.tracks[0].notes.rows["pitch"]]


def shape(tree: Tree) -> list[tuple[str, int]]:
    return [(idea.name, depth) for idea, depth in tree.rows()]


def test_going_back_and_on_makes_a_branch_and_undo_leads_to_where_one_was() -> None:
    session, ideas = bench()
    add_note(session, 60)
    first = ideas.name("Theme")
    add_note(session, 64, 960)
    ideas.name("With an answer")
    assert first is not None
    ideas.go_back(first.id)
    assert pitches(session.song) == [60]
    assert session.history.undo_label == "Go back to «Theme»"
    add_note(session, 67, 960)
    ideas.name("Another answer")
    assert shape(ideas.tree) == [("Theme", 0), ("With an answer", 1), ("Another answer", 1)]
    assert check(session.song) == ()
    session.undo()
    session.undo()
    assert pitches(session.song) == [60, 64]


def test_what_no_idea_holds_is_noted_before_going_back() -> None:
    session, ideas = bench()
    add_note(session, 60)
    first = ideas.name("Theme")
    assert first is not None
    add_note(session, 62, 960)
    ideas.go_back(first.id)
    assert shape(ideas.tree) == [("Theme", 0), ("Before going back to «Theme»", 1)]
    assert pitches(ideas.tree.ideas[1].song) == [60, 62]
    ideas.go_back(first.id)
    assert len(ideas.tree.ideas) == 2, "the song is the idea: there is nothing to note"


def test_a_kept_take_is_noted_by_itself() -> None:
    session, ideas = bench()
    mask = Mask(Region((1,), Span(3840, 7680)))
    session.generate(Request("fill", "scales", session.song, mask, count=1))
    assert session.keep()
    (idea,) = ideas.tree.ideas
    assert idea.name == "Keep take 1 of Fill bar 2"
    assert not idea.is_named
    assert idea.song == session.song


def test_a_nameless_idea_is_refused_in_a_sentence() -> None:
    session, ideas = bench()
    said: list[str] = []
    session.said.listen(lambda words, _is_error: said.append(words))
    assert ideas.name("  ") is None
    assert said == ["An idea needs a name. Type one."]
    assert ideas.tree.ideas == ()


def test_forgetting_star_and_names() -> None:
    session, ideas = bench()
    for number in range(3):
        add_note(session, 60 + number, number * 960)
        ideas.name(f"Idea {number}")
    ideas.prune(2)
    assert shape(ideas.tree) == [("Idea 0", 0), ("Idea 2", 1)]
    ideas.prune(3)
    assert ideas.tree.at == 1, "work goes on from what it grew from"
    ideas.star(1)
    ideas.rename(1, "Beginning")
    assert (ideas.tree.ideas[0].is_starred, ideas.tree.ideas[0].name) == (True, "Beginning")
    assert pitches(session.song) == [60, 61, 62]


def test_the_oldest_unnamed_is_forgotten_first() -> None:
    tree = Tree()
    song = empty_song()
    tree = tree.with_idea("Mine", song, TIME, is_named=True)
    for number in range(MOST_IDEAS):
        tree = tree.with_idea(f"Take {number}", song, TIME)
    assert len(tree.ideas) == MOST_IDEAS
    assert [idea.name for idea in tree.ideas[:2]] == ["Mine", "Take 1"]


def test_ideas_are_unsaved_work_and_gone_with_the_song() -> None:
    session, ideas = bench()
    assert session.is_clean
    ideas.name("Empty")
    assert not session.is_clean
    session.open(empty_song())
    assert ideas.tree.ideas == ()


def test_an_idea_is_heard_in_place_of_the_song() -> None:
    session, ideas = bench()
    add_note(session, 60)
    idea = ideas.name("One note")
    assert idea is not None
    add_note(session, 62, 960)
    ideas.hear(idea.id)
    assert session.sound.loaded[-1] is idea.song  # type: ignore[attr-defined]
    assert ideas.is_hearing
    ideas.end_hearing()
    assert session.sound.loaded[-1] is session.song  # type: ignore[attr-defined]


# Comparing


def test_a_comparison_tells_notes_and_the_rest() -> None:
    session, _ = bench()
    add_note(session, 60)
    add_note(session, 64, 960)
    before = session.song
    session.do(notes.move([session.song.tracks[0].notes.rows["id"][0]], 0, 1))
    session.do(tracks.add_track("Bass"))
    session.do(tracks.set_tempo(0, 90))
    found = compare(before, session.song)
    lane = found.tracks[0]
    assert [part["pitch"].tolist() for part in (lane.same, lane.gone, lane.new)] == [[64], [60], [61]]
    assert found.words() == "1 note gone, 1 note new, 1 track new, another tempo, meter, key or sections."
    assert compare(before, before).words() == "Both are the same."


# Kept with the project

scripts = st.lists(
    st.tuples(st.sampled_from(("note", "track", "drop", "name", "back", "tempo")), st.integers(0, 20)), min_size=1, max_size=14
)


def lived(script: list[tuple[str, int]]) -> Ideas:
    session, ideas = bench()
    for what, number in script:
        if what == "note":
            add_note(session, 40 + number, number * 100)
        elif what == "track":
            session.do(tracks.add_track(f"Track {number}"))
        elif what == "drop" and len(session.song.tracks) > 1:
            session.do(tracks.remove_track(session.song.tracks[-1].id))
        elif what == "tempo":
            session.do(tracks.set_tempo(number * 960, 60 + number))
        elif what == "name":
            ideas.name(f"Idea {number}")
        elif what == "back" and ideas.tree.ideas:
            ideas.go_back(ideas.tree.ideas[number % len(ideas.tree.ideas)].id)
    return ideas


@settings(deadline=None, max_examples=60)
@given(scripts)
def test_a_tree_reads_back_as_it_was(script: list[tuple[str, int]]) -> None:
    tree = lived(script).tree
    members = storage.extras_with({"latent/pads.json": b"{}"}, {"ideas": tree})
    assert members.pop("latent/pads.json") == b"{}"
    again, fault = storage.tree_of(members)
    assert fault == ""
    if not tree.ideas:
        assert again is None
        return
    assert again is not None
    assert again.at == tree.at
    for before, after in zip(tree.ideas, again.ideas, strict=True):
        assert after.song == before.song
        assert (after.id, after.parent, after.name, after.made) == (before.id, before.parent, before.name, before.made)
        assert (after.is_starred, after.is_named) == (before.is_starred, before.is_named)
    assert storage.members(again) == members


@settings(deadline=None)
@given(st.data())
def test_damage_is_one_sentence_and_the_members_stay(data: st.DataObject) -> None:
    members = storage.members(lived([("note", 1), ("name", 1), ("track", 2), ("note", 3), ("name", 2)]).tree)
    name = data.draw(st.sampled_from(sorted(members)))
    value = json.loads(members[name])
    key = data.draw(st.sampled_from(sorted(value)))
    value[key] = data.draw(st.sampled_from([None, -1, 99, "x", [], [0], [[]], {}, [{}], True]))
    damaged = {**members, name: json.dumps(value).encode()}
    tree, fault = storage.tree_of(damaged)
    assert (tree is None) == bool(fault)
    if fault:
        assert fault.startswith("The ideas of this song could not be read; the song itself is all there (")
        assert storage.extras_with(damaged, {}) == damaged


@pytest.mark.parametrize("missing", ["history/0001.json", "history/0002.json"])
def test_a_missing_member_is_said(missing: str) -> None:
    members = storage.members(lived([("name", 1), ("note", 3), ("name", 2)]).tree)
    del members[missing]
    assert storage.tree_of(members)[1]
