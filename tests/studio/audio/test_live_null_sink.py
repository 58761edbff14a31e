"""Keys played by hand through a real device (PulseAudio's null sink): heard at once, held as long as they are down."""

from __future__ import annotations

import shutil
import statistics
import time

import numpy as np
import pytest
from ears import ORGAN, song, track
from test_null_sink import Server, finds_a_card, heard, server  # noqa: F401 - a fixture

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


def test_a_key_is_heard_much_sooner_than_the_songs_ring_and_as_long_as_it_is_down(server: Server, sound, tmp_path):  # noqa: F811
    path = tmp_path / "heard.raw"
    recorder = server.record(path)
    waits_s = []
    for pitch in (60, 64, 67, 72, 76, 60):
        assert until(lambda: is_quiet(path))
        before, began_s = len(heard(path)), time.monotonic()
        sound.touch(Touch(ON, pitch, 120))
        assert until(lambda start=before: np.abs(heard(path)[start:]).max(initial=0) > LOUD)
        waits_s.append(time.monotonic() - began_s)
        held = len(heard(path))
        assert until(lambda start=held: len(heard(path)) > start + 24_000)
        sound.touch(Touch(OFF, pitch, 0))
        sounding = np.abs(heard(path)[held : held + 24_000]).reshape(-1, 480, 2).max(axis=(1, 2))
        # A crowded machine may leave holes, after which the lane looks further ahead.
        assert (sounding > LOUD).mean() > 0.5, "an organ sounds as long as its key is down"
    recorder.terminate()
    recorder.wait()
    # The first waits for its synthesiser; the recorder's own buffer is in all of them.
    assert statistics.median(waits_s[1:]) < 0.5, waits_s
    print("seconds from key to recording:", [round(wait_s, 3) for wait_s in waits_s])
