"""Choosing an instrument: General MIDI sounds by family, search, drum kits; every choice is heard at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.edits import tracks
from studio.files.midi.general_midi import KITS, PROGRAMS
from studio.session import Session
from studio.song.song import Instrument
from widgets.previewing import Previewing

FAMILIES = (
    "Piano", "Chromatic percussion", "Organ", "Guitar", "Bass", "Strings", "Ensemble", "Brass",
    "Reed", "Pipe", "Synth lead", "Synth pad", "Synth effects", "World", "Percussive", "Sound effects",
)  # fmt: skip
PER_FAMILY = 8


class InstrumentDialog(QDialog):
    """The track plays the chosen sound while the dialog is open; Cancel brings the old one back. One undo step."""

    def __init__(self, session: Session, track_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._track_id = track_id
        self._before = session.song.track(track_id).instrument
        self._gesture = object()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Instrument of {session.song.track(track_id).name}")
        self.resize(560, 480)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search, such as piano or string")
        self.search.setClearButtonEnabled(True)
        self.is_drum = QCheckBox("Drum kit")
        self.families = QListWidget()
        self.sounds = QListWidget()
        self._lay_out()
        self.is_drum.setChecked(self._before.is_drum)
        self._fill_families()
        self._fill_sounds()
        self.search.textChanged.connect(self._fill_sounds)
        self.is_drum.toggled.connect(self._switch_drums)
        self.families.currentRowChanged.connect(self._fill_sounds)
        self.sounds.currentItemChanged.connect(self._hear)
        self.sounds.itemDoubleClicked.connect(self.accept)
        self.rejected.connect(self._take_back)
        for part in (self.search, self.families, self.sounds):
            part.installEventFilter(self)
        self.sounds.setFocus()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Letters typed in a list go on in the search; Down leads from the search to what it found."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is self.search:
            if event.key() == Qt.Key.Key_Down and self.sounds.count():
                self.sounds.setFocus()
                self.sounds.setCurrentRow(max(0, self.sounds.currentRow()))
                return True
        elif event.text().strip().isalnum() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.search.setFocus()
            self.search.insert(event.text())
            return True
        return False

    def accept(self) -> None:
        """Take the chosen sound; after a search without a choice, the first that was found."""
        if self.search.text().strip() and self.sounds.currentItem() is None and self.sounds.count():
            self.sounds.setCurrentRow(0)
        super().accept()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addSpacing(8)
        head.addWidget(self.is_drum)
        lists = QHBoxLayout()
        lists.setSpacing(8)
        self.families.setFixedWidth(200)
        lists.addWidget(self.families)
        lists.addWidget(self.sounds, 1)
        hint = QLabel("Arrow keys and clicks are heard at once.")
        hint.setProperty("role", "dim")
        cancel, use = QPushButton("Cancel"), QPushButton("Use")
        use.setProperty("role", "primary")
        use.setDefault(True)
        cancel.clicked.connect(self.reject)
        use.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(cancel)
        foot.addWidget(use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(lists, 1)
        column.addLayout(foot)

    def _fill_families(self) -> None:
        self.families.blockSignals(True)
        for family in FAMILIES:
            self.families.addItem(family)
        self.families.setCurrentRow(self._before.program // PER_FAMILY)
        self.families.blockSignals(False)

    def _fill_sounds(self) -> None:
        """The sounds of the family, or all that match the search; the present one is chosen without being heard."""
        wanted = self.search.text().strip().lower()
        drums = self.is_drum.isChecked()
        self.families.setVisible(not drums and not wanted)
        first = self.families.currentRow() * PER_FAMILY
        names: dict[int, str] = dict(KITS) if drums else dict(enumerate(PROGRAMS))
        if not drums and not wanted:
            names = {program: names[program] for program in range(first, first + PER_FAMILY)}
        present = self._session.song.track(self._track_id).instrument
        self.sounds.blockSignals(True)
        self.sounds.clear()
        for program, name in names.items():
            if wanted and wanted not in name.lower() and wanted not in FAMILIES[program // PER_FAMILY].lower():
                continue
            item = QListWidgetItem(f"{program + 1:3d}   {name}")
            item.setData(Qt.ItemDataRole.UserRole, program)
            self.sounds.addItem(item)
            if program == present.program and drums == present.is_drum:
                self.sounds.setCurrentItem(item)
        self.sounds.blockSignals(False)

    def _switch_drums(self, is_drum: bool) -> None:
        self._use(Instrument(0, 0, is_drum))
        self._fill_sounds()

    def _hear(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._use(Instrument(int(item.data(Qt.ItemDataRole.UserRole)), 0, self.is_drum.isChecked()))

    def _use(self, instrument: Instrument) -> None:
        if not self._session.song.has_track(self._track_id):
            return
        self._session.do(replace(tracks.set_instrument(self._track_id, instrument), gesture=self._gesture))
        sound = self._session.sound
        if isinstance(sound, Previewing):
            sound.preview(self._track_id, 38 if instrument.is_drum else 60, 100)

    def _take_back(self) -> None:
        song = self._session.song
        if song.has_track(self._track_id) and song.track(self._track_id).instrument != self._before:
            self._session.undo()
