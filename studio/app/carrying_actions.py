"""Rows of the action table by which music leaves the window as files, and who in the window hands it over."""

from __future__ import annotations

from pathlib import Path

from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.app.revealing import reveal
from studio.app.sectioning import needed
from studio.words import tr
from widgets.drag_out import SELECTION, Carried

Entry = AnyEntry[Desk]


def copy_section(desk: Desk) -> None:
    """The section at the edit cursor."""
    section = needed(desk)
    if section is not None:
        desk.carrying.copy(Carried("section", section))


def copy_take(desk: Desk) -> None:
    """The take that is shown."""
    desk.window.takes.acts.on_shown(lambda index: desk.carrying.copy(Carried("take", index)))


def show_last(desk: Desk) -> None:
    """The file that was dragged, copied or exported last, in its folder."""
    last = desk.carrying.last
    if last is None or not last.exists():
        desk.session.say(tr("No file has left the window yet."), is_error=True)
    else:
        reveal(last)


def went_out(desk: Desk, words: str, path: Path) -> None:
    """Say so; one click shows the file, for programs that nothing can be dropped into (EX-37)."""
    desk.carrying.last = path
    desk.window.status.say(words, False, (tr("Show in folder"), lambda: reveal(path)))
    desk.actions.refresh()


COPYING = (
    Entry("copy midi", "Copy as MIDI file", "Edit", lambda d: d.carrying.copy(SELECTION), ("Ctrl+Shift+C",),
          tip="The selected notes, else the selected bars, else the track, to paste in a folder or another program"),
)  # fmt: skip

COPYING_TRACK = (
    Entry("copy track midi", "Copy track as MIDI file", "Track", lambda d: d.window.tracks.copy_as_file(),
          tip="To paste in a folder or another program; by hand: drag the track sideways out of the list"),
)  # fmt: skip

COPYING_SECTION = (
    Entry("copy section midi", "Copy section as MIDI file", "Edit/Sections", copy_section,
          tip="To paste in a folder or another program; by hand: drag the section out of the arrangement"),
)  # fmt: skip

COPYING_TAKE = (
    Entry("copy take midi", "Copy the take as MIDI file", "Generate/Takes", copy_take,
          enabled=lambda d: d.session.tray.active_take is not None,
          tip="To paste in a folder or another program; by hand: drag its card out of the window"),
)  # fmt: skip

SHOWING_LAST = (
    Entry("show last file", "Show the last file in its folder", "File", show_last,
          enabled=lambda d: d.carrying.last is not None,
          tip="The file that was dragged, copied or exported last"),
)  # fmt: skip


def wire(desk: Desk) -> None:
    """Panels hand over what a person pulls out of them."""
    window = desk.window
    desk.carrying.gone_out.listen(lambda words, path: went_out(desk, words, path))
    window.roll.going_out = window.tracks.going_out = window.takes.going_out = window.arrange.going_out = desk.carrying
