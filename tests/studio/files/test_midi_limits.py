"""The limits of reliability.md R16 for MIDI files: what lies at each is taken, what lies one beyond is not, and is told."""

from __future__ import annotations

import pytest

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.midi.fates import NAMES, Fate
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened
from studio.song.timeline import MeterChange
from tests.midi_bytes import END, Event, chunk, events, meta, meter, midi, name, number, off, on, tempo, track


def opened(*listed: Event, division: int = 480) -> Opened:
    return song_from_bytes(midi(track(*listed), division=division), "song.mid")


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        song_from_bytes(data, "song.mid")
    assert "\n" not in str(caught.value)
    return caught.value.message


def test_the_last_tick_is_two_to_the_31_less_one() -> None:
    far = [(0x0FFFFFFF, b"\xb0\x07\x01")] * 8
    rest = limits.MIDI_LAST_TICK - 8 * 0x0FFFFFFF
    assert opened(*far, (rest, b"\xb0\x07\x01"), division=32_767).report.events == 10
    assert "later than tick 2147483647" in refusal(midi(track(*far, (rest + 1, b"\xb0\x07\x01")), division=32_767))


def test_divisions_run_from_1_to_32_767() -> None:
    for division in (1, limits.PPQ_HIGH):
        assert opened(on(0, 60), off(division, 60), division=division).song.tracks[0].notes.rows["length"].tolist() == [960]
    assert "counts 0 ticks to a quarter" in refusal(midi(track(), division=0))
    assert "of 0 ticks" in refusal(midi(track(), division=limits.PPQ_HIGH + 1 | 231 << 8))


@pytest.mark.parametrize("division", [96, 480, 960, 1000, 7, 32_767])
def test_where_a_division_does_not_fit_exactly_the_moved_events_are_counted(division: int) -> None:
    steps = list(range(0, 400, 7))
    found = opened(*[(7 if step else 0, b"\xb0\x07\x01") for step in steps], division=division)
    moved = sum(step * 960 % division != 0 for step in steps)
    assert found.report.changed.get("moved to the nearest song tick", 0) == moved
    points = found.song.tracks[0].controls.points["tick"].tolist() if found.song.tracks else []
    points = points or [event.tick for event in found.song.foreign]
    assert all(abs(tick - step * 960 / division) <= 0.5 for tick, step in zip(points, steps, strict=True))


def test_numbers_have_four_bytes_at_most() -> None:
    longest = b"\xff\xff\xff\x7f\xb0\x07\x01"
    assert song_from_bytes(midi(chunk(longest + events(END)), division=32_767), "song.mid").report.events == 2
    assert "longer than 4 bytes" in refusal(midi(chunk(b"\x80\x80\x80\x80\x00\xb0\x07\x01" + events(END))))
    text = b"\0\xff\x01\x80\x80\x80\x03abc"
    assert song_from_bytes(midi(chunk(text + events(END))), "song.mid").report.is_exact
    assert "longer than 4 bytes" in refusal(midi(chunk(b"\0\xff\x01\x80\x80\x80\x80\x03abc" + events(END))))


@pytest.mark.parametrize("head", [b"\xff\x01", b"\xf0", b"\xf7"])
def test_a_length_stays_inside_its_chunk(head: bytes) -> None:
    body = b"\0" + head + number(5) + b"abcde"
    assert song_from_bytes(midi(chunk(body)), "song.mid").report.events == 1
    beyond = b"\0" + head + number(6) + b"abcde"
    assert "byte 0x000017 (23): an event of track 1 claims 6 bytes, 5 are left." in refusal(midi(chunk(beyond), track()))


def test_tempi_run_from_10_to_1000() -> None:
    clamped = "tempo brought into 10 to 1000"
    assert clamped == f"tempo brought into {limits.TEMPO_LOW_BPM} to {limits.TEMPO_HIGH_BPM}"
    for us, held in ((60_000, 60_000), (6_000_000, 6_000_000), (59_999, 60_000), (6_000_001, 6_000_000), (0, 500_000)):
        found = opened(tempo(0, us))
        assert found.song.timeline.tempos[0].us_per_beat == held
        assert found.report.changed == ({} if us == held else {clamped: 1})


def test_time_signatures_run_from_1_to_64_over_1_to_64() -> None:
    for numerator, power in ((1, 0), (64, 6), (64, 0), (1, 6)):
        assert opened(meter(0, numerator, power)).song.timeline.meters == (MeterChange(0, numerator, 1 << power),)
    for numerator, power in ((0, 2), (65, 2), (4, 7), (255, 255)):
        found = opened(meter(0, numerator, power))
        assert found.song.timeline.meters == (MeterChange(0, 4, 4),)
        assert found.report.dropped == {"impossible time signature": 1}


def test_of_a_text_64_kib_are_kept_and_no_sign_is_cut_in_half() -> None:
    for sign in (b"x", "ü".encode(), "笛".encode(), "𝄞".encode()):
        whole = sign * (limits.TEXT_BYTES // len(sign))
        longer = b"a" * (limits.TEXT_BYTES - len(whole)) + whole
        assert opened(meta(0, 1, longer)).song.foreign[0].data.endswith(longer)
        for extra in range(1, len(sign) + 1):
            found = opened(meta(0, 1, b"a" * extra + longer))
            assert found.report.changed == {"text shortened to 64 KiB": 1}
            kept = found.song.foreign[0].data[5:]
            assert limits.TEXT_BYTES - 3 <= len(kept) <= limits.TEXT_BYTES
            kept.decode()


def test_a_name_keeps_255_bytes_and_the_rest_is_counted() -> None:
    cleaned = "name cleaned of spaces and control characters"
    for text, kept in (("x" * 255, "x" * 255), ("x" * 256, "x" * 255), ("ü" * 128, "ü" * 127)):
        found = song_from_bytes(midi(track(), track(name(text), on(0, 60), off(9, 60))), "song.mid")
        assert found.song.tracks[0].name == kept
        assert found.report.changed == ({} if text == kept else {cleaned: 1})
        marked = opened(meta(0, 6, text.encode()))
        assert marked.song.timeline.markers[0].text == kept
        assert marked.report.changed == ({} if text == kept else {cleaned: 1})


def test_64_notes_of_a_pitch_may_sound_on_a_channel() -> None:
    closed = f"note closed because {limits.MIDI_ALIVE} of its pitch were sounding"
    for count, pushed in ((64, 0), (65, 1), (70, 6)):
        on_two_channels = [on(10, 60, 80, channel) for _ in range(count) for channel in (0, 1)]
        off_two_channels = [off(10, 60, 64, channel) for _ in range(count) for channel in (0, 1)]
        report = opened(*on_two_channels, *off_two_channels).report
        assert report.changed.get(closed, 0) == 2 * pushed


def test_what_the_report_says_of_limits_are_their_numbers() -> None:
    assert NAMES[Fate.SHORTENED] == f"text shortened to {limits.TEXT_BYTES // 1024} KiB"
    assert NAMES[Fate.PUSHED_OUT] == f"note closed because {limits.MIDI_ALIVE} of its pitch were sounding"
    bars = f"{limits.SONG_BARS:,}".replace(",", " ")
    assert NAMES[Fate.TOO_LATE] == f"event beyond {limits.SONG_SECONDS // 3600} hours or {bars} bars"
