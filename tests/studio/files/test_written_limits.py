"""Limits of scores, tunes and arrays, one below and one above each (reliability.md R16)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.formats import musicxml
from studio.files.formats.abc_tunes import song_from_text
from studio.files.musicxml.score import song_of_score
from studio.files.notation.sheet import MOST_NOTES, MOST_SIGNS
from studio.files.report import Opened
from studio.files.rolls_archive import MOST_HEADER, read_rolls
from tests.mutating_inside import packed

NOTE = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note>"
CLAMPED = "tempo brought into 10 to 1000"


def score(*measures: str) -> Opened:
    inside = "".join(f"<measure>{measure}</measure>" for measure in measures)
    return song_of_score(f'<score-partwise><part id="P1">{inside}</part></score-partwise>'.encode(), "x.xml")


def tune(music: str, more: str = "") -> Opened:
    return song_from_text(f"X:1\nM:4/4\nL:1/4\n{more}K:C\n{music}\n", "x.abc")


@pytest.mark.slow
def test_r16_bytes_of_a_score(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    text = f'<score-partwise><part id="P1"><measure>{NOTE}</measure></part></score-partwise><!--'
    path.write_text(text + " " * (limits.XML_BYTES - len(text) - 3) + "-->")
    assert path.stat().st_size == limits.XML_BYTES
    assert musicxml.read(path).song.note_count == 1
    with path.open("a") as stream:
        stream.write("\n")
    with pytest.raises(UnreadableFile, match="67 108 864"):
        musicxml.read(path)


@pytest.mark.slow
def test_r16_bars_of_a_song() -> None:
    short = "<attributes><divisions>16</divisions><time><beats>1</beats><beat-type>16</beat-type></time></attributes>" + NOTE
    assert score(short, *[""] * (limits.SONG_BARS - 1)).song.note_count == 1
    with pytest.raises(UnreadableFile, match="more than 100000 bars"):
        score(short, *[""] * limits.SONG_BARS)


@pytest.mark.slow
def test_r16_bars_of_a_tune() -> None:
    assert tune("M:1/16\nC/4|" + "z/4|" * (limits.SONG_BARS - 1)).song.note_count == 1
    with pytest.raises(UnreadableFile, match="more than 100000 bars"):
        tune("M:1/16\nC/4|" + "z/4|" * limits.SONG_BARS)
    with pytest.raises(UnreadableFile, match="more than 100000 bars when its repeats are played"):
        tune("|:C|D|:|" * 30_000)


def test_r16_hours_of_a_song() -> None:
    minutes = 24 * 60  # four quarters a minute, one bar a quarter of it
    assert tune("C4|" * (minutes * 5 // 2), "Q:1/4=10\n").song.note_count == minutes * 5 // 2
    with pytest.raises(UnreadableFile, match=r"lasts 24\.0 hours; a song may last 24"):
        tune("C4|" * (minutes * 5 // 2) + "C/|", "Q:1/4=10\n")


@pytest.mark.slow
def test_r16_notes_and_signs_of_one_sheet() -> None:
    with pytest.raises(UnreadableFile, match="more than 1 000 000 notes"):
        tune("{cdefgabc}" * (MOST_NOTES // 8 + 1) + "C4|")
    with pytest.raises(UnreadableFile, match="more than 1 500 000 signs"):
        tune("." * (MOST_SIGNS + 1) + "C4|")


@pytest.mark.slow
def test_r16_as_many_notes_and_signs_as_may_be() -> None:
    assert tune(("{cdefgabc}" * 100 + "C4|") * (MOST_NOTES // 801)).report.events > MOST_NOTES - 1000
    assert tune("." * (MOST_SIGNS - 5) + "C4|").report.events == MOST_SIGNS - 5 + 4


@pytest.mark.parametrize(
    ("bpm", "heard", "fits"), [("10", 10, True), ("9.9", 10, False), ("1000", 1000, True), ("1001", 1000, False)]
)
def test_r16_tempo(bpm: str, heard: int, fits: bool) -> None:
    written = score(f'<sound tempo="{bpm}"/>' + NOTE)
    assert written.song.timeline.tempos[0].bpm == heard
    assert written.report.changed.get(CLAMPED, 0) == (not fits)
    marked = score(
        f"<direction><direction-type><metronome><beat-unit>quarter</beat-unit><per-minute>{bpm}</per-minute></metronome>"
        f"</direction-type></direction>{NOTE}"
    )
    assert marked.song.timeline.tempos[0].bpm == heard
    told = tune("C4|", f"Q:1/4={bpm}\n")
    assert told.song.timeline.tempos[0].bpm == heard
    assert told.report.changed.get(CLAMPED, 0) == (not fits)


@pytest.mark.parametrize(
    ("meter", "fits"), [("64/64", True), ("65/64", False), ("1/1", True), ("0/4", False), ("4/128", False), ("4/3", False)]
)
def test_r16_time_signatures(meter: str, fits: bool) -> None:
    above, below = meter.split("/")
    written = score(f"<attributes><time><beats>{above}</beats><beat-type>{below}</beat-type></time></attributes>{NOTE}")
    assert written.report.dropped.get("impossible time signature", 0) == (not fits)
    told = tune(f"C4|[M:{meter}]D4|E4|")
    assert told.report.dropped.get("impossible time signature", 0) == (not fits)
    assert ((int(above), int(below)) in [tuple(each[1:]) for each in told.song.timeline.meters]) == fits


@pytest.mark.parametrize(("size", "kept"), [(limits.NAME_BYTES, limits.NAME_BYTES), (limits.NAME_BYTES + 1, limits.NAME_BYTES)])
def test_r16_names(size: int, kept: int) -> None:
    name = "n" * size
    part = f'<part-list><score-part id="P1"><part-name>{name}</part-name></score-part></part-list>'
    music = f'<part id="P1"><measure>{NOTE}</measure></part>'
    text = f"<score-partwise><movement-title>{name}</movement-title>{part}{music}</score-partwise>"
    song = song_of_score(text.encode(), "x.xml").song
    assert (len(song.title), len(song.tracks[0].name)) == (kept, kept)
    assert len(song_from_text(f"X:1\nT:{name}\nK:C\nC\n").song.title) == kept


def test_r16_names_hold_no_control_characters() -> None:
    assert song_from_text("X:1\nT:a\x07b\x85c\nK:C\nC\n").song.title == "a b c"


# Arrays

INFO = {"resolution": 4, "name": "x", "0": {"program": 3, "is_drum": False, "name": "Lead"}}


def array(values: object, dtype: str = "u1") -> bytes:
    held = io.BytesIO()
    np.lib.format.write_array(held, np.asarray(values, dtype), allow_pickle=True)
    return held.getvalue()


def claimed(count: int, dtype: str = "|u1") -> bytes:
    """The header of so many numbers, and none of them."""
    held = io.BytesIO()
    np.lib.format.write_array_header_1_0(held, {"descr": dtype, "fortran_order": False, "shape": (count,)})
    return held.getvalue()


def rolls(info: object = None, **parts: bytes) -> bytes:
    steps = {"data": array([90]), "indices": array([1], "i4"), "shape": array([4, 128], "i8")}
    steps["indptr"] = array([0] * 61 + [1] * 68, "i4")
    members = {f"pianoroll_0_csc_{part}.npy": data for part, data in (steps | parts).items()}
    return packed({**members, "info.json": json.dumps(INFO if info is None else info).encode()})


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_rolls(data, "x.npz")
    assert caught.value.message.startswith("«x.npz»")
    assert caught.value.hint
    return caught.value.message


def test_r16_bytes_of_all_arrays_are_known_from_their_headers() -> None:
    assert "not as long as it says" in refusal(rolls(data=claimed(limits.NPZ_BYTES)))
    assert "more than 512 MiB" in refusal(rolls(data=claimed(limits.NPZ_BYTES + 1)))
    assert "more than 512 MiB" in refusal(rolls(indices=claimed(limits.NPZ_BYTES // 4, "<i4"))), "one byte is gone already"
    assert "more than 512 MiB" in refusal(rolls(data=claimed(2**62)))


def test_r16_a_dense_roll() -> None:
    most = limits.ARRAY_BYTES // 128
    whole = read_rolls(rolls(shape=array([most, 128], "i8")), "x.npz")
    assert whole.tracks[0].pianoroll.shape == (most, 128)
    assert "may take 268 435 456 bytes" in refusal(rolls(shape=array([most + 1, 128], "i8")))
    assert "may take" in refusal(rolls(shape=array([-1, 128], "i8")))


@pytest.mark.parametrize(
    "data",
    [array([None], "O"), array(["a"], "U1"), array([b"a"], "S1"), array(["2001-01-01"], "M8[D]"), array([1j], "c8"),
     array([(1, 2)], "i4,i4")],
    ids=["objects", "texts", "bytes", "dates", "complex", "records"],
)  # fmt: skip
def test_r16_kinds_of_numbers_not_in_the_list(data: bytes) -> None:
    assert "is no row of numbers" in refusal(rolls(data=data))


def test_r16_a_pickle_is_never_opened() -> None:
    harm = b"cos\nsystem\n(S'touch harmed'\ntR."
    header = claimed(1, "|O")
    assert "no row of numbers" in refusal(rolls(data=header + harm))
    assert "is no array" in refusal(rolls(data=harm))
    assert not Path("harmed").exists()


def test_r16_a_header_of_any_length() -> None:
    head = b"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }"
    for length, fits in ((MOST_HEADER, True), (MOST_HEADER + 1, False)):
        padded = head + b" " * (length - len(head) - 1) + b"\n"
        data = b"\x93NUMPY\x01\x00" + length.to_bytes(2, "little") + padded + b"\x5a"
        if fits:
            assert read_rolls(rolls(data=data), "x.npz").tracks[0].pianoroll[1, 60] == 90
        else:
            assert "is no array" in refusal(rolls(data=data))


@pytest.mark.parametrize(
    ("resolution", "fits"), [(1, True), (0, False), (32767, True), (32768, False), (True, False), (24.0, False)]
)
def test_r16_steps_a_quarter(resolution: object, fits: bool) -> None:
    data = rolls({**INFO, "resolution": resolution})
    if fits:
        assert read_rolls(data, "x.npz").resolution == resolution
    else:
        assert "steps a quarter" in refusal(data)


def test_r16_tracks_of_an_archive() -> None:
    empty = {"data": array([]), "indices": array([], "i4"), "shape": array([0, 128], "i8"), "indptr": array([0] * 129, "i4")}
    tracks = {str(number): {"program": 0, "is_drum": False, "name": ""} for number in range(limits.MIDI_TRACKS + 1)}
    members = {f"pianoroll_0_csc_{part}.npy": data for part, data in empty.items()}
    info = json.dumps({**INFO, **tracks}).encode()
    fewer = json.dumps({name: facts for name, facts in {**INFO, **tracks}.items() if name != str(limits.MIDI_TRACKS)}).encode()
    assert len(read_rolls(packed({**members, "info.json": fewer}), "x.npz").faults) == limits.MIDI_TRACKS - 1
    assert "more than 4096 tracks" in refusal(packed({**members, "info.json": info}))


def test_a_bomb_of_zeros_is_refused_unread() -> None:
    assert "more than 512 MiB" in refusal(rolls(data=claimed(2**40) + b"\0" * 30_000_000))
