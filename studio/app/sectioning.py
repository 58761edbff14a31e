"""Sectioning: what commands do with sections."""

from __future__ import annotations

from studio.app.arranging import bars_meant
from studio.app.desk import Desk
from studio.edits import sections
from studio.song.ticks import Span
from studio.song.timeline import Section
from studio.words import tr


def section_here(desk: Desk) -> Section | None:
    """The section of the edit cursor, or of the selected bars."""
    tick = bars_meant(desk).start_tick
    found = desk.session.song.timeline.sections(desk.session.song.end_tick)
    return next((section for section in found if tick in section.span), None)


def add_section(desk: Desk) -> None:
    """At the selected bars, else at the bar of the edit cursor; its name is typed at once."""
    desk.window.arrange.add_section(bars_meant(desk).start_tick)


def rename_section(desk: Desk) -> None:
    section = needed(desk)
    if section is not None:
        desk.window.arrange.rename_at(section.span.start_tick)


def remove_section(desk: Desk) -> None:
    section = needed(desk)
    if section is not None:
        desk.session.do(sections.remove(section.marker))


def select_section(desk: Desk) -> None:
    section = needed(desk)
    if section is not None:
        desk.session.select(bars=desk.session.song.timeline.whole_bars(section.span))


def move_section(desk: Desk, by: int) -> None:
    """Before the section ahead of it, or behind the next one."""
    section = needed(desk)
    if section is None:
        return
    every = desk.session.song.timeline.sections(desk.session.song.end_tick)
    other = every.index(section) + by
    if not 0 <= other < len(every):
        desk.session.say(
            tr("{marker} is the first section.", marker=section.marker.text)
            if by < 0
            else tr("{marker} is the last section.", marker=section.marker.text)
        )
        return
    target = every[other].span.start_tick if by < 0 else every[other].span.end_tick
    if desk.session.do(sections.move_section(section, target)):
        at = target if by < 0 else target - section.span.length_ticks
        desk.session.select(bars=Span(at, at + section.span.length_ticks), cursor_tick=at)


def needed(desk: Desk) -> Section | None:
    """The same; where there is none that is said."""
    section = section_here(desk)
    if section is None:
        desk.session.say(tr("There is no section here. Add one first (Edit > Sections)."))
    return section
