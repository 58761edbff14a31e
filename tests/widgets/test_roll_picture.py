"""Pictures of the roll: what is written is seen, once and at its place; from any thread, the same bytes each time."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.errors import UnsupportedRequest, UnwritableFile
from studio.jobs.progress import Cancelled, Progress
from studio.song.notes import Notes, rows_from_columns
from studio.song.song import Instrument, Song, Track
from studio.song.ticks import Span
from studio.song.timeline import Marker, MeterChange, Timeline
from tests.midi_songs import line, reference_songs
from widgets import theme as themes
from widgets.piano_roll.picture import write_picture
from widgets.piano_roll.picture_page import Layout, PictureLook

pytestmark = pytest.mark.usefixtures("qapp")
SVG = "{http://www.w3.org/2000/svg}"
BARE = {"has_title": False, "has_numbers": False, "has_keys": False}
BAR = 3840


def long_song(bars: int, a_bar: int = 8) -> Song:
    count = bars * a_bar
    rows = rows_from_columns(
        np.arange(count) * (BAR // a_bar), np.full(count, 400), 40 + np.arange(count) % 40, np.full(count, 90)
    )
    rows["id"] = np.arange(10, count + 10)
    return Song("Long", (Track(1, "Line", notes=Notes(rows)),), next_id=count + 10)


def shapes(path: Path, colour: str) -> int:
    """Filled shapes of a colour in an SVG."""
    root = ElementTree.parse(path).getroot()
    groups = [group for group in root.iter(f"{SVG}g") if group.get("fill") == colour]
    return sum(len(group.findall(SVG + kind)) for group in groups for kind in ("path", "rect", "polygon"))


def words(path: Path) -> list[str]:
    return [node.text or "" for node in ElementTree.parse(path).getroot().iter(f"{SVG}text")]


def test_ex_24_a_note_is_painted_in_its_colour_at_its_place_and_nowhere_else(tmp_path: Path) -> None:
    song = Song("One", (Track(1, "x", notes=line(1, (960, 960, 66, 127))),))
    write_picture(song, tmp_path / "a.png", {**BARE, "beat_px": 40, "row_px": 10, "sharpness": 1.0})
    image = QImage(str(tmp_path / "a.png"))
    assert image.width() == 24 + 4 * 40 + 24
    full = themes.LIGHT.track(0)
    found = {(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).name() == full.name()}
    assert {min(x for x, _ in found), max(x for x, _ in found)} <= {24 + 40, 24 + 41, 24 + 77, 24 + 78, 24 + 79}
    assert max(y for _, y in found) - min(y for _, y in found) in (7, 8, 9)


def test_ex_24_an_svg_holds_every_note_as_a_shape_and_words_as_words(tmp_path: Path) -> None:
    song = reference_songs()["band"]
    song = replace(song, tracks=tuple(replace(t, colour=n) for n, t in enumerate(song.tracks)))
    loud = replace(song, tracks=tuple(replace(t, notes=_all_loud(t.notes)) for t in song.tracks))
    write_picture(loud, tmp_path / "a.svg", {"has_names": True})
    for number, track in enumerate(loud.tracks):
        seen = shapes(tmp_path / "a.svg", themes.LIGHT.tracks[number].lower())
        assert seen == len(track.notes) + 1, track.name  # one in the legend
    said = words(tmp_path / "a.svg")
    assert {"Band", "Keys", "Bass", "Silent", "Kit", "1", "Kick", "Snare", "C4"} <= set(said)
    assert "<image" not in (tmp_path / "a.svg").read_text()


def _all_loud(notes: Notes) -> Notes:
    rows = notes.rows.copy()
    rows["velocity"] = 127
    return Notes(rows)


def test_bars_stand_in_rows_and_a_note_over_the_edge_is_in_both(tmp_path: Path) -> None:
    song = Song("Two", (Track(1, "x", notes=line(1, (BAR - 960, 1920, 60, 127))),))
    narrow = {**BARE, "beat_px": 50, "width_px": 260}
    write_picture(song, tmp_path / "a.svg", narrow)
    assert shapes(tmp_path / "a.svg", themes.LIGHT.tracks[0].lower()) == 2
    write_picture(song, tmp_path / "b.svg", {**narrow, "width_px": 0})
    assert shapes(tmp_path / "b.svg", themes.LIGHT.tracks[0].lower()) == 1


def test_sections_meters_and_bar_numbers_are_named(tmp_path: Path) -> None:
    timeline = Timeline(meters=(MeterChange(0, 4, 4), MeterChange(2 * BAR, 7, 8)), markers=(Marker(BAR, "Verse", True),))
    song = replace(long_song(4), timeline=timeline)
    write_picture(song, tmp_path / "a.svg", {"beat_px": 40})
    said = words(tmp_path / "a.svg")
    assert {"Verse", "1", "2", "3  7/8", "4"} <= set(said)
    write_picture(song, tmp_path / "b.svg", {"beat_px": 40, "has_numbers": False, "has_title": False})
    assert not {"Verse", "Long", "2"} & set(words(tmp_path / "b.svg"))


def test_only_the_bars_and_tracks_that_are_asked_for(tmp_path: Path) -> None:
    song = Song(
        "S", (Track(1, "a", notes=_all_loud(long_song(8).tracks[0].notes)), Track(2, "b", 1, notes=line(900, (0, 9, 60, 127))))
    )
    write_picture(song, tmp_path / "a.svg", BARE, span=Span(BAR + 5, 3 * BAR - 5), track_ids={1})
    assert shapes(tmp_path / "a.svg", themes.LIGHT.tracks[0].lower()) == 16
    assert shapes(tmp_path / "a.svg", themes.LIGHT.tracks[1].lower()) == 0


def test_hidden_tracks_stay_out_and_audio_tracks_are_told_of(tmp_path: Path) -> None:
    hidden = Track(2, "hidden", 1, notes=line(50, (0, 960, 60, 127)), is_hidden=True)
    song = Song("S", (Track(1, "a", notes=line(10, (0, 960, 60, 127))), hidden, Track(3, "Voice", is_audio=True)))
    assert write_picture(song, tmp_path / "a.svg", BARE) == ("Audio tracks are left out: Voice.",)
    assert shapes(tmp_path / "a.svg", themes.LIGHT.tracks[1].lower()) == 0


def test_a_pdf_has_pages_of_rows_and_no_time_of_its_own(tmp_path: Path) -> None:
    write_picture(long_song(200), tmp_path / "a.pdf", mark="Made with the help of a friend.")
    data = (tmp_path / "a.pdf").read_bytes()
    pages = re.findall(rb"/Type /Page\b", data)
    assert 5 <= len(pages) <= 20
    dates = re.findall(rb'\(D:([^)]*)\)|Date="([^"]*)"', data)
    assert dates
    assert all(set(one + other) <= set(b"1TZ:-+'.") for one, other in dates)
    assert b"Made with the help of a friend." in data.replace(b"\x00", b"")
    write_picture(long_song(200), tmp_path / "b.pdf", mark="Made with the help of a friend.")
    assert (tmp_path / "b.pdf").read_bytes() == data


@pytest.mark.parametrize("options", [{"paper": "A4"}, {"paper": "Letter", "is_upright": True}, {"row_px": 40}, {"beat_px": 400}])
def test_rows_of_bars_fit_their_pages(options: dict[str, object], tmp_path: Path) -> None:
    wide = replace(long_song(6), timeline=Timeline(meters=(MeterChange(0, 4, 4), MeterChange(BAR, 12, 4))))
    write_picture(wide, tmp_path / "a.pdf", options)
    look = PictureLook(1000, 100, float(str(options.get("row_px", 7))), themes.LIGHT, room_px=600)
    layout = Layout(wide, wide.tracks, Span(0, wide.timeline.bar_start(3)), look)
    assert all(len(rows) * (layout.row_of_bars_px + 20) - 20 + layout.header_px <= 601 for rows in layout.pages)
    assert [row.start_tick for row in layout.rows] == [0, BAR]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_worker_paints_the_same_bytes_as_the_window(suffix: str, tmp_path: Path) -> None:
    song = reference_songs()["ramp"]
    write_picture(song, tmp_path / f"a.{suffix}")
    worker = Thread(target=lambda: write_picture(song, tmp_path / f"b.{suffix}"))
    worker.start()
    worker.join()
    assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_without_a_window_or_a_screen(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from studio.song import Song, Track, Notes, Note\n"
        "from widgets.piano_roll.picture import write_picture\n"
        "write_picture(Song('x', (Track(1, 'x', notes=Notes.of([Note(0, 960, 60, 80, 1)])),)), Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.pdf")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_what_no_program_could_open_is_refused_in_a_sentence(tmp_path: Path) -> None:
    song = long_song(4000)
    with pytest.raises(UnsupportedRequest, match="too large for a PNG"):
        write_picture(song, tmp_path / "a.png")
    far = Song("Far", (Track(1, "x", notes=line(1, (50_000 * BAR, 960, 60, 80))),))
    with pytest.raises(UnsupportedRequest, match="too large for an SVG"):
        write_picture(far, tmp_path / "a.svg")
    with pytest.raises(UnsupportedRequest, match="pages"):
        write_picture(song, tmp_path / "a.pdf", {"beat_px": 400})
    with pytest.raises(UnwritableFile, match="no picture's"):
        write_picture(song, tmp_path / "a.gif")
    with pytest.raises(UnsupportedRequest, match="Colour by"):
        write_picture(song, tmp_path / "a.png", {"colouring": "taste"})
    assert not list(tmp_path.iterdir())


def test_names_that_xml_cannot_hold_do_no_harm(tmp_path: Path) -> None:
    tracks = (Track(1, "\uffffA", notes=line(1, (0, 960, 60, 80))), Track(2, "B", notes=line(9, (0, 960, 62, 80))))
    song = Song("\uffff", tracks, Timeline(markers=(Marker(0, "\ufffeIntro", True),)))
    write_picture(song, tmp_path / "a.svg")
    assert {"A", "B", "Intro"} <= set(words(tmp_path / "a.svg"))


def test_a_cancelled_picture_leaves_nothing(tmp_path: Path) -> None:
    progress = Progress(on_report=lambda done, total, note: progress.cancel())
    with pytest.raises(Cancelled):
        write_picture(long_song(200), tmp_path / "a.pdf", progress=progress)
    assert not list(tmp_path.iterdir())


def test_an_empty_song_and_every_look_have_a_picture(tmp_path: Path) -> None:
    kit = Track(2, "Kit", instrument=Instrument(is_drum=True), notes=line(70, (0, 1, 36, 100), (480, 1, 99, 100)))
    for name, song in {"empty": Song("Nothing"), "kit": Song("Kit", (kit,))}.items():
        for colouring in ("track", "loudness", "pitch", "origin"):
            for theme in themes.THEMES:
                path = tmp_path / f"{name}-{colouring}-{theme}.png"
                write_picture(song, path, {"colouring": colouring, "theme": theme})
                assert not QImage(str(path)).isNull()
    assert QApplication.instance() is not None
