"""The menu of a section: name, colour, place, copies, removal; beside sections, a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QMenu, QWidget

from studio.edits import bars, sections
from studio.edits.history import Edit
from studio.session import Session
from studio.song.song import TRACK_COLOURS
from studio.song.timeline import Section
from studio.words import tr
from widgets import theme
from widgets.swatches import COLOUR_NAMES, swatch


class SectionOwner(Protocol):
    """What the menu calls: the arrangement."""

    session: Session

    def add_section(self, tick: int) -> None: ...
    def rename_at(self, tick: int) -> None: ...
    def copy_section(self, section: Section) -> None: ...


def section_menu(owner: SectionOwner, section: Section | None, tick: int) -> QMenu:
    """It deletes itself when it hides."""
    menu = QMenu(owner if isinstance(owner, QWidget) else None)
    menu.aboutToHide.connect(menu.deleteLater)
    if section is None:
        _add(menu, tr("Add section here"), lambda: owner.add_section(tick))
    else:
        _of_section(menu, owner, section, tick)
    return menu


def _of_section(menu: QMenu, owner: SectionOwner, section: Section, tick: int) -> None:
    session, marker, span = owner.session, section.marker, section.span

    def do(edit: Edit) -> Callable[[], object]:
        return lambda: session.do(edit)

    _add(menu, tr("Rename..."), lambda: owner.rename_at(span.start_tick))
    colours = menu.addMenu(tr("Colour"))
    for colour in range(TRACK_COLOURS):
        action = colours.addAction(swatch(theme.current().track(colour)), tr(COLOUR_NAMES[colour]))
        action.triggered.connect(lambda _checked=False, colour=colour: session.do(sections.recolour(marker, colour)))
    menu.addSeparator()
    _add(menu, tr("Select its bars"), lambda: session.select(bars=session.song.timeline.whole_bars(span)))
    _add(menu, tr("Loop it"), lambda: session.set_loop(span))
    _add(menu, tr("Copy as MIDI file"), lambda: owner.copy_section(section))
    menu.addSeparator()
    _add(
        menu,
        tr("Duplicate with its bars"),
        do(bars.move_time(span, span.end_tick, copies=True, label=tr("Duplicate {marker}", marker=marker.text))),
    )
    _add(menu, tr("Split here"), lambda: owner.add_section(tick))
    _add(menu, tr("Remove the name"), do(sections.remove(marker)))
    _add(menu, tr("Delete with its bars"), do(bars.delete_time(span)))


def _add(menu: QMenu, words: str, call: Callable[[], object]) -> None:
    menu.addAction(words).triggered.connect(lambda _checked=False: call())
