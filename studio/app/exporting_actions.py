"""Rows of the action table by which music is exported, and what the rest of the window hears of it."""

from __future__ import annotations

import threading

from studio.app import outlets, parts
from studio.app.actions import Entry as AnyEntry
from studio.app.carrying_actions import went_out
from studio.app.desk import Desk
from studio.app.export_window import Wanted
from studio.words import mark

Entry = AnyEntry[Desk]
READY_MS = 3000
MENU = f"File/{mark('Export as')}"


def export(desk: Desk, way: str = "", kind: str = "", *, is_separate: bool | None = None) -> None:
    """The export window, with this format and this kind of part, else those of last time."""
    desk.exporting.open(desk.window, Wanted(way, kind, is_separate=is_separate))


def export_track(desk: Desk) -> None:
    """With the track in front alone, as sound."""
    desk.exporting.open_for_track(desk.window, outlets.WAV)


EXPORTING = (
    Entry("export", mark("Export..."), "File", export, ("Ctrl+Shift+E",), starts_group=True,
          tip=mark("The song or a part of it for other programs: MIDI, score, sound, picture")),
    Entry("export again", mark("Export again"), "File", lambda d: d.exporting.again(), ("Ctrl+Alt+Shift+E",),
          tip=mark("What was exported last, as it is now, to the same place"), enabled=lambda d: d.exporting.can_repeat),
    Entry("export midi", mark("Export MIDI..."), MENU, lambda d: export(d, outlets.MIDI),
          tip=mark("Write a standard MIDI file")),
    Entry("export score", mark("Export score (MusicXML)..."), MENU, lambda d: export(d, outlets.SCORE),
          tip=mark("A draft score for notation programs")),
    Entry("export dawproject", mark("Export DAWproject..."), MENU, lambda d: export(d, outlets.DAWPROJECT),
          tip=mark("Tracks, mixer and tempo for other workstations")),
    Entry("export arrays", mark("Export piano-roll arrays..."), MENU, lambda d: export(d, outlets.ARRAYS),
          tip=mark("For Python, as pypianoroll reads them")),
    Entry("export wav", mark("Export WAV..."), MENU, lambda d: export(d, outlets.WAV), ("Ctrl+Alt+E",),
          tip=mark("Write the mix as sound"), starts_group=True),
    Entry("export flac", mark("Export FLAC..."), MENU, lambda d: export(d, outlets.FLAC),
          tip=mark("Write the mix as sound, packed without loss")),
    Entry("export stem", mark("Export this track as WAV..."), MENU, export_track,
          tip=mark("The track in front by itself, through its fader and pan")),
    Entry("export stems", mark("Export stems..."), MENU, lambda d: export(d, outlets.WAV, is_separate=True),
          tip=mark("A sound file for each track; together they are the mix")),
    Entry("export picture", mark("Export picture of the roll..."), MENU, lambda d: export(d, outlets.PICTURE),
          tip=mark("PNG, SVG or PDF"), starts_group=True),
    Entry("export selection", mark("Export the selection..."), MENU, lambda d: export(d, kind=parts.SELECTION),
          tip=mark("The selected notes, else the selected bars"),
          enabled=lambda d: bool(d.session.selection.note_ids) or d.session.selection.bars is not None),
)  # fmt: skip


def make_ready() -> None:
    """Load what writes the formats in a thread of its own, so that the export window is there at once when it is wanted."""
    threading.Thread(target=outlets.outlets, name="formats", daemon=True).start()


def wire(desk: Desk) -> None:
    desk.exporting.sent.listen(lambda words, path: went_out(desk, words, path))
