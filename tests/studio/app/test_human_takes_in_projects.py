"""Takes played by hand travel with the project as those of models do, controllers with them."""

from __future__ import annotations

from studio.app.take_storage import takes_from_json, takes_to_json
from studio.jobs.board import InlineRunner
from studio.recording.recorder import Manner, Recorder
from studio.session import Session
from studio.song import Span
from tests.fakes import scale_takes
from tests.live_sound import PlayedSound


def test_pr_24_takes_by_hand_are_read_back_with_their_controllers() -> None:
    sound = PlayedSound()
    session = Session(InlineRunner(), scale_takes, sound)
    recorder = Recorder(session, sound)
    session.set_loop(Span(0, 3840))
    recorder.use(Manner(count_in_bars=0, replaces=True))
    recorder.start()
    for step in range(4):
        sound.pedal(127 if step % 2 == 0 else 0)
        sound.press(60 + step)
        sound.go(700)
        sound.lift(60 + step)
        recorder.update()
    recorder.stop()
    written = takes_to_json(session.tray.current)
    shown, _, fault = takes_from_json(written, session.song)
    assert fault == ""
    assert shown is not None
    (before,), (after,) = session.tray.current.takes, shown.takes
    assert after.rows.tolist() == before.rows.tolist()
    assert [(number, points.tolist()) for number, points in after.points] == [
        (number, points.tolist()) for number, points in before.points
    ]
    assert after.origin == before.origin
    assert shown.request.capability == "record"
