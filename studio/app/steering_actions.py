"""Rows of the action table about steering models: what takes keep to, sweeps, and the counts of takes."""

from __future__ import annotations

from studio.app.actions import Entry as AnyEntry
from studio.app.counting import Counting
from studio.app.desk import Desk
from studio.generation.tally import FILE_NAME, Tally
from studio.paths import state_folder

Entry = AnyEntry[Desk]


def _is_constrained(desk: Desk) -> bool:
    return not desk.session.song.constraint(desk.session.selection.track_id).is_free


def _has_track(desk: Desk) -> bool:
    song, track_id = desk.session.song, desk.session.selection.track_id
    return song.has_track(track_id) and not song.track(track_id).is_audio


def _open_sweep(desk: Desk) -> None:
    if not desk.window.is_shown("Generate"):
        desk.window.toggle_part("Generate")
    desk.window.generate.open_sweep()


STEERING = (
    Entry("constrain", "What takes keep to...", "Generate", lambda d: d.window.tracks.edit_constraints(), ("Ctrl+Alt+K",),
          enabled=_has_track, starts_group=True,
          tip="Range, density, voices, note lengths, rhythm or pitches kept, chords followed: of the track in front"),
    Entry("free track", "Free the track of what takes keep to", "Generate", lambda d: d.window.tracks.free(),
          enabled=_is_constrained),
    Entry("sweep", "Sweep...", "Generate", _open_sweep, ("Ctrl+Alt+G",),
          tip="Try one request at several values of one or two settings, as a grid of takes"),
    Entry("clear counts", "Clear the counts of takes", "Generate", lambda d: d.window.generate.clear_counts(),
          tip="Forget how many takes of each model were kept, starred and heard on this machine"),
)  # fmt: skip


def wire(desk: Desk) -> None:
    """Takes are counted, and the model list shows how many."""
    tally = Tally(state_folder() / FILE_NAME)
    Counting(desk.session, tally, desk.window)
    desk.last_acts.append(tally.save)
    desk.window.generate.offer_tally(tally)
