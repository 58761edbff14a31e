"""Points a hand has turned: laid on a track in place of what each controller had meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.edits.history import Edit
from studio.song.controls import DRAWN, Controls, Points, lane_of
from studio.song.song import Song, Track


def lay(track_id: int, points: Points, label: str = "") -> Edit:
    """As `with_points`, on the track of this id."""

    def apply(song: Song) -> Song:
        return song.with_track(with_points(song.track(track_id), points))

    return Edit(label, apply)


def with_points(track: Track, points: Points) -> Track:
    """The track with these points; of each controller among them, those it had between the first and the last are gone. Where
    the track is shut all stays as it is."""
    points = points[~track.shut(points["tick"])]
    if not len(points):
        return track
    kept = track.controls.drawn
    for kind, number in sorted({(int(point["kind"]), int(point["number"])) for point in points}):
        ticks = points["tick"][lane_of(points, kind, number)]
        mine: NDArray[np.bool_] = lane_of(kept, kind, number)
        inside = (kept["tick"] >= ticks.min()) & (kept["tick"] <= ticks.max()) & ~track.shut(kept["tick"])
        kept = kept[~(mine & inside)]
    fresh = np.zeros(len(points), DRAWN)
    for name in points.dtype.names or ():
        fresh[name] = points[name]
    return replace(track, controls=Controls(np.concatenate((kept, fresh)), track.controls.foreign))
