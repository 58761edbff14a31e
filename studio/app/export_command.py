"""`ricercar export`: a song, or bars, a section or tracks of it, in every format that can be written."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping

from studio.app.commands import check_target, library, progress_bar
from studio.app.known_models import known_models
from studio.app.orders import Means, Order, carry_out
from studio.app.outlets import MIDI, Outlet, outlet_for
from studio.app.render_command import playable, stretch
from studio.app.sound_order import Bounce
from studio.errors import UnsupportedRequest
from studio.files.losses import losses
from studio.files.made_with import models_of
from studio.files.midi.plan import AS_READ, DAW, GM
from studio.files.part import Part, part_of
from studio.jobs.progress import Progress
from studio.knobs import KnobValue, filled
from studio.song.song import Song
from studio.words import tr

PRESETS = {"daw": DAW, "gm": GM, "as-read": AS_READ}


def export(arguments: Namespace) -> Mapping[str, object] | None:
    """Write the files; remarks go to stderr, with `--json` everything goes into the object."""
    way = outlet_for(arguments.output)
    is_separate = bool(arguments.each_track)
    if is_separate and not way.separates:
        raise UnsupportedRequest(
            tr("{format} does not go out as a file for each track.", format=way.name), tr("Use .mid, .musicxml, .wav or .flac.")
        )
    options = _options(way, arguments)
    target = arguments.output.with_suffix("") if is_separate else arguments.output
    check_target(target / "track" if target.is_dir() and is_separate else target)
    with playable(arguments.file) as (song, sounds):
        part = Part("", stretch(song, arguments), _tracks(song, arguments.tracks))
        order = Order(way, song, part, target, options, is_separate, not arguments.no_mark, arguments.output.suffix.lower())
        means = Means(_render, arguments.soundfont, sounds, known_models(library()))
        with progress_bar(tr("writing {target}", target=target.name)) as progress:
            sent = carry_out(order, means, progress)
        written = part_of(song, part)
    if arguments.json:
        return {
            "files": [str(path) for path in sent.paths],
            "notes": written.note_count,
            "tracks": [track.name for track in written.tracks],
            "bars": written.bar_count,
            "models": list(models_of(written)) if order.is_marked else [],
            "left_out": list(losses(written, order.suffix, options)),
            "remarks": list(sent.remarks),
        }
    for sentence in sent.remarks:
        print(tr("ricercar: {target}: {sentence}", target=target.name, sentence=sentence), file=sys.stderr)
    return None


def _options(way: Outlet, arguments: Namespace) -> dict[str, KnobValue]:
    """What was set, checked before anything is read; names and values that make no sense are refused in a sentence."""
    said: dict[str, object] = dict(arguments.settings)
    if arguments.preset is not None:
        if way.id != MIDI:
            raise UnsupportedRequest(tr("--preset is for MIDI files, not {format}.", format=way.name), tr("Leave it out."))
        said["preset"] = PRESETS[arguments.preset]
    return filled(way.knobs, said)


def _tracks(song: Song, text: str) -> frozenset[int] | None:
    """ "1,2" or names; None: all."""
    if not text:
        return None
    # Imported here: what generates is not needed for an export that names no tracks.
    from studio.app.generate_command import named_tracks

    return frozenset(named_tracks(song, text))


def _render(bounce: Bounce, progress: Progress) -> str:
    """In this process: the terminal has nothing else to do."""
    from studio.app.sound_export import carry_out as rendered

    return " ".join(rendered(bounce, progress))
