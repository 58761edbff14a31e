"""Keeping: snapshots, and the places that bars of the song came from."""

from __future__ import annotations

from studio.explore import committing
from studio.explore.ground import Ground
from studio.explore.pad import Pad, Snapshot
from studio.explore.palette import LONGEST_NAME
from studio.words import tr

MOST_SNAPSHOTS = 200


class Keeping(Ground):
    """Pads as they were, kept with the project."""

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        return self._shelves.shelf.snapshots

    @property
    def paths(self) -> tuple[Pad, ...]:
        """The pads of paths that were committed, for `open_path`."""
        return tuple(pad for pad in self._shelves.shelf.kept if pad.path)

    def take_snapshot(self, name: str) -> None:
        """Remember pad and pointer under a name."""
        if len(self.snapshots) >= MOST_SNAPSHOTS:
            self.session.say(tr("There are {most} snapshots. Remove one first.", most=MOST_SNAPSHOTS), is_error=True)
            return
        made = Snapshot(
            name.strip()[:LONGEST_NAME] or tr("Snapshot {count}", count=len(self.snapshots) + 1), self.pad, self.x, self.y
        )
        self._shelves.change(snapshots=(*self.snapshots, made))
        self.pad_changed.emit()

    def remove_snapshot(self, index: int) -> None:
        if 0 <= index < len(self.snapshots):
            self._shelves.change(snapshots=(*self.snapshots[:index], *self.snapshots[index + 1 :]))
            self.pad_changed.emit()

    def restore(self, index: int) -> None:
        """Pad and pointer as they were in a snapshot."""
        if 0 <= index < len(self.snapshots):
            snapshot = self.snapshots[index]
            self._change(snapshot.pad)
            self._point(snapshot.x, snapshot.y)

    def origin_place(self, origin_id: int) -> tuple[int, float, float] | None:
        """Pad and place on it that bars of the song came from; None for bars from elsewhere."""
        origin = self.session.song.origin(origin_id)
        return None if origin is None else committing.place_of(origin)

    def open_place(self, origin_id: int) -> bool:
        """The pad as it was when these bars were committed, the pointer where they come from."""
        found = self.origin_place(origin_id)
        if found is None:
            self.session.say(tr("These bars do not come from a pad."), is_error=True)
            return False
        if found[0] != self.pad.id and not self.open_path(found[0]):
            return False
        self._change(self._shelves.shelf.kept_pad(found[0]) or self.pad)
        self._point(found[1], found[2])
        return True

    def open_path(self, pad_id: int) -> bool:
        """Take up a path that was committed, with its pad as it was then."""
        pad = self._shelves.shelf.kept_pad(pad_id)
        if pad is None:
            self.session.say(tr("The pad of this path is not kept in this project any more."), is_error=True)
            return False
        self._change(pad)
        return True
