"""EX-26: exports say where models helped, in every format; the sidecar tells the origin of every note."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import VERSION
from studio.files.format import open_song
from studio.files.formats.midi import read
from studio.files.made_with import About, mark_text, models_of, sidecar_bytes
from studio.files.midi.writing import bytes_of
from studio.files.outgoing import Sent, send, send_separately, sidecar_path
from studio.song import AudioClip, Note, Notes, Origin, Song, Strip, Track
from studio.song.notes import MUTED

TEXT = b"\xff\x01"
ABOUT = {"drums-2bar": About("Trommeln, zwei Takte", (("Groove", "CC BY 4.0"),))}


def origin(number: int, model: str, **more: object) -> Origin:
    return replace(Origin(number, model, "ab" * 32, "continue", 7, 2, "{}", VERSION), **more)  # type: ignore[arg-type]


def song(**more: object) -> Song:
    lead = Track(1, "Lead", notes=Notes.of([Note(0, 480, 60, 90, 10), Note(960, 480, 64, 80, 11, origin=50)]))
    bass = Track(2, "Bass", notes=Notes.of([Note(0, 960, 40, 70, 12, origin=51), Note(960, 960, 43, 70, 13, origin=52)]))
    table = (origin(50, "mel-2bar"), origin(51, "drums-2bar"), origin(52, "drums-2bar", edited=True, parent=51))
    table = (*table, origin(53, "unused"), origin(54, "", capability="record"))
    return replace(Song("Abend", (lead, bass), origins=table, next_id=60), **more)  # type: ignore[arg-type]


def by_hand() -> Song:
    piece = song()
    rows = [track.notes.rows.copy() for track in piece.tracks]
    for each, played in zip(rows, (54, 0), strict=True):
        each["origin"] = played
    return replace(piece, tracks=tuple(replace(t, notes=Notes(r)) for t, r in zip(piece.tracks, rows, strict=True)))


def comment_of(path: Path) -> str:
    """What the file says about models, wherever its format keeps it."""
    if path.suffix == ".mid":
        found = read(path).song
        aside = [*found.foreign, *(event for track in found.tracks for event in track.controls.foreign)]
        return " ".join(event.data[3:].decode() for event in aside if event.data[:2] == TEXT)
    if path.suffix == ".dawproject":
        with zipfile.ZipFile(path) as archive:
            return ElementTree.fromstring(archive.read("metadata.xml")).findtext("Comment") or ""
    data = path.read_bytes()
    if path.suffix == ".mxl":
        with zipfile.ZipFile(path) as archive:
            data = archive.read("score.musicxml")
    fields = ElementTree.fromstring(data).findall("identification/miscellaneous/miscellaneous-field")
    return " ".join(field.text or "" for field in fields)


def test_ex_26_models_are_those_of_notes_that_are_there_in_the_order_of_their_takes() -> None:
    assert models_of(song()) == ("mel-2bar", "drums-2bar")
    assert mark_text(song(), ABOUT) == (
        "Parts of this music were made with the help of models: mel-2bar, drums-2bar (Trommeln, zwei Takte). "
        f"Written by Ricercar {VERSION}."
    )
    assert models_of(by_hand()) == ()
    assert mark_text(by_hand()) == ""


def test_ex_26_a_sound_that_a_model_made_counts_where_sounds_go_out(tmp_path: Path) -> None:
    clip = AudioClip(9, "ab", 0, 1.0, origin=50)
    piece = replace(by_hand(), tracks=(Track(3, "Made", is_audio=True, clips=(clip,)),))
    assert models_of(piece) == ("mel-2bar",)
    assert json.loads(sidecar_bytes(piece))["tracks"][0]["sounds"] == [{"start": 0, "seconds": 1.0, "origin": 50}]
    assert comment_of(send(piece, tmp_path / "a.dawproject").paths[0]) == mark_text(piece)
    assert comment_of(send(piece, tmp_path / "a.mid", {"muted": True}).paths[0]) == ""


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".dawproject"])
def test_ex_26_every_format_with_room_for_words_says_it(tmp_path: Path, suffix: str) -> None:
    sent = send(song(), tmp_path / f"Abend{suffix}", about=ABOUT)
    assert comment_of(sent.paths[0]) == mark_text(song(), ABOUT)
    assert sent.paths == (tmp_path / f"Abend{suffix}", tmp_path / f"Abend{suffix}.origins.json")
    assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in sent.paths)
    again = tmp_path / f"again{suffix}"
    send(song(), again, about=ABOUT)
    assert again.read_bytes() == sent.paths[0].read_bytes()


@pytest.mark.parametrize("suffix", [".mid", ".musicxml", ".mxl", ".dawproject", ".npz"])
def test_ex_26_music_made_by_hand_is_not_marked_and_switched_off_nothing_is(tmp_path: Path, suffix: str) -> None:
    plain, unmarked = tmp_path / f"plain{suffix}", tmp_path / f"unmarked{suffix}"
    assert send(by_hand(), plain).paths == (plain,)
    assert send(song(), unmarked, is_marked=False).paths == (unmarked,)
    assert plain.read_bytes() == unmarked.read_bytes()


def test_ex_26_arrays_have_no_room_for_words_and_it_is_said(tmp_path: Path) -> None:
    sent = send(song(), tmp_path / "Abend.npz")
    assert sent.remarks == ("«Abend.npz» cannot say that models helped to make it; «Abend.npz.origins.json» does.",)
    alone = send(song(), tmp_path / "alone.npz", sidecar=False)
    assert alone == Sent((tmp_path / "alone.npz",), ("«alone.npz» cannot say that models helped to make it.",))


def test_ex_26_a_project_holds_the_origins_itself(tmp_path: Path) -> None:
    sent = send(song(), tmp_path / "Abend.ricercar")
    assert sent == Sent((tmp_path / "Abend.ricercar",))
    assert models_of(open_song(sent.paths[0]).song) == models_of(song())


def test_ex_26_what_does_not_go_out_is_not_told_of(tmp_path: Path) -> None:
    piece = song()
    quiet = replace(piece, tracks=(piece.tracks[0], replace(piece.tracks[1], strip=Strip(is_muted=True))))
    assert comment_of(send(quiet, tmp_path / "a.mid").paths[0]) == mark_text(replace(piece, tracks=piece.tracks[:1]))
    assert "drums-2bar" in comment_of(send(quiet, tmp_path / "b.mid", {"muted": True}).paths[0])
    assert "drums-2bar" in comment_of(send(quiet, tmp_path / "c.dawproject").paths[0])
    rows = piece.tracks[0].notes.rows.copy()
    rows["flags"] = MUTED
    silent = replace(piece, tracks=(replace(piece.tracks[0], notes=Notes(rows)),))
    assert send(silent, tmp_path / "d.mid").paths == (tmp_path / "d.mid",)


def test_ex_26_the_sidecar_tells_each_note_once_with_its_take_and_the_file_it_is_about(tmp_path: Path) -> None:
    sent = send(song(), tmp_path / "Abend.mid", about=ABOUT)
    told = json.loads(sidecar_path(sent.paths[0]).read_bytes())
    assert (told["schema"], told["title"]) == (1, "Abend")
    assert told["files"] == [{"name": "Abend.mid", "sha256": hashlib.sha256(sent.paths[0].read_bytes()).hexdigest()}]
    takes = {each["id"]: each for each in told["origins"]}
    assert list(takes) == [50, 51, 52]
    assert takes[51] == {
        "id": 51, "model": "drums-2bar", "weights_sha256": "ab" * 32, "verb": "continue", "seed": 7, "take": 2,
        "version": VERSION, "edited_since": False, "title": "Trommeln, zwei Takte",
        "data": [{"name": "Groove", "licence": "CC BY 4.0"}],
    }  # fmt: skip
    assert takes[52]["edited_since"]
    assert told["columns"] == ["start", "length", "pitch", "velocity"]
    assert told["tracks"] == [
        {"name": "Lead", "notes": [{"origin": 0, "rows": [[0, 480, 60, 90]]}, {"origin": 50, "rows": [[960, 480, 64, 80]]}]},
        {"name": "Bass", "notes": [{"origin": 51, "rows": [[0, 960, 40, 70]]}, {"origin": 52, "rows": [[960, 960, 43, 70]]}]},
    ]


def test_ex_26_a_marked_midi_file_is_read_exactly_and_says_it_once_more_when_written_as_read(tmp_path: Path) -> None:
    for piece in (song(), replace(song(), tracks=song().tracks[:1])):
        opened = read(send(piece, tmp_path / "Abend.mid").paths[0])
        assert opened.report.is_exact
        assert bytes_of(opened.song, {"preset": "as read"}, mark_text(piece))[0].count(b"Parts of this music") == 1


@given(st.lists(st.text("aß夜 ", min_size=1, max_size=90), min_size=1, max_size=30))
def test_ex_26_long_marks_come_back_from_short_texts(names: list[str]) -> None:
    words = " ".join(" ".join(names).split()) or "a"
    data, _ = bytes_of(song(), {}, words)
    texts = data.split(TEXT)[1:]
    held = [text[1 : 1 + text[0]] for text in texts]
    assert all(text[0] <= 127 for text in texts)
    if all(len(word.encode()) <= 127 for word in words.split()):
        assert b" ".join(held).decode() == words


def test_ex_26_separate_files_name_their_own_models(tmp_path: Path) -> None:
    sent = send_separately(song(), tmp_path)
    assert [path.name for path in sent.paths] == [
        "01 - Lead.mid", "01 - Lead.mid.origins.json", "02 - Bass.mid", "02 - Bass.mid.origins.json",
    ]  # fmt: skip
    assert "drums-2bar" not in comment_of(sent.paths[0])
    assert "mel-2bar" not in comment_of(sent.paths[2])


def test_ex_26_a_sidecar_that_cannot_be_written_leaves_the_music_and_is_said(tmp_path: Path) -> None:
    target = tmp_path / "Abend.mid"
    sidecar_path(target).mkdir()
    sent = send(song(), target)
    assert sent.paths == (target,)
    assert sent.remarks[-1].startswith("«Abend.mid» is written, but not the origins of its notes. «Abend.mid.origins.json»")
    assert read(target).song.note_count == 4
