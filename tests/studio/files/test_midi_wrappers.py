"""What MIDI data come in: RIFF and Macintosh wrappers, files to sing to, independent patterns, times in film frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UnreadableFile
from studio.files.format import open_partly, open_songs
from studio.files.midi.reading import song_from_bytes, songs_from_bytes
from studio.files.midi.writing import bytes_of
from studio.files.report import PartlyReadable
from tests.midi_bytes import END, chunk, events, meta, midi, name, off, on, tempo, track

PLAIN = midi(track(on(0, 60), off(9, 60)))
NAMED = track(name("Piano"), on(0, 60), off(480, 60))


def piece(mark: bytes, body: bytes, size: int | None = None) -> bytes:
    """A chunk of RIFF: little-endian, padded to even."""
    return mark + (len(body) if size is None else size).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def riff(*pieces: bytes, kind: bytes = b"RMID") -> bytes:
    return piece(b"RIFF", kind + b"".join(pieces))


# RIFF


def test_a_riff_file_gives_its_music_and_the_title_of_its_list() -> None:
    info = piece(b"LIST", b"INFO" + piece(b"ICOP", b"nobody\0") + piece(b"INAM", b"Evening\0"))
    for data in (riff(piece(b"data", PLAIN), info), riff(info, piece(b"data", PLAIN))):
        found = song_from_bytes(data, "x.rmi")
        assert (found.song.title, found.song.note_count) == ("Evening", 1)
        assert found.report.remarks == ("The file was wrapped as RIFF MIDI.",)


def test_the_title_of_the_music_stands_before_that_of_the_wrapper() -> None:
    info = piece(b"LIST", b"INFO" + piece(b"INAM", b"Evening\0"))
    data = riff(piece(b"data", midi(track(name("Morning")), NAMED)), info)
    assert song_from_bytes(data, "x.rmi").song.title == "Morning"


def test_sounds_in_a_wrapper_are_no_tracks_and_no_faults() -> None:
    found = song_from_bytes(riff(piece(b"data", PLAIN), piece(b"RIFF", b"DLS " + b"MTrk\0\0\0\4\0\xff\x2f\0")), "x.rmi")
    assert found.song.note_count == 1
    assert found.report.remarks == (
        "The file was wrapped as RIFF MIDI.",
        "What else the wrapper holds, such as sounds, was left alone.",
    )


def test_music_of_odd_length_in_a_wrapper_is_whole() -> None:
    odd = midi(track(on(0, 60), off(9, 60), meta(0, 1, b"x" * (1 - len(PLAIN) % 2))))
    assert len(odd) % 2
    assert song_from_bytes(riff(piece(b"data", odd), piece(b"LIST", b"INFO")), "x.rmi").report.is_exact


def test_a_wrapper_cut_off_says_so_and_gives_what_is_there() -> None:
    data = riff(piece(b"data", PLAIN, len(PLAIN) + 50))
    with pytest.raises(PartlyReadable, match=r"byte 0x000010 \(16\): the RIFF wrapper claims \d+ bytes, \d+ are left") as caught:
        song_from_bytes(data, "x.rmi")
    assert caught.value.hint == "Readable: 1 track, 1 note."


def test_riff_files_of_other_kinds_and_without_music_are_refused() -> None:
    for data in (riff(piece(b"data", PLAIN), kind=b"WAVE"), riff(piece(b"LIST", b"INFO")), riff(), b"RIFF"):
        with pytest.raises(UnreadableFile, match="byte 0x"):
            song_from_bytes(data, "x.rmi")


def test_a_macintosh_header_is_skipped_and_said() -> None:
    found = song_from_bytes(b"\0\4song" + bytes(122) + PLAIN + bytes(35), "x.mid")
    assert found.song.note_count == 1
    assert found.report.remarks == (
        "An old Macintosh header before the music was skipped.",
        "35 bytes after the last track left alone.",
    )


# Files to sing to


def sung() -> bytes:
    heads = [meta(0, 1, text) for text in (b"@KMIDI KARAOKE FILE", b"@V0100")]
    words = [meta(0, 1, text) for text in (b"@LENGL", b"@TThe Song", b"@TA. Singer")]
    lines = [meta(240, 1, text) for text in (b"\\Hel", b"lo ", b"/world")]
    return midi(track(name("Soft Karaoke"), *heads), track(name("Words"), *words, *lines), NAMED)


def texts(data: bytes) -> list[tuple[int, bytes]]:
    """(tick, payload) of every text and lyric, wherever it stands."""
    song = song_from_bytes(data, "x.kar").song
    kept = [*song.foreign, *(event for each in song.tracks for event in each.controls.foreign)]
    return [(event.tick, event.data[3:]) for event in kept if event.data[1] in (1, 5)]


def test_a_karaoke_file_is_called_as_its_song_and_keeps_every_word() -> None:
    found = song_from_bytes(sung(), "x.kar")
    assert found.song.title == "The Song"
    assert [each.name for each in found.song.tracks] == ["Piano"]
    assert found.report.is_exact
    assert texts(sung())[-3:] == [(480, b"\\Hel"), (960, b"lo "), (1440, b"/world")]


def test_a_karaoke_file_written_as_read_gives_its_words_back_at_their_places() -> None:
    written, _ = bytes_of(song_from_bytes(sung(), "x.kar").song, {"preset": "as read"})
    assert texts(written) == texts(sung())
    again = song_from_bytes(written, "x.kar").song
    assert again.title == "The Song"
    assert b"Soft Karaoke" in written
    assert texts(bytes_of(again, {"preset": "as read"})[0]) == texts(sung())


def test_words_within_the_melody_stay_with_it() -> None:
    tune = track(name("Tune"), meta(0, 5, b"La"), on(0, 60), off(480, 60), meta(0, 5, b"lu"), on(0, 62), off(480, 62))
    song = song_from_bytes(midi(track(), tune, NAMED), "x.mid").song
    assert [event.data[3:] for event in song.tracks[0].controls.foreign] == [b"La", b"lu"]
    written, _ = bytes_of(song, {"preset": "as read"})
    again = song_from_bytes(written, "x.mid").song
    lyrics = [event for event in again.tracks[0].controls.foreign if event.data[1] == 5]
    assert [(event.tick, event.data[3:]) for event in lyrics] == [(0, b"La"), (960, b"lu")]


# Independent patterns


def patterns() -> bytes:
    first = track(name("Beat"), tempo(0, 400_000), on(0, 36, channel=9), off(9, 36, channel=9))
    second = track(tempo(0, 600_000), on(0, 60), off(480, 60), on(0, 62), off(480, 62))
    return midi(first, second, file_format=2)


def test_format_2_is_explained_in_a_sentence_and_offered_side_by_side() -> None:
    with pytest.raises(PartlyReadable) as caught:
        song_from_bytes(patterns(), "x.mid")
    assert caught.value.message == "«x.mid», byte 0x000008 (8): format 2 holds 2 independent patterns, not one song."
    assert caught.value.hint == "Readable: 2 tracks, 3 notes."
    found = song_from_bytes(patterns(), "x.mid", partial=True)
    assert [len(each.notes) for each in found.song.tracks] == [1, 2]
    assert found.report.dropped == {"change replaced at the same place": 1}


def test_format_2_opens_as_one_song_for_each_pattern(tmp_path: Path) -> None:
    path = tmp_path / "box.mid"
    path.write_bytes(patterns())
    first, second = open_songs(path)
    assert [first.song.title, second.song.title] == ["Beat", "box, pattern 2"]
    assert [each.song.timeline.tempos[0].us_per_beat for each in (first, second)] == [400_000, 600_000]
    assert [first.song.note_count, second.song.note_count] == [1, 2]
    assert second.report.remarks == ("This is pattern 2 of 2.",)
    assert first.report.events + second.report.events == open_partly(path).report.events


def test_other_files_are_one_song_and_so_is_a_single_pattern() -> None:
    assert [each.song.note_count for each in songs_from_bytes(PLAIN, "x.mid")] == [1]
    assert song_from_bytes(midi(NAMED, file_format=2), "x.mid").song.note_count == 1
    with pytest.raises(PartlyReadable):
        list(songs_from_bytes(PLAIN + b"MTrk\0\0\1\0\0\x90\x40\x40", "x.mid"))


# Film frames


@pytest.mark.parametrize(
    ("frames", "per_frame", "rate"), [(24, 4, 24.0), (25, 40, 25.0), (29, 80, 30000 / 1001), (30, 1, 30.0), (30, 255, 30.0)]
)
def test_film_frames_of_every_rate_become_seconds(frames: int, per_frame: int, rate: float) -> None:
    second = round(rate * per_frame)
    data = midi(track(on(10 * second, 60), off(second, 60)), division=(256 - frames) << 8 | per_frame)
    found = song_from_bytes(data, "x.mid")
    rows = found.song.tracks[0].notes.rows
    start, end = found.song.timeline.seconds_at([rows["start"][0], rows["start"][0] + rows["length"][0]])
    half_a_tick = 0.5 / 1920
    assert start == pytest.approx(10 * second / rate / per_frame, abs=half_a_tick)
    assert end == pytest.approx(11 * second / rate / per_frame, abs=half_a_tick)
    shown = "29.97" if frames == 29 else str(frames)
    assert found.report.remarks[0] == f"Times were in film frames ({shown} a second) and now stand at 120 quarters a minute."
    assert found.report.read + sum(found.report.changed.values()) == 3


def test_a_header_that_is_wrong_about_itself_still_gives_the_rest() -> None:
    for data, words in (
        (b"MThd\0\0\0\4\0\1\0\1\1\xe0" + NAMED, "the header claims 4 bytes, it needs 6"),
        (midi(NAMED, file_format=0x4001), "no MIDI file format 16385"),
    ):
        with pytest.raises(PartlyReadable, match=words):
            song_from_bytes(data, "x.mid")
        assert song_from_bytes(data, "x.mid", partial=True).song.note_count == 1


def test_a_header_longer_than_today_is_read_past() -> None:
    body = (1).to_bytes(2, "big") + (1).to_bytes(2, "big") + (480).to_bytes(2, "big") + b"more"
    assert song_from_bytes(chunk(body, b"MThd") + chunk(events(on(0, 60), off(9, 60), END)), "x.mid").report.is_exact
