"""MusicXML scores: what is written is what is played; hostile files are refused."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import RicercarError, UnreadableFile
from studio.files.formats import musicxml
from studio.files.musicxml.score import song_of_score
from studio.song.harmony import Key
from studio.song.song import Song

BEAT = 960
DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">'
)
TIME = "<attributes><divisions>4</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"


def note(step: str, duration: int, octave: int = 4, *, alter: int = 0, more: str = "", front: str = "") -> str:
    altered = f"<alter>{alter}</alter>" if alter else ""
    pitch = f"<pitch><step>{step}</step>{altered}<octave>{octave}</octave></pitch>"
    return f"<note>{front}{pitch}<duration>{duration}</duration>{more}</note>"


def score(
    *measures: str, head: str = DOCTYPE, part_list: str = '<score-part id="P1"><part-name>Tune</part-name></score-part>'
) -> bytes:
    bars = "".join(f'<measure number="{number}">{inside}</measure>' for number, inside in enumerate(measures, 1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n<score-partwise version="3.1">'
        f"<work><work-title>A song</work-title></work>"
        f'<part-list>{part_list}</part-list><part id="P1">{bars}</part></score-partwise>'
    ).encode()


def opened(*measures: str) -> Song:
    return song_of_score(score(*measures), "song.xml").song


def heard(song: Song, track: int = 0) -> list[tuple[float, float, int]]:
    return [(one.start_tick / BEAT, one.length_ticks / BEAT, one.pitch) for one in song.tracks[track].notes]


def whole(step: str, barline: str = "") -> str:
    return note(step, 16) + barline


def repeat(direction: str, ending: str = "", times: str = "") -> str:
    side = "left" if direction == "forward" else "right"
    return f'<barline location="{side}">{ending}<repeat direction="{direction}"{times}/></barline>'


def test_notes_chords_rests_and_alterations() -> None:
    song = opened(
        TIME
        + note("C", 4)
        + note("E", 4, front="<chord/>")
        + "<note><rest/><duration>4</duration></note>"
        + note("B", 8, alter=-1)
    )
    assert heard(song) == [(0, 1, 60), (0, 1, 64), (2, 2, 70)]
    assert song.title == "A song"
    assert song.tracks[0].name == "Tune"


def test_ties_join_and_divisions_may_change() -> None:
    tied = note("C", 8, more='<tie type="start"/>')
    song = opened(
        TIME + note("G", 8) + tied,
        "<attributes><divisions>6</divisions></attributes>"
        + note("C", 6, more='<tie type="stop"/>')
        + note("D", 4) * 3
        + note("E", 6),
    )
    assert heard(song)[1] == (2, 3, 60)
    assert [start for start, _, pitch in heard(song) if pitch == 62] == [5, 5 + 640 / BEAT, 5 + 1280 / BEAT]


def test_a_pick_up_ends_on_the_first_bar_line() -> None:
    song = opened(TIME + note("G", 4), whole("C"), whole("D"))
    assert [start for start, _, _ in heard(song)] == [3, 4, 8]
    assert len(song.timeline.meters) == 1


def test_a_bar_that_lacks_its_rests_is_filled() -> None:
    song = opened(TIME + whole("C"), note("D", 4), whole("E"), whole("F"))
    assert [start for start, _, _ in heard(song)] == [0, 4, 8, 12]


def test_a_short_bar_stays_short_where_the_next_completes_it_or_it_says_so() -> None:
    song = opened(TIME + whole("C"), note("D", 12), note("E", 4), whole("F"), whole("G"))
    assert [start for start, _, _ in heard(song)] == [0, 4, 7, 8, 12]
    data = score(TIME + whole("C"), note("D", 4), whole("E"), whole("F")).replace(b'number="2"', b'number="2" implicit="yes"')
    assert [start for start, _, _ in heard(song_of_score(data, "x.xml").song)] == [0, 4, 5, 9]


def test_repeats_and_endings() -> None:
    start, stop = '<ending number="{}" type="start"/>', '<ending number="{}" type="stop"/>'
    first = f'<barline location="left">{start.format(1)}</barline>' + note("D", 16) + repeat("backward", stop.format(1))
    second = f'<barline location="left">{start.format(2)}</barline>' + note("E", 16)
    second += f'<barline location="right">{stop.format(2)}</barline>'
    song = opened(TIME + repeat("forward") + whole("C"), first, second, whole("F"))
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 60, 64, 65]


def test_a_passage_played_three_times() -> None:
    song = opened(TIME + whole("C"), repeat("forward") + whole("D") + repeat("backward", times=' times="3"'), whole("E"))
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 62, 62, 64]


def test_da_capo_al_fine_and_to_the_coda() -> None:
    song = opened(TIME + whole("C"), whole("D") + '<sound fine="yes"/>', whole("E") + '<sound dacapo="yes"/>')
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 64, 60, 62]
    song = opened(
        TIME + whole("C"),
        '<sound segno="a"/>' + whole("D") + '<sound tocoda="b"/>',
        whole("E") + '<sound dalsegno="a"/>',
        '<sound coda="b"/>' + whole("F"),
    )
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 64, 62, 65]


def direction(inside: str) -> str:
    return f"<direction><direction-type>{inside}</direction-type></direction>"


def test_jumps_that_stand_in_words_and_signs() -> None:
    back = direction("<words>D.S. al Coda</words>")
    song = opened(
        TIME + whole("C"),
        direction("<segno/>") + whole("D"),
        direction("<coda/>") + whole("E") + back,
        direction("<coda/>") + whole("F"),
    )
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 64, 62, 65]
    song = opened(TIME + whole("C") + direction("<words>Fine</words>"), whole("D") + direction("<words>D.C. al Fine</words>"))
    assert [pitch for _, _, pitch in heard(song)] == [60, 62, 60]
    found = song_of_score(score(TIME + direction("<words>dolce, Da Capo Street</words>") + whole("C")), "song.xml")
    assert found.report.dropped == {"words": 1}


def test_key_meter_tempo_and_chord_symbols() -> None:
    signs = "<attributes><divisions>4</divisions><key><fifths>-3</fifths><mode>minor</mode></key>"
    signs += "<time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
    signs += '<direction><sound tempo="90"/></direction>'
    chord = "<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root><kind>dominant</kind>"
    chord += "<bass><bass-step>D</bass-step></bass></harmony>"
    found = song_of_score(score(signs + chord + note("B", 12, alter=-1)), "song.xml")
    assert found.song.timeline.keys[0].key == Key(0, "minor")
    assert found.song.timeline.meters[0][1:] == (3, 4)
    assert round(found.song.timeline.tempos[0].bpm) == 90
    assert found.song.foreign[0].data.endswith(b"Bb7/D")
    assert found.report.changed == {"chord symbols kept as text and played as a track of chords": 1}
    assert [track.name for track in found.song.tracks] == ["Tune", "Chords"]
    assert [row["pitch"] for row in found.song.tracks[1].notes.rows] == [38, 53, 56, 58, 62]


def test_voices_of_one_staff_become_tracks_and_staves_of_a_piano_too() -> None:
    back = "<backup><duration>16</duration></backup>"
    song = opened(TIME + note("C", 16, more="<voice>1</voice>") + back + note("E", 8, more="<voice>2</voice>"))
    assert [track.name for track in song.tracks] == ["Tune 1", "Tune 2"]
    hands = "<voice>1</voice><staff>1</staff>", "<voice>5</voice><staff>2</staff>", "<voice>6</voice><staff>2</staff>"
    song = opened(TIME + back.join(note(step, 16, more=more) for step, more in zip("CEG", hands, strict=True)))
    assert [len(track.notes) for track in song.tracks] == [1, 2]


def test_grace_and_cue_notes_are_counted_and_transposition_is_heard() -> None:
    clarinet = TIME.replace("</attributes>", "<transpose><chromatic>-2</chromatic></transpose></attributes>")
    grace = "<note><grace/><pitch><step>A</step><octave>4</octave></pitch></note>"
    found = song_of_score(score(clarinet + grace + note("D", 16)), "song.xml")
    assert heard(found.song) == [(0, 4, 60), (0, 0.125, 67)]
    assert found.report.changed == {"grace notes played just before their note": 1}
    assert found.report.read == 3, "the note, the meter, the transposition"
    found = song_of_score(score(TIME + note("D", 16), grace * 2 + note("E", 16)), "song.xml")
    assert heard(found.song) == [(0, 4, 62), (3.875, 0.0625, 69), (3.9375, 0.0625, 69), (4, 4, 64)]


def test_drums_take_their_pitches_from_the_part_list() -> None:
    parts = '<score-part id="P1"><part-name>Kit</part-name><midi-instrument id="I1"><midi-channel>10</midi-channel>'
    parts += "<midi-unpitched>43</midi-unpitched></midi-instrument></score-part>"
    stroke = "<note><unpitched/><duration>4</duration><instrument id='I1'/></note>"
    song = song_of_score(score(TIME + stroke * 4, part_list=parts), "kit.xml").song
    assert song.tracks[0].instrument.is_drum
    assert {pitch for _, _, pitch in heard(song)} == {42}


# Files that are not to be trusted


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        song_of_score(data, "odd.xml")
    assert "«odd.xml»" in caught.value.message
    return caught.value.message


def test_a_document_type_without_a_subset_is_welcome_one_with_it_is_not() -> None:
    assert song_of_score(score(TIME + whole("C")), "song.xml").song.note_count == 1
    bomb = '<!DOCTYPE score-partwise [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert "declares entities" in refusal(score(TIME + whole("C"), head=bomb))
    own = "<!DOCTYPE score-partwise [<!ELEMENT note (#PCDATA)>]>"
    assert "document type of its own" in refusal(score(TIME + whole("C"), head=own))
    outside = '<!DOCTYPE score-partwise [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    assert "line 2" in refusal(score(TIME + whole("C"), head=outside))


def test_deep_nesting_is_refused() -> None:
    assert "256 deep" in refusal(b"<score-partwise>" + b"<a>" * 300 + b"</a>" * 300 + b"</score-partwise>")


def test_a_broken_file_is_refused_with_its_line() -> None:
    data = score(TIME + whole("C"))
    assert "line 3" in refusal(data[:-20])
    assert "line 1" in refusal(b"MThd not xml")
    assert "not a MusicXML score" in refusal(b"<html><body/></html>")
    assert "no notes" in refusal(score(TIME))
    assert "encoding" in refusal(b'<?xml version="1.0" encoding="x-none"?><score-partwise/>')


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def container(name: str) -> bytes:
    return f'<container><rootfiles><rootfile full-path="{name}"/></rootfiles></container>'.encode()


def test_packed_scores_open_whatever_their_container_says(tmp_path: Path) -> None:
    data = score(TIME + whole("C"))
    other = score(TIME + whole("G"))
    named = packed(tmp_path / "a.mxl", {"META-INF/container.xml": container("two.xml"), "one.xml": data, "two.xml": other})
    assert heard(musicxml.read(named).song) == [(0, 4, 67)]
    broken = packed(tmp_path / "b.mxl", {"META-INF/container.xml": b"<container full-path='it's'/>", "one.xml": data})
    assert heard(musicxml.read(broken).song) == [(0, 4, 60)]


def test_hostile_archives_are_refused(tmp_path: Path) -> None:
    outside = packed(tmp_path / "a.mxl", {"../evil.xml": b"<x/>"})
    with pytest.raises(UnreadableFile, match="points outside"):
        musicxml.read(outside)
    bomb = packed(tmp_path / "b.mxl", {"one.xml": b" " * (65 * 1024 * 1024)})
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        musicxml.read(bomb)
    empty = packed(tmp_path / "c.mxl", {"readme.txt": b"nothing"})
    with pytest.raises(UnreadableFile, match="without a score"):
        musicxml.read(empty)
    cut = tmp_path / "d.mxl"
    cut.write_bytes(outside.read_bytes()[:30])
    with pytest.raises(UnreadableFile, match="not a whole zip"):
        musicxml.read(cut)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_only_our_errors_come_out_of_damaged_scores(place: int, noise: bytes) -> None:
    data = bytearray(score(TIME + note("C", 4) * 4, repeat("forward") + whole("D") + repeat("backward")))
    at = place % len(data)
    data[at : at + len(noise)] = noise
    with suppress(RicercarError):
        assert song_of_score(bytes(data), "odd.xml").song.note_count


def test_a_flood_of_elements_is_refused_before_it_fills_the_memory() -> None:
    assert "elements in one place" in refusal(b"<score-partwise>" + b"<a/>" * 400_000 + b"</score-partwise>")


def test_a_score_by_time_reads_like_one_by_part() -> None:
    bars = "".join(f'<measure><part id="P1">{inside}</part></measure>' for inside in (TIME + whole("C"), whole("D")))
    parts = '<part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>'
    text = f"<score-timewise>{parts}{bars}</score-timewise>"
    assert heard(song_of_score(text.encode(), "time.xml").song) == [(0, 4, 60), (4, 4, 62)]
