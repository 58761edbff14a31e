"""The MIDI writer, rule by rule (workstation.md EX-01 to EX-16), read with mido and by its bytes."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido
import pytest

from studio.errors import UnsupportedRequest, UnwritableFile
from studio.files.formats.midi import FORMAT, read, write
from studio.files.midi.plan import plan_of
from studio.files.midi.verifying import verify
from studio.files.midi.writing import bytes_of
from studio.song import AudioClip, Controls, ForeignEvent, Instrument, MeterChange, Song, Strip, Timeline, Track, empty_song
from studio.song.controls import CONTROLLER, PROGRAM
from tests.midi_songs import line, reference_songs, scale

GOLDEN = Path(__file__).parent / "golden"


def written(song: Song, **options: object) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(bytes_of(song, options)[0]))


def timed(track: Any) -> list[tuple[int, Any]]:
    """(tick, message) of a mido track."""
    tick = 0
    found = []
    for message in track:
        tick += message.time
        found.append((tick, message))
    return found


def kinds(track: Any) -> list[str]:
    return [message.type for message in track]


@pytest.mark.parametrize("name", sorted(reference_songs()))
def test_ex_15_reference_documents_give_the_same_bytes_as_ever(name: str) -> None:
    """RICERCAR_WRITE_GOLDEN=1 writes them anew: look at what changed before committing."""
    data, _ = bytes_of(reference_songs()[name])
    path = GOLDEN / f"{name}.mid"
    if os.environ.get("RICERCAR_WRITE_GOLDEN"):
        path.write_bytes(data)
    assert data == path.read_bytes()


def test_ex_01_one_track_is_format_0_and_several_are_format_1_behind_a_conductor() -> None:
    songs = reference_songs()
    assert (written(songs["one-track"]).type, len(written(songs["one-track"]).tracks)) == (0, 1)
    band = written(songs["band"])
    assert (band.type, len(band.tracks)) == (1, 4)
    assert kinds(band.tracks[0]) == ["track_name", "copyright", "set_tempo", "time_signature", "end_of_track"]
    assert bytes_of(songs["band"])[0][:8] == b"MThd\0\0\0\6"


def test_ex_04_a_song_without_tracks_is_a_conductor_alone() -> None:
    assert kinds(written(Song("Nothing")).tracks[0]) == ["track_name", "set_tempo", "time_signature", "end_of_track"]


def test_ex_02_the_division_is_480_when_every_tick_is_even_else_960() -> None:
    assert written(reference_songs()["one-track"]).ticks_per_beat == 480
    assert written(reference_songs()["bends"]).ticks_per_beat == 960


def test_ex_03_conductor_events_stand_in_the_conductor_only() -> None:
    ramp = written(reference_songs()["ramp"])
    assert len([kind for kind in kinds(ramp.tracks[0]) if kind == "set_tempo"]) == 17
    assert {"time_signature", "key_signature", "marker"} < set(kinds(ramp.tracks[0]))
    allowed = {"track_name", "instrument_name", "program_change", "note_on", "note_off", "end_of_track"}
    assert all(set(kinds(track)) == allowed for track in ramp.tracks[1:])


def test_ex_35_tempo_and_meter_can_be_left_out_altogether() -> None:
    """A host would ask about any tempo, 120 as well."""
    conductor = kinds(written(reference_songs()["ramp"], tempo=False).tracks[0])
    assert "set_tempo" not in conductor
    assert "time_signature" not in conductor
    assert {"key_signature", "marker"} < set(conductor)


def test_ex_05_drums_go_to_channel_10_and_melodic_tracks_get_one_channel_each() -> None:
    band = written(reference_songs()["band"])
    assert [{message.channel for message in track if not message.is_meta} for track in band.tracks[1:]] == [{0}, {1}, {9}]


def test_ex_05_more_than_15_melodic_tracks_use_further_ports_or_are_refused() -> None:
    song = reference_songs()["twenty"]
    file = written(song)
    places = []
    for track in file.tracks[1:]:
        port = next(message.port for message in track if message.type == "midi_port")
        places.append((port, next(message.channel for message in track if not message.is_meta)))
    assert len(set(places)) == 20
    assert all(channel != 9 for _, channel in places)
    assert "5 tracks went to a further port" in plan_of(song, {}).remarks[0]
    with pytest.raises(UnsupportedRequest, match="20 melodic tracks do not fit the 15"):
        bytes_of(song, {"ports": False})


def test_ex_05_channels_are_shared_by_equal_sounds_without_controllers_and_clashes_only() -> None:
    def sixteen(last: Track) -> list[tuple[int, int]]:
        tracks = tuple(Track(n, f"{n}", instrument=Instrument(n), notes=line(100 * n, (0, 960, 60, 80))) for n in range(1, 16))
        return [(each.port, each.channel) for each in plan_of(Song("x", (*tracks, last)), {}).tracks]

    same = Track(16, "16", instrument=Instrument(3), notes=line(1600, (0, 960, 61, 80)))
    assert sixteen(same)[15] == sixteen(same)[2] == (0, 2)
    assert sixteen(replace(same, notes=line(1600, (480, 960, 60, 80))))[15] == (1, 0)
    assert sixteen(replace(same, controls=Controls.of([(0, CONTROLLER, 1, 1)])))[15] == (1, 0)
    assert sixteen(replace(same, instrument=Instrument(99)))[15] == (1, 0)


def test_ex_06_a_track_begins_with_name_instrument_bank_program_bend_range_controllers_bends() -> None:
    song = reference_songs()["bends"]
    only = replace(song.tracks[0], instrument=Instrument(5, 130))
    head = [(tick, str(message)) for tick, message in timed(written(replace(song, tracks=(only,))).tracks[0]) if tick == 0]
    text = [line.split(" time")[0] for _, line in head]
    controls = [text[n] for n in range(len(text)) if text[n].startswith("control")]
    assert controls == [
        f"control_change channel=0 control={number} value={value}"
        for number, value in ((0, 1), (32, 2), (101, 0), (100, 0), (6, 2), (38, 0), (101, 127), (100, 127))
    ]
    order = [line.split()[0].split("(")[-1].strip("'") for line in text]
    first = {kind: order.index(kind) for kind in ("control_change", "program_change", "pitchwheel", "note_on")}
    assert first["control_change"] < first["program_change"] < first["pitchwheel"] < first["note_on"]


def test_ex_06_a_bend_range_of_the_songs_own_is_not_overruled() -> None:
    own = Controls.of([(0, CONTROLLER, 101, 0), (0, CONTROLLER, 100, 0), (0, CONTROLLER, 6, 12), (0, 1, 0, 99)])
    track = Track(1, "x", notes=line(10, (0, 9, 60, 80)), controls=own)
    ranges = [m.value for m in written(Song("x", (track,))).tracks[0] if m.type == "control_change" and m.control == 6]
    assert ranges == [12]


def test_ex_07_events_of_one_tick_go_offs_before_sounds_before_controllers_before_ons() -> None:
    points = Controls.of([(960, CONTROLLER, 64, 0), (960, PROGRAM, 1, 9), (960, CONTROLLER, 7, 1), (960, 1, 0, 5)])
    track = Track(1, "x", notes=line(10, (0, 960, 60, 80), (960, 960, 72, 80), (960, 960, 60, 80)), controls=points)
    same_tick = [message for tick, message in timed(written(Song("x", (track,))).tracks[0]) if tick == 480]
    assert [(message.type, message.bytes()[1:]) for message in same_tick] == [
        ("note_off", [60, 64]),
        ("control_change", [0, 0]),
        ("control_change", [32, 1]),
        ("program_change", [9]),
        ("control_change", [64, 0]),
        ("control_change", [7, 1]),
        ("pitchwheel", [5, 64]),
        ("note_on", [60, 80]),
        ("note_on", [72, 80]),
    ]


def test_ex_09_note_offs_are_0x80_64_and_no_running_status_is_used() -> None:
    data, _ = bytes_of(reference_songs()["one-track"])
    assert data.count(b"\x80") == 8
    assert data.count(b"\x90") == 8
    offs = [message for message in written(reference_songs()["band"]).tracks[1] if message.type == "note_off"]
    assert {message.velocity for message in offs} == {64}


def test_ex_10_every_track_ends_at_the_same_bar_line() -> None:
    for song in reference_songs().values():
        file = written(song)
        ends = {timed(track)[-1][0] * 960 // file.ticks_per_beat for track in file.tracks}
        assert len(ends) == 1
        end = ends.pop()
        assert end >= song.end_tick
        assert song.timeline.position(end)[1:] == (1, 0)
    assert timed(written(empty_song()).tracks[0])[-1][0] == 1920
    meters = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(1001, 3, 4)))
    odd = replace(reference_songs()["one-track"], timeline=meters)
    assert timed(written(odd).tracks[0])[-1][0] == 1001 + 2880


def test_ex_11_muted_tracks_and_notes_stay_out_unless_asked_and_solo_is_ignored() -> None:
    band = reference_songs()["band"]
    soloed = replace(band, tracks=(replace(band.tracks[0], strip=Strip(is_solo=True)), *band.tracks[1:]))
    assert [track.name for track in written(soloed).tracks] == ["Band", "Keys", "Bass", "Kit"]
    assert [track.name for track in written(band, muted=True).tracks] == ["Band", "Keys", "Bass", "Silent", "Kit"]
    bends = reference_songs()["bends"]
    assert len([m for m in written(bends).tracks[0] if m.type == "note_on"]) == 4
    assert len([m for m in written(bends, muted=True).tracks[0] if m.type == "note_on"]) == 5


def test_ex_11_empty_tracks_can_be_left_out() -> None:
    song = Song("x", (Track(1, "Full", notes=scale(10, 60)), Track(2, "Empty"), Track(3, "More", notes=scale(30, 50))))
    assert [track.name for track in written(song).tracks] == ["x", "Full", "Empty", "More"]
    assert [track.name for track in written(song, empty=False).tracks] == ["x", "Full", "More"]


def test_ex_12_names_are_utf_8_of_127_bytes_at_most_without_control_characters() -> None:
    data, plan = bytes_of(reference_songs()["scripts"])
    assert [planned.name for planned in plan.tracks] == ["Flöte", "笛", "Гитара", "عود", "🎹 keys", "a" * 127]
    assert all(planned.name.encode() in data for planned in plan.tracks)
    wide = replace(reference_songs()["one-track"], tracks=(Track(1, "🎹" * 60 + "\n\0x\ud800"),))
    assert plan_of(wide, {}).tracks[0].name == "🎹" * 31
    plain = plan_of(reference_songs()["scripts"], {"ascii": True})
    assert [planned.name for planned in plain.tracks] == ["Flote", "Track 2", "Track 3", "Track 4", "keys", "a" * 127]


def test_ex_13_general_midi_playback_adds_mixer_levels_and_daw_does_not() -> None:
    def levels(preset: str) -> list[tuple[int, int]]:
        track = written(reference_songs()["band"], preset=preset).tracks[1]
        return [(m.control, m.value) for m in track if m.type == "control_change"]

    assert levels("DAW") == []
    assert levels("GM playback") == [(7, 71), (10, 51), (91, 50), (93, 10)]


def test_ex_13_system_exclusive_goes_out_as_read_only() -> None:
    foreign = (ForeignEvent(0, b"\xf0\x05\x7e\x7f\x09\x01\xf7"), ForeignEvent(0, b"\xff\x05\x02la"))
    track = Track(1, "x", notes=scale(10, 60), controls=Controls(foreign=foreign))
    for preset, count in (("DAW", 0), ("GM playback", 0), ("as read", 1)):
        listed = kinds(written(Song("x", (track,)), preset=preset).tracks[0])
        assert (listed.count("sysex"), listed.count("lyrics")) == (count, count)


def test_ex_11_audio_tracks_are_left_out_and_said() -> None:
    sound = Track(2, "Voice", is_audio=True, clips=(AudioClip(9, "00", 0, 2.0),))
    song = Song("x", (Track(1, "Keys", notes=scale(10, 60)), sound))
    data, plan = bytes_of(song)
    assert plan.remarks == ("A MIDI file holds no sound; left out: Voice.",)
    assert b"Voice" not in data
    assert "audio tracks" in FORMAT.loses


def test_ex_15_the_same_song_gives_the_same_bytes() -> None:
    for song in reference_songs().values():
        assert bytes_of(song)[0] == bytes_of(song)[0]


def test_a_song_too_long_for_a_midi_file_is_refused() -> None:
    song = Song("x", (Track(1, "x", notes=line(1, (0, 10, 60, 80), (1 << 30, 10, 60, 80))),))
    with pytest.raises(UnsupportedRequest, match="too long"):
        bytes_of(song)


def test_ex_16_writing_is_atomic_and_reads_back(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    path = tmp_path / "out.mid"
    path.write_bytes(b"the old file")
    assert write(song, path) == ()
    assert read(path).song.note_count == 19
    assert [each.name for each in tmp_path.iterdir()] == ["out.mid"]


def test_an_unwritable_target_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile, match=r"out\.mid"):
        write(empty_song(), tmp_path / "missing" / "out.mid")
    assert list(tmp_path.iterdir()) == []


def test_ex_16_what_differs_when_read_back_is_refused(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    data, plan = bytes_of(song)
    path = tmp_path / "x.mid"
    path.write_bytes(data)
    verify(path, plan, "x.mid")
    for damage, words in (
        (data.replace(b"\x90\x3c\x3c", b"\x90\x3c\x3d", 1), "notes of «Keys» differ"),
        (data.replace(b"Bass", b"Base", 1), "«Bass» is called «Base»"),
        (data.replace(b"\xff\x51\3\7\xa1\x20", b"\xff\x51\3\7\xa1\x21", 1), "tempo differs"),
        (data[:-3], "cannot be read again"),
        (bytes_of(reference_songs()["one-track"])[0], "1 track instead of 3"),
    ):
        path.write_bytes(damage)
        with pytest.raises(UnwritableFile, match=words):
            verify(path, plan, "x.mid")
