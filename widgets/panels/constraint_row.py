"""ConstraintRow: what the written tracks keep to, as chips that are changed, added and taken away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from studio.edits.constraints import constrain
from studio.generation import demands
from studio.generation.constraint_words import Demand, demands_of
from studio.session import Session
from studio.song.constraint import Constraint
from widgets.constraint_editor import ConstraintEditor
from widgets.controls.chips import Chip, ChipRow
from widgets.controls.removable_chip import RemovableChip
from widgets.theme import STEP_PX


class ConstraintRow(QWidget):
    """Chips of the tracks that are written; `reason` says why they cannot be kept to, empty when they can."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.editor = ConstraintEditor(session, self)
        self.reason = ""
        self._track_ids: tuple[int, ...] = ()
        self._shown: object = None
        self.row = ChipRow(self.tr("Takes keep to"))
        self.add = Chip("+")
        self.warning = QLabel()
        self.warning.setProperty("role", "warn")
        self.warning.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(STEP_PX)
        rows.addWidget(self.row)
        rows.addWidget(self.warning)

    def show_for(self, track_ids: tuple[int, ...]) -> None:
        """Show what these tracks keep to."""
        song = self.session.song
        found = tuple(song.constraint(track_id) for track_id in track_ids if song.has_track(track_id))
        key = (found, tuple((track.id, track.name, track.colour) for track in song.tracks if track.id in track_ids))
        if key == self._shown:
            return
        self._shown = key
        self._track_ids = tuple(constraint.track_id for constraint in found)
        self.reason = next((why for why in (demands.reason(each, song) for each in found if not each.is_free) if why), "")
        self._fill(found)
        self.setVisible(bool(found))

    def contradiction(self, sentence: str) -> None:
        """Say beside the chips why they cannot be kept to."""
        self.warning.setText(sentence)
        self.warning.setVisible(bool(sentence))

    def edit(self, track_id: int) -> None:
        """Open the sheet for a track."""
        self.editor.open_at(track_id, self)

    def _fill(self, found: tuple[Constraint, ...]) -> None:
        chips: list[QWidget] = [_label(self.tr("keep to:"))]
        for constraint in found:
            chips += [self._chip(constraint, demand, len(found) > 1) for demand in demands_of(constraint, self.session.song)]
        add = Chip("+", menu_mark=len(found) > 1)
        add.setAccessibleName(self.tr("Add a constraint"))
        add.setToolTip(self.tr("Demand something of what is written: a range, a density, a rhythm that is kept …"))
        add.clicked.connect(self._add)
        self.add = add
        self.row.refill([*chips, add])

    def _chip(self, constraint: Constraint, demand: Demand, has_colour: bool) -> RemovableChip:
        song = self.session.song
        track = song.track(constraint.track_id)
        chip = RemovableChip(demand.words, track_colour=track.colour if has_colour else None)
        chip.setObjectName(f"{constraint.track_id} {demand.kind}")
        chip.is_refused = bool(demands.reason(constraint, song)) and not demands.reason(demand.rest, song)
        chip.setAccessibleName(self.tr("{track} keeps to: {demand}").format(track=track.name, demand=demand.told))
        chip.setToolTip(self.tr("{demand}. Delete takes it away.").format(demand=demand.told))
        chip.clicked.connect(lambda: self.edit(constraint.track_id))
        chip.removed.connect(lambda: self._remove(constraint, demand))
        return chip

    def _remove(self, constraint: Constraint, demand: Demand) -> None:
        chips = self.row.chips()
        at = next((index for index, chip in enumerate(chips) if chip.hasFocus()), None)
        name = self.session.song.track(constraint.track_id).name
        label = self.tr("Free {track} of «{demand}»").format(track=name, demand=demand.words)
        self.session.do(constrain(demand.rest, label))
        if at is not None and self.row.chips():
            left = self.row.chips()
            left[min(at, len(left) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self) -> None:
        if len(self._track_ids) == 1:
            self.edit(self._track_ids[0])
            return
        menu = QMenu(self)
        for track_id in self._track_ids:
            menu.addAction(self.session.song.track(track_id).name).setData(track_id)
        chosen = menu.exec(self.add.mapToGlobal(QPoint(0, self.add.height() + 2)))
        if chosen is not None:
            self.edit(int(chosen.data()))
        menu.deleteLater()


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "label")
    return label
