"""Sections and markers: named, coloured stretches of the song, and single places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from studio.edits.bars import move_time
from studio.edits.history import Edit, GestureId
from studio.errors import UnsupportedRequest
from studio.song.song import TRACK_COLOURS, Song
from studio.song.timeline import Marker, Section
from studio.words import tr

NAME_LENGTH = 127


def add_section(tick: int, name: str = "", colour: int | None = None) -> Edit:
    """From the bar line at or before a tick on a new section; without a name the first letter that is free."""

    def apply(song: Song) -> Song:
        timeline = song.timeline
        line = timeline.bar_start(timeline.bar_of(max(0, tick)))
        there = [marker for marker in timeline.markers if marker.is_section]
        if any(marker.tick == line for marker in there):
            raise UnsupportedRequest(
                tr("A section begins at bar {bar} already.", bar=timeline.bar_of(line)), tr("Rename it, or choose another bar.")
            )
        chosen = _least_used(there) if colour is None else colour % TRACK_COLOURS
        return _with(song, (*timeline.markers, Marker(line, _cleaned(name) or _free_letter(there), True, chosen)))

    return Edit(tr("Add section"), apply)


def add_marker(tick: int, name: str) -> Edit:
    cleaned = _needed(name)
    return Edit(tr("Add marker"), lambda song: _with(song, (*song.timeline.markers, Marker(max(0, tick), cleaned))))


def rename(marker: Marker, name: str) -> Edit:
    cleaned = _needed(name)
    return _changed(
        tr("Rename {marker} to {cleaned}", marker=marker.text, cleaned=cleaned),
        marker,
        lambda found: [found._replace(text=cleaned)],
    )


def recolour(marker: Marker, colour: int) -> Edit:
    return _changed(
        tr("Colour {marker}", marker=marker.text), marker, lambda found: [found._replace(colour=colour % TRACK_COLOURS)]
    )


def remove(marker: Marker) -> Edit:
    """The name goes, the music stays."""
    return _changed(tr("Remove the name {marker}", marker=marker.text), marker, lambda _: [])


def move_start(marker: Marker, to_tick: int, gesture: GestureId | None = None) -> Edit:
    """Let a section or marker begin elsewhere; a section not before the one ahead of it, nor behind the next."""

    def apply(song: Song) -> Song:
        at = max(0, to_tick)
        if marker.is_section:
            others = [mark.tick for mark in song.timeline.markers if mark.is_section and mark != marker]
            low = max((tick for tick in others if tick < marker.tick), default=-1)
            high = min((tick for tick in others if tick > marker.tick), default=None)
            if at <= low or (high is not None and at >= high):
                raise UnsupportedRequest(tr("A section cannot begin beyond its neighbours."), tr("Move it less far."))
        return _replaced(song, marker, [marker._replace(tick=at)])

    return Edit(tr("Move {marker}", marker=marker.text), apply, gesture)


def move_section(section: Section, to_tick: int, *, copies: bool = False) -> Edit:
    """Move (or copy) a section with all its bars to another place in the song."""
    name = section.marker.text
    label = tr("Copy section {marker}", marker=name) if copies else tr("Move section {marker}", marker=name)
    return move_time(section.span, to_tick, copies=copies, label=label)


def _needed(name: str) -> str:
    cleaned = _cleaned(name)
    if not cleaned:
        raise UnsupportedRequest(tr("A section or marker needs a name."), tr("Type at least one letter."))
    return cleaned


def _cleaned(name: str) -> str:
    return "".join(sign for sign in name if sign.isprintable()).strip()[:NAME_LENGTH]


def _least_used(there: Iterable[Marker]) -> int:
    used = [marker.colour for marker in there]
    return min(range(TRACK_COLOURS), key=lambda colour: (used.count(colour), colour))


def _free_letter(there: Iterable[Marker]) -> str:
    used = {marker.text for marker in there}
    return next((letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in used), tr("Section"))


def _with(song: Song, markers: Iterable[Marker]) -> Song:
    ordered = tuple(sorted(markers, key=lambda marker: marker.tick))
    return replace(song, timeline=replace(song.timeline, markers=ordered))


def _replaced(song: Song, marker: Marker, by: list[Marker]) -> Song:
    markers = list(song.timeline.markers)
    if marker not in markers:
        return song
    at = markers.index(marker)
    return _with(song, [*markers[:at], *by, *markers[at + 1 :]])


def _changed(label: str, marker: Marker, change: Callable[[Marker], list[Marker]]) -> Edit:
    return Edit(label, lambda song: _replaced(song, marker, change(marker)))
