"""What a kept take records is enough to ask for it again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import UnsupportedRequest
from studio.generation.contract import Axis, Request
from studio.generation.repeating import asked_count, request_of
from studio.generation.request_text import take_origin
from studio.song.clip import Clip
from studio.song.constraint import Constraint
from studio.song.notes import rows_from_columns
from studio.song.region import Mask, Patch, Region
from studio.song.song import Song, empty_song
from studio.song.ticks import Span

SONG = empty_song()


@given(
    st.dictionaries(st.text(max_size=5), st.one_of(st.booleans(), st.integers(-9, 9), st.floats(-1, 1), st.text(max_size=4))),
    st.integers(1, 99_999),
    st.sampled_from(((), (Patch(1, Span(0, 960), 50, 60),))),
    st.sampled_from(((), (Constraint(1, low_pitch=50, most_per_bar=4.5, keeps_rhythm=True),))),
    st.sampled_from(((), (Axis("temperature", (0.5, 1.0)),))),
)
def test_gn_6_4_a_request_comes_back_out_of_its_record(knobs, seed, patches, constraints, sweep) -> None:
    mask = Mask(Region((1,), Span(0, 3840)), 40, 90, patches)
    clips = (Clip(((0, rows_from_columns([0, 480], 200, [60, 62], 80)),), 960),)
    request = Request("fill", "some-model", SONG, mask, (), knobs, seed, 3, clips, constraints, sweep)
    origin = take_origin(request, 2, "0" * 64, "1")
    again = request_of(origin, SONG)
    assert replace(again, clips=()) == replace(request, clips=())
    assert np.array_equal(again.clips[0].parts[0][1], clips[0].parts[0][1])
    assert asked_count(origin) == 3


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "nonsense", '{"capability": "sing"}', '{"pad": 1, "place": [0.5, 0.5]}', "{\ud800}"]
)
def test_gn_6_4_a_record_that_says_nothing_is_refused_in_a_sentence(text: str) -> None:
    origin = replace(take_origin(Request("fill", "m", SONG, Mask(Region((1,), Span(0, 9)))), 1, "0", "1"), request=text)
    with pytest.raises(UnsupportedRequest):
        request_of(origin, SONG)
    assert asked_count(origin) == 0


def test_gn_6_4_without_its_track_nothing_can_be_asked_for() -> None:
    origin = take_origin(Request("fill", "m", SONG, Mask(Region((1,), Span(0, 9)))), 1, "0", "1")
    with pytest.raises(UnsupportedRequest, match="is gone"):
        request_of(origin, Song())
