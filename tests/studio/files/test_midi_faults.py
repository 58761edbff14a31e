"""Broken, truncated, oversized and hostile MIDI files: one sentence each, and what can still be read."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files import limits
from studio.files.formats.midi import read
from studio.files.midi.reading import song_from_bytes
from studio.files.report import PartlyReadable
from tests.midi_bytes import END, chunk, events, header, meta, midi, name, number, off, on, tempo, track

R17 = re.compile(r"^«song\.mid», byte 0x[0-9A-F]{6} \(\d+\): .+\.$")
GOOD = track(name("Good"), on(0, 60), off(480, 60), on(0, 62), off(480, 62))


def refusal(data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        song_from_bytes(data, "song.mid")
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


def at(problem: UnreadableFile) -> int:
    assert R17.match(problem.message), problem.message
    return int(problem.message.split("(")[1].split(")")[0])


# The rows of reliability.md R14


def test_65_535_tracks_are_refused_with_their_number() -> None:
    assert "65 535 tracks" in refusal(midi(*[chunk(b"")] * 65_535)).message


def test_as_many_tracks_as_allowed_are_read_and_one_more_is_refused() -> None:
    one = track(on(0, 60), off(9, 60))
    assert song_from_bytes(midi(*[one] * limits.MIDI_TRACKS), "song.mid").song.note_count == limits.MIDI_TRACKS
    assert "4 097 tracks; at most 4 096" in refusal(midi(*[one] * (limits.MIDI_TRACKS + 1))).message


def test_a_track_more_than_the_header_says_is_read() -> None:
    assert song_from_bytes(midi(GOOD, GOOD, declared=1), "song.mid").song.note_count == 4


def test_fewer_tracks_than_the_header_says_is_a_truncated_file() -> None:
    problem = refusal(midi(GOOD, declared=2))
    assert at(problem) == len(midi(GOOD))
    assert problem.hint == "Readable: 1 track, 2 notes."


def test_deltas_beyond_two_to_the_31_are_refused_at_their_byte() -> None:
    far = (0x0FFFFFFF, b"\xb0\x07\x01")
    data = midi(GOOD, track(*[far] * 9))
    problem = refusal(data)
    assert "later than tick 2147483647" in problem.message
    assert at(problem) == len(midi(GOOD)) + 8 + 8 * 7
    assert problem.hint == "Readable: 1 track, 2 notes."
    short = (0x7F, b"\xb0\x07\x01")
    assert "later than tick" in refusal(midi(track(*[far] * 7, (0x0FFFFFFF, b"\xb0\x07\x01"), *[short] * 40))).message


def test_division_zero_and_impossible_frames_are_refused() -> None:
    assert at(refusal(midi(GOOD, division=0))) == 12
    assert "0 ticks to a quarter" in refusal(midi(GOOD, division=0)).message
    assert "27 frames" in refusal(midi(GOOD, division=(256 - 27) << 8 | 40)).message
    assert "of 0 ticks" in refusal(midi(GOOD, division=(256 - 25) << 8)).message
    for division in (1, limits.PPQ_HIGH):
        assert song_from_bytes(midi(GOOD, division=division), "song.mid").song.note_count == 2


def test_recordings_at_the_finest_division_open() -> None:
    data = midi(track(on(20_000_000, 60), off(32_767, 60)), division=32_767)
    assert song_from_bytes(data, "song.mid").song.tracks[0].notes.end_tick == round(20_032_767 * 960 / 32_767)


def test_a_song_of_more_than_24_hours_or_100_000_bars_is_refused() -> None:
    assert "hours; a song may last 24" in refusal(midi(track(on(9_000_000, 60), off(1, 60)), division=1)).message
    fast = tempo(0, 60_000)
    assert "100 001 bars" in refusal(midi(track(fast, on(400_000, 60), off(1, 60)), division=1)).message
    assert song_from_bytes(midi(track(fast, on(399_999, 60), off(1, 60)), division=1), "song.mid").song.bar_count == 100_000
    day = 2 * 24 * 3600  # quarters at 120
    assert song_from_bytes(midi(track(on(day - 1, 60), off(1, 60)), division=1), "song.mid").song.seconds == 86_400
    assert "hours" in refusal(midi(track(on(day, 60), off(1, 60)), division=1)).message


def test_65_535_tempo_changes_are_read_and_not_for_ever() -> None:
    body = b"".join(b"\1\xff\x51\3\7" + place.to_bytes(2, "big") for place in range(1, 65_536))
    began = time.process_time()
    song = song_from_bytes(midi(chunk(body + events(END))), "song.mid").song
    assert len(song.timeline.tempos) == 65_536
    assert time.process_time() - began < 60


def test_a_text_of_a_mebibyte_is_shortened_not_refused() -> None:
    report = song_from_bytes(midi(track(meta(0, 1, b"x" * (1 << 20)))), "song.mid").report
    assert report.changed == {"text shortened to 64 KiB": 1}


def test_truncation_at_every_byte_gives_a_sentence_or_a_song() -> None:
    whole = midi(GOOD, GOOD)
    for size in range(1, len(whole)):
        problem = refusal(whole[:size])
        assert R17.match(problem.message), problem.message
        if size >= 14:
            assert song_from_bytes(whole[:size], "song.mid", partial=True).report.remarks


# What is said, and what can still be read


def test_the_message_has_name_byte_and_reason_and_the_hint_what_remains() -> None:
    data = midi(GOOD, GOOD) + chunk(events(on(0, 64), off(10, 64)), size=100_000)
    data = data[:10] + (3).to_bytes(2, "big") + data[12:]
    problem = refusal(data)
    offset = len(midi(GOOD, GOOD)) + 4
    assert problem.message == f"«song.mid», byte 0x{offset:06X} ({offset}): track 3 claims 100 000 bytes, 8 are left."
    assert problem.hint == "Readable: 3 tracks, 5 notes."
    assert isinstance(problem, PartlyReadable)


def test_partial_import_takes_what_can_be_read_and_says_where_it_broke() -> None:
    broken = chunk(events(on(0, 64), off(10, 64), (0, b"\x90\x40\xf0"), on(0, 65)) + events(END))
    found = song_from_bytes(midi(GOOD, broken, GOOD), "song.mid", partial=True)
    assert [len(each.notes) for each in found.song.tracks] == [2, 1, 2]
    assert "0xF0 stands where a value from 0 to 127 should" in found.report.remarks[0]
    assert found.report.events == 6 + 2 + 6


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (b"\0\x40\x50", 1, "stands where an event should begin"),
        (b"\0\x90\x40\x90", 3, "0x90 stands where a value"),
        (b"\0\xc0\x80", 2, "0x80 stands where a value"),
        (b"\xff\xff\xff\xff\x7f\x90\x40\x40", 0, "longer than 4 bytes"),
        (b"\0\xff\x01\xff\xff\xff\x7f", 1, "claims 268 435 455 bytes, 0 are left"),
        (b"\0\xf0\x10\x01", 1, "claims 16 bytes, 1 are left"),
        (b"\0\xff\x80\x00", 2, "no text or meta event of kind 0x80"),
        (b"\0\x90\x40", 3, "ends inside an event"),
    ],
)
def test_each_fault_is_found_at_its_byte(body: bytes, place: int, words: str) -> None:
    data = midi(chunk(body), GOOD)
    problem = refusal(data)
    assert words in problem.message
    assert at(problem) == 22 + place
    assert problem.hint == "Readable: 1 track, 2 notes."


def test_things_that_are_no_midi_files_are_refused_politely() -> None:
    assert "MIDI 2.0 clip" in refusal(b"SMF2CLIP" + bytes(40)).message
    for data in (b"\0", b"hello", b"RIFF\0\0\0\0WAVEdata", b"RIFF\x20\0\0\0RMIDLIST\0\0\0\0", header()[:13]):
        assert "byte 0x" in refusal(data).message
    assert "no MIDI file format 3" in refusal(midi(GOOD, file_format=3)).message
    assert "needs 6" in refusal(b"MThd\0\0\0\4\0\1\0\1\1\xe0" + GOOD).message


def test_a_header_alone_says_that_its_tracks_are_missing() -> None:
    assert refusal(header()).hint == "No notes can be read."
    assert not isinstance(refusal(header()), PartlyReadable)
    assert song_from_bytes(header(tracks=0), "song.mid").song.tracks == ()


# Files that are not files


def test_folders_pipes_missing_and_empty_files_are_refused_at_once(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mid"
    empty.write_bytes(b"")
    pipe = tmp_path / "pipe.mid"
    os.mkfifo(pipe)
    for path, words in (
        (tmp_path, "is a folder"),
        (pipe, "not an ordinary file"),
        (empty, "is empty"),
        (tmp_path / "no.mid", "No such file"),
    ):
        with pytest.raises(UnreadableFile, match=words):
            read(path)


def test_a_file_that_grows_while_it_is_read_is_a_song_or_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "growing.mid"
    path.write_bytes(midi(GOOD))
    is_over, said = threading.Event(), list[str]()

    def grow() -> None:
        with path.open("ab", buffering=0) as stream:
            while not is_over.is_set() and stream.tell() < 1 << 19:
                stream.write(GOOD[:17])

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(20):
            try:
                assert read(path).song.note_count >= 2
            except UnreadableFile as refused:
                said.append(refused.message)
    finally:
        is_over.set()
        writer.join()
    assert all(sentence.startswith("«growing.mid»") for sentence in said)


def test_odd_file_names_make_one_printable_sentence(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"two\nlines \xff.mid")
    path.write_bytes(b"nothing")
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    assert caught.value.message.startswith("«two lines  .mid», byte 0x000000 (0)")


def test_a_file_just_too_big_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.mid"
    for size, words in ((limits.MIDI_BYTES, "no MIDI header"), (limits.MIDI_BYTES + 1, "67 108 865 bytes")):
        with path.open("wb") as stream:
            stream.truncate(size)
        with pytest.raises(UnreadableFile, match=words):
            read(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "most"),
    [
        (b"\0\xc0\1", limits.MIDI_EVENTS),
        (b"\0\x90\x3c\1", limits.MIDI_EVENTS),
        (b"\0\xf8", limits.MIDI_OTHERS),
        (b"\0\xff\1\0", limits.MIDI_OTHERS),
        (b"\1\xff\x51\3\7\xa1\x20", limits.MIDI_OTHERS),
        (b"\0\xff\6\1A", limits.MIDI_OTHERS),
    ],
)
def test_the_most_events_of_a_kind_are_read_within_30_seconds_and_one_more_refused(unit: bytes, most: int) -> None:
    others = most == limits.MIDI_OTHERS
    began = time.process_time()
    report = song_from_bytes(midi(chunk(unit * (most - 1) + events(END))), "song.mid").report
    assert report.events == most
    assert time.process_time() - began < 30
    sentence = refusal(midi(chunk(unit * most + events(END)))).message
    assert ("1 500 000 text, tempo and system events" if others else "5 000 000 events") in sentence


def test_numbers_of_one_to_four_bytes_are_read() -> None:
    for value in (0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152):
        assert len(number(value)) == 1 + (value > 127) + (value > 16_383) + (value > 2_097_151)
        found = song_from_bytes(midi(track(on(value, 60), off(1, 60)), division=960), "song.mid")
        assert found.song.tracks[0].notes.rows["start"].tolist() == [value]
