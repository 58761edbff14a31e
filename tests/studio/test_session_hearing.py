"""Hearing what is not in the song: takes in their place, other songs for a while; then everything as before."""

from studio.edits import notes
from studio.generation.contract import Request
from studio.jobs.board import InlineRunner
from studio.session import Session
from studio.song import Note, Span, empty_song
from tests.fakes import SilentSound, scale_takes

BAR = 3840


def with_takes(bars=None):
    sound = SilentSound()
    session = Session(InlineRunner(), scale_takes, sound)
    session.do(notes.add(1, [Note(beat * 960, 960, 60) for beat in range(16)]))
    session.select(bars=bars)
    session.generate(Request("continue", "m", session.song, session.target("continue"), count=2))
    sound.calls.clear()
    return session, sound


def test_a_take_is_heard_from_a_bar_before_and_loops_its_bars():
    session, sound = with_takes()
    session.hear_take(1)
    assert session.tray.current.active == 1
    assert sound.calls == [("loop", Span(4 * BAR, 8 * BAR)), ("seek", 3 * BAR), ("play", None)]


def test_there_is_no_bar_before_the_first():
    session, sound = with_takes(Span(0, BAR))
    session.tray.begin(Request("start", "m", session.song, session.target("start")))
    session.hear_take(0)
    assert ("seek", 0) in sound.calls


def test_the_loop_comes_back_however_the_takes_go():
    for leave in (Session.keep, Session.discard, lambda session: session.open(empty_song())):
        session, _ = with_takes()
        session.set_loop(Span(0, BAR))
        session.hear_take(0)
        session.hear_take(1)
        leave(session)
        expected = None if session.song.note_count == 0 else Span(0, BAR)
        assert session.loop == expected


def test_a_loop_set_while_takes_are_heard_is_the_composers_and_stays():
    session, _ = with_takes()
    session.hear_take(0)
    session.set_loop(Span(BAR, 2 * BAR))
    session.discard()
    assert session.loop == Span(BAR, 2 * BAR)


def test_a_preview_holds_its_place_until_it_ends():
    session, sound = with_takes()
    session.set_loop(Span(0, BAR))
    session.select(cursor_tick=960)
    other = empty_song("Other")
    session.preview(other, BAR)
    assert sound.loaded[-1] is other
    assert sound.calls[-3:] == [("loop", None), ("seek", BAR), ("play", None)]
    session.tray.show(1)
    assert sound.loaded[-1] is other, "a take that is shown meanwhile does not cut in"
    session.end_preview()
    assert sound.loaded[-1] == session.heard_song()
    assert sound.calls[-3:] == [("stop", None), ("loop", Span(0, BAR)), ("seek", 960)]
    sound.calls.clear()
    session.end_preview()
    assert sound.calls == [], "a second time does nothing"


def test_a_sample_never_reaches_the_tray():
    session, _ = with_takes()
    there, arrived, ends = session.tray.current, [], []
    session.sample(
        Request("continue", "m", session.song, session.target("continue"), count=3), arrived.append, lambda: ends.append(1)
    )
    assert [take.number for take in arrived] == [1, 2, 3]
    assert ends == [1]
    assert session.tray.current is there


def test_keeping_is_refused_without_losing_the_take():
    session, _ = with_takes()
    session.tray.show(None)
    said = []
    session.said.listen(lambda text, is_error: said.append(text))
    assert not session.keep()
    assert said == ["No take is chosen to keep."]
    assert session.tray.current is not None


def test_a_looped_preview_goes_on_while_its_notes_change():
    session, sound = with_takes()
    session.set_loop(Span(0, BAR))
    sound.calls.clear()
    first, second = empty_song("First"), empty_song("Second")
    session.preview_loop(first, Span(BAR, 3 * BAR))
    assert sound.calls == [("stop", None), ("loop", Span(BAR, 3 * BAR)), ("seek", BAR), ("play", None)]
    sound.calls.clear()
    session.preview_loop(second, Span(BAR, 3 * BAR))
    assert sound.calls == []
    assert sound.loaded[-1] is second
    session.preview_loop(second, Span(BAR, 5 * BAR))
    assert sound.calls == [("loop", Span(BAR, 5 * BAR))], "a longer loop needs no jump"
    sound.calls.clear()
    session.preview_loop(second, Span(BAR, 2 * BAR))
    assert sound.calls == [("loop", Span(BAR, 2 * BAR)), ("seek", BAR)], "the playhead may stand beyond a shorter one"
    assert session.is_previewing
    assert session.loop == Span(0, BAR), "the composer's own loop waits"
    session.end_preview()
    assert not session.is_previewing
    assert ("loop", Span(0, BAR)) in sound.calls


def test_a_song_that_is_opened_ends_a_preview():
    session, sound = with_takes()
    session.preview_loop(empty_song("Other"), Span(0, BAR))
    opened = empty_song("Opened")
    session.open(opened)
    assert not session.is_previewing
    assert sound.loaded[-1] is opened
