"""The MIDI reader: what a well-formed file becomes, and what its report counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.files.formats.midi import read
from studio.files.midi.reading import song_from_bytes
from studio.files.report import Opened
from studio.jobs.progress import Cancelled, Progress
from studio.song import Key, KeyChange, MeterChange, Note, TempoChange
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from tests.midi_bytes import chunk, control, events, everything, header, meta, meter, midi, name, off, on, program, tempo, track


def opened(data: bytes, partial: bool = False) -> Opened:
    found = song_from_bytes(data, "song.mid", partial)
    ids = [number for each in found.song.tracks for number in (each.id, *each.notes.rows["id"].tolist())]
    assert len(set(ids)) == len(ids)
    assert found.song.next_id == max(ids, default=0) + 1
    return found


def notes(found: Opened, place: int = 0) -> list[tuple[int, int, int, int]]:
    return [(note.start_tick, note.length_ticks, note.pitch, note.velocity) for note in found.song.tracks[place].notes]


def test_a_note_keeps_place_length_pitch_and_velocity() -> None:
    found = opened(midi(track(on(480, 60, 91), off(240, 60))))
    assert notes(found) == [(960, 480, 60, 91)]
    assert found.report.is_exact
    assert found.report.read == 3


def test_velocity_zero_and_running_status_close_notes() -> None:
    body = events(on(0, 60), (10, bytes((60, 0))), (10, bytes((64, 70))), (10, bytes((64, 0))), meta(0, 0x2F, b""))
    found = opened(midi(chunk(body), division=960))
    assert notes(found) == [(0, 10, 60, 80), (20, 10, 64, 70)]
    assert found.report.is_exact


def test_running_status_is_carried_over_a_text_event_and_said() -> None:
    body = events(on(0, 60), meta(0, 1, b"x"), (480, bytes((60, 0))), meta(0, 0x2F, b""))
    found = opened(midi(chunk(body)))
    assert notes(found) == [(0, 960, 60, 80)]
    assert found.report.remarks == ("Track 1 carries a status over 1 text or system event; it was followed.",)


@pytest.mark.parametrize(
    ("division", "tick", "expected"), [(1, 3, 2880), (96, 7, 70), (1920, 3, 2), (32767, 32767, 960), (7, 1, 137)]
)
def test_any_division_becomes_960_ticks_a_quarter(division: int, tick: int, expected: int) -> None:
    found = opened(midi(track(on(tick, 60), off(division, 60)), division=division))
    assert notes(found)[0][0] == expected


def test_moved_events_are_counted_and_lie_half_a_tick_off_at_most() -> None:
    found = opened(midi(track(on(1, 60), off(2, 60), on(0, 62), off(7, 62)), division=1920))
    assert notes(found) == [(1, 1, 60, 80), (2, 3, 62, 80)]
    assert found.report.changed == {"moved to the nearest song tick": 3}  # at 1, 3 and 3; 10 is exact
    assert found.report.events == 5


def test_film_frames_become_ticks_at_120() -> None:
    found = opened(midi(track(tempo(0, 250_000), on(1000, 60), off(500, 60)), division=(256 - 25) << 8 | 40))
    assert notes(found) == [(1920, 960, 60, 80)]
    assert found.song.seconds == pytest.approx(1.5)
    assert found.report.dropped == {"tempo in a file that counts in film frames": 1}
    assert "film frames (25 a second)" in found.report.remarks[0]


def test_drop_frames_count_29_97_a_second() -> None:
    found = opened(midi(track(on(29970, 60), off(100, 60)), division=(256 - 29) << 8 | 100))
    assert found.song.timeline.seconds_at(notes(found)[0][0]) == pytest.approx(29970 / 100 / (30000 / 1001), abs=0.0003)


def test_format_0_becomes_one_track_a_channel_and_channel_10_is_drums() -> None:
    data = midi(
        track(name("Song"), program(0, 40, 0), on(0, 60, channel=0), on(0, 36, channel=9), off(10, 60), off(0, 36, channel=9)),
        file_format=0,
    )
    song = opened(data).song
    assert [(each.name, each.instrument.program, each.instrument.is_drum) for each in song.tracks] == [
        ("Violin", 40, False),
        ("Drums", 0, True),
    ]
    assert song.title == "Song"


def test_a_track_with_several_channels_is_split_and_keeps_its_name() -> None:
    song = opened(midi(track(), track(name("Both"), on(0, 60), off(9, 60), on(0, 40, channel=3), off(9, 40, channel=3)))).song
    assert [each.name for each in song.tracks] == ["Both (Acoustic Grand Piano)"] * 2
    assert song.title == "song"


def test_names_fall_back_to_the_instrument_name_then_the_general_midi_sound() -> None:
    first = track(meta(0, 4, b"Old flute"), on(0, 60), off(9, 60))
    second = track(program(0, 33, 1), on(0, 40, channel=1), off(9, 40, channel=1))
    assert [each.name for each in opened(midi(track(), first, second)).song.tracks] == ["Old flute", "Finger Bass"]


def test_names_in_latin_1_utf_8_and_with_control_characters() -> None:
    named = [
        track(meta(0, 3, raw), on(0, 60, channel=c), off(9, 60, channel=c))
        for c, raw in enumerate((b"Fl\xf6te", "笛".encode(), b"a\0\n"))
    ]
    found = opened(midi(track(), *named))
    assert [each.name for each in found.song.tracks] == ["Flöte", "笛", "a"]
    assert found.report.changed == {"name cleaned of spaces and control characters": 1}


def test_the_first_program_is_the_instrument_and_later_ones_are_points() -> None:
    data = midi(
        track(control(0, 0, 1), control(0, 32, 5), program(0, 7), on(0, 60), off(480, 60), control(0, 32, 6), program(0, 9))
    )
    found = opened(data)
    only = found.song.tracks[0]
    assert (only.instrument.program, only.instrument.bank) == (7, 133)
    assert only.controls.points.tolist() == [(960, PROGRAM, 134, 9)]
    assert found.report.is_exact


def test_a_program_before_the_first_note_replaces_earlier_ones_and_is_counted() -> None:
    found = opened(midi(track(program(0, 7), program(100, 9), on(380, 60), off(9, 60))))
    assert found.song.tracks[0].instrument.program == 9
    assert found.report.dropped == {"program replaced before the first note": 1}
    assert found.report.changed == {"first program set from the start": 1}


def test_a_program_after_the_first_note_leaves_the_default_before_it() -> None:
    only = opened(midi(track(on(0, 60), off(480, 60), program(0, 9), on(0, 60), off(9, 60)))).song.tracks[0]
    assert only.instrument.program == 0
    assert only.controls.points.tolist() == [(960, PROGRAM, 0, 9)]


def test_programs_set_in_another_track_of_the_channel_are_shared() -> None:
    setup = track(name("Set-up"), program(0, 40, 0), control(0, 7, 90, 0), program(0, 33, 1))
    first, second = track(name("Tune"), on(0, 60), off(9, 60)), track(name("Low"), on(0, 40, channel=1), off(9, 40, channel=1))
    found = opened(midi(setup, first, second))
    assert [(each.name, each.instrument.program) for each in found.song.tracks] == [("Tune", 40), ("Low", 33)]
    assert found.song.tracks[0].controls.points.tolist() == [(0, CONTROLLER, 7, 90)]
    assert found.report.is_exact


def test_two_hands_on_one_channel_share_the_program_named_once() -> None:
    right, left = track(name("R"), program(0, 6), on(0, 72), off(9, 72)), track(name("L"), on(0, 48), off(9, 48))
    assert [each.instrument.program for each in opened(midi(right, left)).song.tracks] == [6, 6]


def test_a_nameless_channel_that_plays_nothing_makes_no_track() -> None:
    found = opened(midi(track(), track(control(0, 7, 90, 5), program(0, 3, 5)), track(on(0, 60), off(9, 60))))
    assert len(found.song.tracks) == 1
    assert [event.data for event in found.song.foreign] == [bytes((0xC5, 3)), bytes((0xB5, 7, 90))]


def test_a_named_track_that_plays_nothing_stays() -> None:
    assert [each.name for each in opened(midi(track(), track(name("Later"), program(0, 3)))).song.tracks] == ["Later"]


def test_controllers_bends_and_pressures_become_points_in_file_order() -> None:
    selected = (control(0, 101, 0), control(0, 100, 0), control(0, 6, 2), (0, bytes((0xE0, 1, 0x40))), (0, bytes((0xA0, 60, 5))))
    data = midi(track(*selected, (480, bytes((0xD0, 99))), (0, bytes((0xE0, 0, 0))), on(0, 60), off(9, 60)))
    found = opened(data)
    assert found.song.tracks[0].controls.points.tolist() == [
        (0, CONTROLLER, 101, 0), (0, CONTROLLER, 100, 0), (0, CONTROLLER, 6, 2), (0, BEND, 0, 1), (0, KEY_PRESSURE, 60, 5),
        (960, PRESSURE, 0, 99), (960, BEND, 0, -8192),
    ]  # fmt: skip
    assert found.report.is_exact


def test_tempo_meter_keys_and_markers_of_all_tracks_make_one_timeline() -> None:
    first = track(tempo(0, 400_000), meta(0, 0x59, bytes((0xFD, 1))), meta(0, 6, b"Intro"), meta(480, 6, b"hello there"))
    second = track(meter(0, 6, 3), tempo(1440, 600_000), on(0, 60), off(9, 60))
    timeline = opened(midi(first, second)).song.timeline
    assert timeline.tempos == (TempoChange(0, 400_000), TempoChange(2880, 600_000))
    assert timeline.meters == (MeterChange(0, 6, 8),)
    assert timeline.keys == (KeyChange(0, Key(0, "minor")),)
    assert timeline.markers == ((0, "Intro", True, 0), (960, "hello there", False, 0))


def test_a_file_without_tempo_or_meter_has_120_in_four_four() -> None:
    timeline = opened(midi(track(on(0, 60), off(9, 60)))).song.timeline
    assert (timeline.tempos, timeline.meters) == ((TempoChange(0, 500_000),), (MeterChange(0, 4, 4),))


def test_of_two_tempos_at_one_place_the_later_holds_and_the_other_is_counted() -> None:
    found = opened(midi(track(tempo(0, 400_000), tempo(0, 450_000), tempo(0, 450_000))))
    assert found.song.timeline.tempos == (TempoChange(0, 450_000),)
    assert found.report.dropped == {"change replaced at the same place": 1}


def test_impossible_tempo_meter_and_key_are_clamped_or_left_out() -> None:
    data = midi(
        track(tempo(0, 0), meter(0, 0, 2), meter(0, 4, 7), meta(0, 0x59, bytes((100, 0))), tempo(480, 10), tempo(480, 16_000_000))
    )
    found = opened(data)
    assert [change.us_per_beat for change in found.song.timeline.tempos] == [500_000, 60_000, 6_000_000]
    assert found.report.changed == {"tempo brought into 10 to 1000": 3}
    assert found.report.dropped == {"impossible time signature": 2, "impossible key signature": 1}


def test_events_of_the_wrong_length_are_left_out_and_counted() -> None:
    found = opened(midi(track(meta(0, 0x51, b"\x07\xa1"), meta(0, 0x58, b"\x04"), meta(0, 0x59, b""), on(0, 60), off(9, 60))))
    assert found.report.dropped == {"event of the wrong length": 3}
    assert found.song.note_count == 1


def test_a_metronome_click_other_than_the_quarter_is_counted() -> None:
    found = opened(midi(track(meta(0, 0x58, bytes((6, 3, 36, 8))), meta(1440, 0x58, bytes((2, 2))), meter(960, 4, 2))))
    assert [change[1:] for change in found.song.timeline.meters] == [(6, 8), (2, 4), (4, 4)]
    assert found.report.changed == {"metronome click of a time signature not kept": 2}


def test_seven_sharps_become_five_flats_and_are_counted() -> None:
    found = opened(midi(track(meta(0, 0x59, bytes((7, 0))))))
    assert found.song.timeline.keys[0].key == Key(1, "major")
    assert found.report.changed == {"key signature spelt anew": 1}


def test_what_the_song_does_not_model_is_kept_as_its_bytes() -> None:
    found = opened(everything())
    melody = found.song.tracks[0]
    kept = [event.data[:2] for event in melody.controls.foreign]
    assert (480 * 2, b"\xff\x04" + b"\x09Old flute") not in [(e.tick, e.data) for e in melody.controls.foreign]
    assert kept == [b"\xff\x04", b"\xff\x21", b"\xff\x20", b"\xf0\x05", b"\xff\x05", b"\xf7\x02", b"\xff\x08", b"\xff\x09"]
    assert [event.data[1] for event in found.song.foreign] == [0x00, 0x02, 0x54, 0x01, 0x07, 0x7F]
    assert found.report.is_exact


def test_stray_ends_never_closed_empty_and_doubled_notes_are_counted() -> None:
    data = midi(
        track(
            off(0, 50),  # no beginning
            on(0, 60), off(0, 60),  # no length
            on(480, 62), on(240, 62), off(240, 62), off(480, 62),  # cut
            on(0, 64, 50), on(0, 64, 90), off(10, 64), off(10, 64),  # doubled
            on(460, 70),  # never closed
            meta(480, 1, b"the end"),
        )
    )  # fmt: skip
    found = opened(data)
    assert notes(found) == [(0, 1, 60, 80), (960, 480, 62, 80), (1440, 1440, 62, 80), (2880, 40, 64, 90), (3840, 960, 70, 80)]
    assert found.report.dropped == {"note end without a beginning": 1, "note that doubles another": 2}
    assert found.report.changed == {
        "note cut where its pitch is struck again": 1,
        "note without length made 1 tick long": 1,
        "note never closed, ended with its track": 1,
        "note joined with its double": 1,
    }


def test_release_velocities_other_than_0_and_64_are_counted() -> None:
    found = opened(midi(track(on(0, 60), off(9, 60, 0), on(0, 60), off(9, 60, 64), on(0, 60), off(9, 60, 99))))
    assert found.report.changed == {"release velocity not kept": 1}


def test_more_than_64_notes_of_one_pitch_close_the_oldest() -> None:
    within = midi(track(*(on(10, 60) for _ in range(64)), *(off(10, 60) for _ in range(64))))
    beyond = midi(track(*(on(10, 60) for _ in range(65)), *(off(10, 60) for _ in range(65))))
    too_many = "note closed because 64 of its pitch were sounding"
    assert too_many not in opened(within).report.changed
    assert opened(beyond).report.changed[too_many] == 1
    assert opened(beyond).song.note_count == 65


def test_unknown_chunks_are_skipped_and_further_tracks_are_read() -> None:
    data = midi(chunk(b"abc", b"XFIH"), track(on(0, 60), off(9, 60)), track(on(0, 62), off(9, 62)), declared=1)
    found = opened(data)
    assert found.song.note_count == 2
    assert found.report.remarks == (
        "Chunks of unknown kind were skipped: «XFIH» (1).",
        "The header names 1 track, the file has 2; all were read.",
    )


def test_a_riff_wrapper_and_a_long_header_are_read() -> None:
    plain = midi(track(on(0, 60), off(9, 60)))
    riff = b"RIFF" + (len(plain) + 12).to_bytes(4, "little") + b"RMID" + b"data" + len(plain).to_bytes(4, "little") + plain
    assert opened(riff).song.note_count == 1
    long_header = header()[:4] + (8).to_bytes(4, "big") + header()[8:] + b"\0\0" + plain[14:]
    assert opened(long_header).song.note_count == 1


def test_a_missing_end_mark_and_bytes_after_one_are_said() -> None:
    assert opened(midi(chunk(events(on(0, 60), off(9, 60))))).report.remarks == ("Track 1 has no end mark.",)
    body = events(on(0, 60), off(9, 60), meta(0, 0x2F, b""), on(0, 99))
    found = opened(midi(chunk(body)))
    assert found.song.note_count == 1
    assert found.report.remarks == ("4 bytes after the end mark of track 1 left alone.",)


def test_wire_messages_are_skipped_and_counted() -> None:
    found = opened(midi(track((0, b"\xf8"), on(0, 60), (0, b"\xf2\x01\x02"), (0, b"\xfe"), off(9, 60))))
    assert found.song.note_count == 1
    assert found.report.dropped == {"wire message that has no place in a file": 3}


def test_long_texts_are_shortened_and_counted() -> None:
    kept, cut = meta(0, 1, b"x" * 65_536), meta(0, 1, b"y" * 65_537)
    found = opened(midi(track(kept, cut)))
    assert found.report.changed == {"text shortened to 64 KiB": 1}
    assert all(event.data.endswith(b"x" * 65_536) or event.data.endswith(b"y" * 65_536) for event in found.song.foreign)


def test_reading_from_disk_reports_progress_and_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(midi(*(track(on(0, 60), off(9, 60)) for _ in range(20))))
    seen: list[float] = []
    progress = Progress(lambda done, total, note: seen.append(done / total))
    assert read(path, progress).song.note_count == 20
    assert seen == sorted(seen)
    assert seen[-1] <= 1
    progress.cancel()
    with pytest.raises(Cancelled):
        read(path, progress)


def test_a_long_file_is_cancelled_in_the_middle_of_a_track(tmp_path: Path) -> None:
    path = tmp_path / "x.mid"
    path.write_bytes(midi(chunk(events(on(0, 60)) + b"\1\x3c\0\1\x3c\x50" * 200_000)))
    progress = Progress(lambda done, total, note: progress.cancel())
    with pytest.raises(Cancelled):
        read(path, progress)


def test_notes_are_values_of_the_song(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"na\xefve\n.mid")
    path.write_bytes(midi(track(on(0, 60), off(480, 60))))
    found = read(path)
    assert list(found.song.tracks[0].notes) == [Note(0, 960, 60, 80, id=2)]
    found.song.title.encode()
