"""Orders: a part of a song that goes out by an outlet, and how that is carried out, in a job of the window or in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.app.outlets import BITS, DAWPROJECT, MIDI, PICTURE, Outlet
from studio.app.sound_order import Bounce
from studio.errors import UnsupportedRequest
from studio.files import outgoing
from studio.files.made_with import About, mark_text
from studio.files.midi.plan import plan_of
from studio.files.midi.texts import file_name
from studio.files.outgoing import Sent
from studio.files.part import Part, bars_of, part_of
from studio.files.sound_file import INTEGER_24
from studio.files.together import together
from studio.jobs.progress import Portion, Progress
from studio.knobs import KnobValue
from studio.song.song import Song
from studio.words import tr


@dataclass(frozen=True, slots=True)
class Order:
    """What goes out, and how. `path` is a folder when every track goes out by itself."""

    outlet: Outlet
    song: Song
    part: Part
    path: Path
    options: Mapping[str, KnobValue] = field(default_factory=dict)
    is_separate: bool = False
    is_marked: bool = True
    suffix: str = ""
    """Of the files in the folder; empty: the outlet's first."""


@dataclass(frozen=True, slots=True)
class Means:
    """What carrying out an order needs besides: who renders, with which sounds, and what is known of models."""

    render: Callable[[Bounce, Progress], str]
    soundfont: Path | None = None
    sounds: Mapping[str, Path] = field(default_factory=dict)
    about: Mapping[str, About] = field(default_factory=dict)


def is_short_of_channels(song: Song, options: Mapping[str, object]) -> bool:
    """Whether its tracks need more channels than one MIDI port has (EX-05)."""
    return plan_of(song.ungrouped(), {**options, "ports": True}).has_ports


def obstacle(song: Song, order: Order) -> str:
    """Why these notes cannot go out so, in a sentence; empty when they can."""
    holds_sound = order.outlet.is_sound or (order.outlet.id == DAWPROJECT and order.part.span is None)
    has_sound = holds_sound and any(track.clips for track in song.tracks)
    if not song.note_count and not has_sound:
        return tr("There is nothing to export: no notes are chosen.")
    if not order.path.parent.is_dir():
        return tr("The folder «{folder}» is not there.", folder=order.path.parent)
    return ""


def standing(order: Order) -> tuple[Path, ...]:
    """What is there already and would be replaced."""
    if order.is_separate:
        is_used = order.path.is_dir() and any(order.path.iterdir())
        return (order.path,) if is_used or order.path.is_file() else ()
    return (order.path,) if order.path.exists() else ()


def carry_out(order: Order, means: Means, progress: Progress | None = None) -> Sent:
    """Write it. Whatever fails or is cancelled leaves nothing new and nothing half-written."""
    watched = progress or Progress()
    if order.outlet.id == PICTURE:
        return _painted(order, means, watched)
    if order.outlet.is_sound:
        return _rendered(order, means, watched)
    options = dict(order.options)
    if order.outlet.id == MIDI:
        options["bars"] = bars_of(order.song, order.part)
    song = part_of(order.song, order.part)
    _refuse(song, order)
    if not order.is_separate:
        return outgoing.send(
            song, order.path, options, watched, is_marked=order.is_marked, about=means.about, sounds=means.sounds
        )
    with together(order.path) as folder:
        if order.outlet.id == MIDI:
            sent = outgoing.send_separately(song, folder, options, watched, is_marked=order.is_marked, about=means.about)
        else:
            sent = _separately(song, folder, order, means, watched)
        watched.stop_if_cancelled()
    return Sent(tuple(order.path / path.name for path in sent.paths), sent.remarks)


def _separately(song: Song, folder: Path, order: Order, means: Means, progress: Progress) -> Sent:
    tracks = [track for track in song.tracks if not track.is_audio and len(track.notes) and not song.strip_of(track).is_muted]
    sent = []
    for number, track in enumerate(tracks, 1):
        name = f"{number:02d} - {file_name(track.name)}{order.suffix or order.outlet.suffixes[0]}"
        alone = replace(song.ungrouped(), tracks=(track,))
        portion = Portion(progress, number - 1, len(tracks), name)
        sent.append(outgoing.send(alone, folder / name, order.options, portion, is_marked=order.is_marked, about=means.about))
    return Sent(tuple(path for one in sent for path in one.paths), tuple(dict.fromkeys(r for one in sent for r in one.remarks)))


def _rendered(order: Order, means: Means, progress: Progress) -> Sent:
    song = _sounding(order)
    options = order.options
    bounce = Bounce(
        song,
        order.path,
        int(str(options.get("rate", "48000"))),
        BITS[str(options.get("samples", INTEGER_24))],
        means.soundfont,
        means.sounds,
        span=order.part.span,
        is_stems=order.is_separate,
        suffix=order.suffix or order.outlet.suffixes[0],
        is_marked=order.is_marked,
        about=means.about,
    )
    said = means.render(bounce, progress)
    return Sent((order.path,), (said,) if said else ())


def _sounding(order: Order) -> Song:
    """The chosen tracks with all that sounds in them; who renders cuts the stretch. One alone is heard, muted or not."""
    whole = order.song
    song = part_of(whole, Part(track_ids=order.part.track_ids, note_ids=order.part.note_ids))
    _refuse(part_of(whole, order.part) if not any(track.clips for track in song.tracks) else song, order)
    if len(song.tracks) != 1 or len(whole.tracks) == 1:
        return song
    (track,) = song.tracks
    strip = replace(song.strip_of(track), is_muted=False, is_solo=False)
    master = replace(song.master, gain_db=0.0, pan=0.0, is_muted=False)
    alone = replace(track, strip=strip, group=0)
    return replace(song, tracks=(alone,), groups=(), constraints=(), master=master, is_limited=False)


def _painted(order: Order, means: Means, progress: Progress) -> Sent:
    from widgets.piano_roll.picture import write_picture

    part = order.part
    song = part_of(order.song, Part(track_ids=part.track_ids, note_ids=part.note_ids))
    words = mark_text(song, means.about) if order.is_marked else ""
    remarks = write_picture(song, order.path, order.options, progress, span=part.span, track_ids=part.track_ids, mark=words)
    return Sent((order.path,), tuple(remarks))


def _refuse(song: Song, order: Order) -> None:
    reason = obstacle(song, order)
    if reason:
        raise UnsupportedRequest(reason, tr("Choose another part, or another folder."))
