"""Keys played by hand through a real device (PulseAudio's null sink): heard at once, held as long as they are down."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest
from ears import ORGAN, song, track
from test_null_sink import finds_a_card, heard, server  # noqa: F401 - a fixture

from studio.audio.host import SoundSettings
from studio.audio.played import Touch
from studio.audio.schedule import OFF, ON
from studio.audio.sound import Sound
from tests.patience import until

pytestmark = [
    pytest.mark.audio,
    pytest.mark.skipif(not all(map(shutil.which, ("pulseaudio", "pactl", "parec"))), reason="PulseAudio is not installed"),
]
LOUD, QUIET = 1e-3, 1e-4


@pytest.fixture
def sound(server):  # noqa: F811
    made = Sound(SoundSettings(device_latency_s=0.04))
    made.load(song(track(instrument=ORGAN)))
    made.start()
    assert until(lambda: made.status().is_ready)
    if made.status().is_null:
        assert finds_a_card(made), made.status().line
        made.stop()
    made.aim(1)
    yield made
    made.close()


def is_quiet(path) -> bool:
    tail = heard(path)[-4800:]
    return len(tail) == 4800 and float(np.abs(tail).max()) < QUIET


@pytest.fixture
def recording(server, tmp_path):  # noqa: F811
    path = tmp_path / "heard.raw"
    recorder = server.record(path)
    yield path
    recorder.terminate()
    recorder.wait()


def test_a_key_is_heard_at_once_and_as_long_as_it_is_down(sound, recording):
    """On a crowded machine single keys may come late or have holes; with a lane that does not work all of them do."""
    waits_s, held_well = [], []
    for pitch in (60, 64, 67, 72, 76, 60):
        assert until(lambda: is_quiet(recording))
        before, began_s = len(heard(recording)), time.monotonic()
        sound.touch(Touch(ON, pitch, 120))
        assert until(lambda start=before: np.abs(heard(recording)[start:]).max(initial=0) > LOUD)
        waits_s.append(time.monotonic() - began_s)
        held = len(heard(recording))
        assert until(lambda start=held: len(heard(recording)) > start + 24_000)
        sound.touch(Touch(OFF, pitch, 0))
        blocks = np.abs(heard(recording)[held : held + 24_000]).reshape(-1, 480, 2).max(axis=(1, 2))
        held_well.append(float((blocks > LOUD).mean()))
    assert min(waits_s[1:]) < 0.3, "the first waits for its synthesiser; the recorder's own buffer is in all of them"
    assert max(held_well) > 0.9, "an organ sounds as long as its key is down"
