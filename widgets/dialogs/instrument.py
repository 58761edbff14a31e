"""Choosing an instrument: sounds by family, favourites, the SoundFont's other banks, search, drum kits; each is heard at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

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

from studio.audio.presets import Preset
from studio.edits import tracks
from studio.files.midi.general_midi import KITS, PROGRAMS
from studio.session import Session
from studio.song.mixing import SoundFontFile
from studio.song.song import Instrument
from studio.words import mark, tr
from widgets.previewing import Previewing

FAMILIES = (
    mark("Piano"),
    mark("Chromatic percussion"),
    mark("Organ"),
    mark("Guitar"),
    mark("Bass"),
    mark("Strings"),
    mark("Ensemble"),
    mark("Brass"),
    mark("Reed"),
    mark("Pipe"),
    mark("Synth lead"),
    mark("Synth pad"),
    mark("Synth effects"),
    mark("World"),
    mark("Percussive"),
    mark("Sound effects"),
)
PER_FAMILY = 8
FAVOURITES, OTHER_BANKS = mark("Favourites"), mark("Other banks")
STAR = "\N{BLACK STAR}"
ALL_SOUNDS = mark("All sounds")
LSB = 128
"""An instrument's bank is MSB * 128 + LSB; a SoundFont's bank is the MSB."""


def _forget(_: tuple[Instrument, ...]) -> None:
    """Favourites that nobody keeps."""


def _none_of(_: SoundFontFile) -> tuple[Preset, ...]:
    """The sounds of a SoundFont that is not there."""
    return ()


def _ask_nobody(_: int) -> None:
    """No file is chosen."""


@dataclass(frozen=True)
class SoundOffer:
    """What the SoundFont in use has, and the composer's favourites; `keep` is told of them when they change."""

    presets: tuple[Preset, ...] = ()
    """Of the SoundFont that all tracks share."""
    favourites: tuple[Instrument, ...] = ()
    keep: Callable[[tuple[Instrument, ...]], object] = field(default=_forget)
    presets_of: Callable[[SoundFontFile], tuple[Preset, ...]] = field(default=_none_of)
    ask_font: Callable[[int], object] = field(default=_ask_nobody)
    """Ask for a SoundFont of this track's own; the answer comes as an edit."""
    shared_name: str = ""


class InstrumentDialog(QDialog):
    """The track plays the chosen sound while the dialog is open; Cancel brings the old one back. One undo step."""

    def __init__(
        self,
        session: Session,
        track_id: int,
        parent: QWidget | None = None,
        offer: SoundOffer = SoundOffer(),
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._offer = offer
        self._favourites = list(offer.favourites)
        self._track_id = track_id
        self._before = session.song.track(track_id).instrument
        self._font = self._before.font
        self._gesture = object()
        self._steps = len(session.history.labels)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Instrument of {track}", track=session.song.track(track_id).name))
        self.resize(560, 480)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search, such as piano or string"))
        self.search.setClearButtonEnabled(True)
        self.is_drum = QCheckBox(tr("Drum kit"))
        self.star = QPushButton(tr("{star}  Favourite", star=STAR))
        self.star.setCheckable(True)
        self.star.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.star.setToolTip(tr("Keep the chosen sound among the favourites (Ctrl+B)"))
        self.star.setShortcut("Ctrl+B")
        self.font_words = QLabel()
        self.font_words.setProperty("role", "muted")
        self.choose_font = QPushButton(tr("Another SoundFont..."))
        self.choose_font.setToolTip(tr("Only this track plays it"))
        self.usual_font = QPushButton(tr("The usual one"))
        self.families = QListWidget()
        self.sounds = QListWidget()
        self._lay_out()
        self.is_drum.setChecked(self._before.is_drum)
        self._fill_families()
        self._fill_sounds()
        self._show_font()
        self._show_star()
        self.star.clicked.connect(self._turn_star)
        self.search.textChanged.connect(self._fill_sounds)
        self.is_drum.toggled.connect(self._switch_drums)
        self.families.currentRowChanged.connect(self._fill_sounds)
        self.sounds.currentItemChanged.connect(self._hear)
        self.sounds.itemDoubleClicked.connect(self.accept)
        self.rejected.connect(self._take_back)
        self.choose_font.clicked.connect(lambda: offer.ask_font(track_id))
        self.usual_font.clicked.connect(lambda: self._use(Instrument(is_drum=self.is_drum.isChecked())))
        self._forget_song = session.song_changed.listen(lambda _before, _after: self._follow_font())
        self.finished.connect(lambda _: self._forget_song())
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
        fonts = QHBoxLayout()
        fonts.addWidget(self.font_words, 1)
        fonts.addWidget(self.usual_font)
        fonts.addWidget(self.choose_font)
        hint = QLabel(tr("Arrow keys and clicks are heard at once."))
        hint.setProperty("role", "dim")
        cancel, use = QPushButton(tr("Cancel")), QPushButton(tr("Use"))
        use.setProperty("role", "primary")
        use.setDefault(True)
        cancel.clicked.connect(self.reject)
        use.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.star)
        foot.addWidget(hint, 1)
        foot.addWidget(cancel)
        foot.addWidget(use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(fonts)
        column.addLayout(lists, 1)
        column.addLayout(foot)

    def _fill_families(self) -> None:
        self.families.blockSignals(True)
        self.families.clear()
        if self._font is not None:
            self.families.addItems([tr(ALL_SOUNDS), *(tr("Bank {bank}", bank=bank) for bank in self._banks), tr(FAVOURITES)])
        else:
            self.families.addItems([tr(name) for name in (*FAMILIES, FAVOURITES, *([OTHER_BANKS] if self._others() else []))])
        in_bank_0 = self._before.bank < LSB or not self._others()
        row = self._before.program // PER_FAMILY if in_bank_0 else self.families.count() - 1
        self.families.setCurrentRow(0 if self._font is not None else row)
        self.families.blockSignals(False)

    @property
    def _presets(self) -> tuple[Preset, ...]:
        """Of the SoundFont that the track plays."""
        return self._offer.presets if self._font is None else self._offer.presets_of(self._font)

    @property
    def _banks(self) -> list[int]:
        return sorted({preset.bank for preset in self._presets if not preset.is_drum})

    def _follow_font(self) -> None:
        """The track was given another SoundFont: its sounds are listed."""
        song = self._session.song
        if song.has_track(self._track_id) and song.track(self._track_id).instrument.font != self._font:
            self._font = song.track(self._track_id).instrument.font
            self._fill_families()
            self._fill_sounds()
            self._show_font()

    def _show_font(self) -> None:
        shared = tr("SoundFont: {font}", font=self._offer.shared_name) if self._offer.shared_name else tr("The usual SoundFont")
        own = None if self._font is None else tr("SoundFont of this track: {font}", font=self._font.name)
        if self._font is not None and not self._presets:
            own = tr("«{font}» is not there: the usual one plays", font=self._font.name)
        self.font_words.setText(own or shared)
        self.usual_font.setVisible(self._font is not None)

    def _own_candidates(self, font: SoundFontFile, drums: bool, searches: bool) -> list[tuple[Instrument, str, str]]:
        """The sounds of a track's own SoundFont, by its own names."""
        sounds = [
            (Instrument(preset.program, 0 if preset.is_drum else preset.bank * LSB, preset.is_drum, font), preset.name, "")
            for preset in self._presets
            if preset.is_drum == drums
        ]
        row = max(0, self.families.currentRow())
        if drums or searches or not row:
            return sounds
        if row > len(self._banks):
            return [entry for entry in sounds if entry[0] in self._favourites]
        return [entry for entry in sounds if entry[0].bank // LSB == self._banks[row - 1]]

    def _others(self) -> list[Preset]:
        """Melodic sounds of the shared SoundFont outside its first bank."""
        return [preset for preset in self._offer.presets if preset.bank and not preset.is_drum]

    def _fill_sounds(self) -> None:
        """The sounds of the family, or all that match the search; the present one is chosen without being heard."""
        wanted = self.search.text().strip().lower()
        drums = self.is_drum.isChecked()
        self.families.setVisible(not drums and not wanted)
        present = self._session.song.track(self._track_id).instrument
        self.sounds.blockSignals(True)
        self.sounds.clear()
        for instrument, name, also in self._candidates(drums, bool(wanted)):
            if wanted and wanted not in name.lower() and wanted not in also.lower():
                continue
            number = f"{instrument.program + 1:3d}" + (
                tr(" · bank {bank}", bank=instrument.bank // LSB) if instrument.bank >= LSB else ""
            )
            item = QListWidgetItem(f"{number}   {name}" + (f"   {STAR}" if instrument in self._favourites else ""))
            item.setData(Qt.ItemDataRole.UserRole, (instrument.bank, instrument.program, instrument.is_drum))
            self.sounds.addItem(item)
            if instrument == present:
                self.sounds.setCurrentItem(item)
        self.sounds.blockSignals(False)

    def _candidates(self, drums: bool, searches: bool) -> list[tuple[Instrument, str, str]]:
        """Each sound with its name and other words it is found by."""
        if self._font is not None:
            return self._own_candidates(self._font, drums, searches)
        of_font = {(preset.bank, preset.program): preset.name for preset in self._offer.presets}
        if drums:
            kits = {**{preset.program: preset.name for preset in self._offer.presets if preset.is_drum}, **KITS}
            return [(Instrument(program, 0, True), name, tr("drum kit")) for program, name in sorted(kits.items())]
        first = [
            (Instrument(program), name, f"{tr(FAMILIES[program // PER_FAMILY])} {of_font.get((0, program), '')}")
            for program, name in enumerate(PROGRAMS)
        ]
        others = [(Instrument(p.program, p.bank * LSB), p.name, tr(FAMILIES[p.program // PER_FAMILY])) for p in self._others()]
        if searches:
            return first + others
        family = max(0, self.families.currentRow())
        if family == len(FAMILIES):
            return [entry for entry in first + others if entry[0] in self._favourites]
        if family > len(FAMILIES):
            return others
        begin = family * PER_FAMILY
        return first[begin : begin + PER_FAMILY]

    def _turn_star(self) -> None:
        """The track's sound becomes a favourite, or is none any more."""
        present = self._session.song.track(self._track_id).instrument
        if present in self._favourites:
            self._favourites.remove(present)
        else:
            self._favourites.append(present)
        self._offer.keep(tuple(self._favourites))
        self._fill_sounds()
        self._show_star()

    def _show_star(self) -> None:
        self.star.setChecked(self._session.song.track(self._track_id).instrument in self._favourites)

    def _switch_drums(self, is_drum: bool) -> None:
        self._use(Instrument(0, 0, is_drum, self._font))
        self._fill_sounds()

    def _hear(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            bank, program, is_drum = item.data(Qt.ItemDataRole.UserRole)
            self._use(Instrument(int(program), int(bank), bool(is_drum), self._font))

    def _use(self, instrument: Instrument) -> None:
        if not self._session.song.has_track(self._track_id):
            return
        self._session.do(replace(tracks.set_instrument(self._track_id, instrument), gesture=self._gesture))
        self._show_star()
        sound = self._session.sound
        if isinstance(sound, Previewing):
            sound.preview(self._track_id, 38 if instrument.is_drum else 60, 100)

    def _take_back(self) -> None:
        """Back to the sound before; a SoundFont that was chosen here is a step of its own."""
        song, history = self._session.song, self._session.history
        for _ in range(len(history.labels) - self._steps):
            song = self._session.song
            if not song.has_track(self._track_id) or song.track(self._track_id).instrument == self._before:
                return
            self._session.undo()
