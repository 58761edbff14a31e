"""Music from elsewhere that a request names: what a morph moves towards, whose feel a groove is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.errors import RicercarError
from studio.explore import phrases
from studio.generation import asking
from studio.generation.asking import Aim
from studio.generation.latent import Phrase
from studio.selection import Selection
from studio.session import Session
from studio.song.clip import Clip
from studio.song.ticks import Span
from studio.words import mark
from widgets import theme
from widgets.controls.choice_box import ChoiceBox
from widgets.phrase_drag import asked_file, read_phrase
from widgets.piano_roll import clipboard
from widgets.theme import STEP_PX

NOTHING, AFTER, BEFORE, CLIPBOARD, PALETTE, FILE, OTHER_FILE = "nothing", "after", "before", "clipboard", "palette", "file", "…"
FIRST = {
    "morph": (mark("Towards"), mark("The phrase that the music becomes in the end")),
    "groove": (mark("Feel of"), mark("Drums whose timing and loudness are given to these hits")),
    "vary": (mark("As from"), mark("What leads from this phrase to the next one is added to the music")),
}
SECOND = {"vary": (mark("to"), mark("As the first phrase is to this one, so is the music to what it becomes"))}
"""What is named for a verb: label and help. Only to vary can name two."""
NEEDLESS = {"groove": mark("the model's own"), "vary": mark("none")}
"""The words for naming nothing, where that is possible."""


class TowardsBox(QWidget):
    """`changed()` when something else was chosen, `refused(sentence)` when it cannot be. Shown for the verbs of `labels`.

    `palette` tells the phrases of the palette; the file dialog is `ask_file`'s, which tests answer themselves.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, session: Session, labels: Mapping[str, tuple[str, str]] = FIRST, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._labels = labels
        self.palette_phrases: Callable[[], tuple[Phrase, ...]] = tuple
        self.ask_file: Callable[[], Path | None] = self._asked_file
        self._verb = ""
        self._aim = Aim(0)
        self._file: Phrase | None = None
        self._clip: Clip | None = None
        self._clipboard_is_read = False
        self._listed: object = None
        self._chosen = ""
        self.label = QLabel()
        self.label.setProperty("role", "muted")
        self.label.setFont(theme.font(theme.TEXT_PX - 1))
        self.box = ChoiceBox()
        self.box.setFont(theme.font(theme.TEXT_PX - 1))
        self.box.activated.connect(self._choose)
        self.label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP_PX)
        row.addWidget(self.label)
        row.addWidget(self.box, 1)
        QGuiApplication.clipboard().dataChanged.connect(self._clipboard_changed)

    def show_for(self, verb: str, aim: Aim) -> None:
        """Offer what can be named for this verb and place; what was chosen holds as long as it is there."""
        self._verb, self._aim = verb, aim
        self.setVisible(verb in self._labels)
        if verb not in self._labels:
            return
        label, told = self._labels[verb]
        self.label.setText(self.tr(label))
        for part in (self.label, self.box):
            part.setToolTip(self.tr(told))
        self.box.setAccessibleName(self.tr(label))
        self.box.setAccessibleDescription(self.tr(told))
        entries = self._entries()
        if entries != self._listed:
            self._listed = entries
            with QSignalBlocker(self.box):
                self.box.clear()
                for key, words in entries:
                    self.box.addItem(words, key)
        keys = [key for key, _ in entries]
        if self._chosen not in keys:
            self._chosen = keys[0] if keys[0] != OTHER_FILE else ""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(keys.index(self._chosen) if self._chosen else -1)
        self.box.setPlaceholderText(self.tr("choose …"))

    @property
    def names_something(self) -> bool:
        return self._verb in self._labels and self._chosen not in ("", NOTHING)

    def clips(self) -> tuple[Clip, ...]:
        """What the request is to name; UnsupportedRequest says why it cannot be had."""
        if not self.names_something:
            return ()
        song, track_id = self.session.song, self._aim.track_id
        if self._chosen == CLIPBOARD:
            clip = self._clip_on_clipboard()
            return (clip,) if clip is not None else ()
        phrase = self._phrase()
        return (asking.suiting(phrase, song.track(track_id)),) if phrase is not None else ()

    @property
    def reason(self) -> str:
        """Why the request cannot be made with what is chosen; empty when it can."""
        try:
            return asking.missing_clip(self._verb, self.clips()) if self._verb in self._labels else ""
        except RicercarError as problem:
            return str(problem)

    # Inside

    def _entries(self) -> list[tuple[str, str]]:
        found = [(NOTHING, self.tr(NEEDLESS[self._verb]))] if self._verb in NEEDLESS else []
        for key, words in ((AFTER, self.tr("the bars after")), (BEFORE, self.tr("the bars before"))):
            if self._has_notes(self._beside(key)):
                found.append((key, words))
        if self._clip_on_clipboard() is not None:
            found.append((CLIPBOARD, self.tr("the clipboard")))
        found += [(f"{PALETTE}:{at}", phrase.source or str(at + 1)) for at, phrase in enumerate(self.palette_phrases())]
        if self._file is not None:
            found.append((FILE, self._file.source))
        return [*found, (OTHER_FILE, self.tr("a file …"))]

    def _beside(self, key: str) -> Span | None:
        """As many bars beside the region as it has; fewer at the song's beginning."""
        song, bars = self.session.song, self._aim.bars
        if bars is None or not song.has_track(self._aim.track_id):
            return None
        timeline = song.timeline
        span = timeline.whole_bars(bars)
        first, behind = timeline.bar_of(span.start_tick), timeline.bar_of(span.end_tick)
        if key == AFTER:
            return timeline.bar_span(behind, 2 * behind - first - 1)
        return timeline.bar_span(max(1, 2 * first - behind), first - 1) if first > 1 else None

    def _has_notes(self, span: Span | None) -> bool:
        return span is not None and self.session.song.track(self._aim.track_id).notes.has_start_in(span)

    def _phrase(self) -> Phrase | None:
        if self._chosen == FILE:
            return self._file
        kind, _, number = self._chosen.partition(":")
        if kind == PALETTE:
            listed = self.palette_phrases()
            return listed[int(number)] if int(number) < len(listed) else None
        span = self._beside(kind)
        if span is None:
            return None
        return phrases.of_selection(self.session.song, Selection(track_id=self._aim.track_id, bars=span), self.session.say)

    def _clip_on_clipboard(self) -> Clip | None:
        if not self._clipboard_is_read:
            self._clipboard_is_read = True
            self._clip = clipboard.clip_of(QGuiApplication.clipboard().mimeData())
        return self._clip

    def _clipboard_changed(self) -> None:
        self._clipboard_is_read = False
        if self.isVisible():
            self.changed.emit()

    def _choose(self, index: int) -> None:
        key = str(self.box.itemData(index))
        if key != OTHER_FILE:
            self._chosen = key
            self.changed.emit()
            return
        path = self.ask_file()
        if path is not None:
            read_phrase(self.session, path, lambda song: phrases.of_file(song, path.name, self.session.say), self.name)
        self.changed.emit()

    def name(self, phrase: Phrase) -> None:
        """A phrase of a file is what is named."""
        self._file, self._chosen = phrase, FILE
        self.changed.emit()

    def _asked_file(self) -> Path | None:
        return asked_file(self, self.session, self.tr("Choose a phrase"))


class NamedMusic(QWidget):
    """All that a request can name: for most verbs one thing, to vary none or two. Its face is that of one box."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.second = TowardsBox(session), TowardsBox(session, SECOND)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(STEP_PX)
        for box in (self.first, self.second):
            rows.addWidget(box)
            box.changed.connect(self.changed)

    def offer_palette(self, phrases: Callable[[], tuple[Phrase, ...]]) -> None:
        for box in (self.first, self.second):
            box.palette_phrases = phrases

    def show_for(self, verb: str, aim: Aim) -> None:
        self.first.show_for(verb, aim)
        self.second.show_for(verb if self.first.names_something else "", aim)
        for box in (self.first, self.second):
            box.label.setMinimumWidth(self.first.label.sizeHint().width())
        self.setVisible(verb in FIRST)

    @property
    def takes_files(self) -> bool:
        """Whether the request can name music from elsewhere."""
        return not self.isHidden() and not self.first.isHidden()

    def name(self, phrase: Phrase) -> None:
        """A phrase of a file: what is gone to, where there already is one to go from."""
        is_way = self.second.isVisibleTo(self) and not self.second.names_something
        (self.second if is_way else self.first).name(phrase)

    @property
    def names_a_way(self) -> bool:
        """Whether there is a phrase to go from and one to go to."""
        return self.first.names_something and self.second.names_something

    def clips(self) -> tuple[Clip, ...]:
        return (*self.first.clips(), *self.second.clips())

    @property
    def reason(self) -> str:
        """Why the request cannot be made with what is chosen; empty when it can."""
        is_half = self.second.isVisibleTo(self) and not self.second.names_something
        half = self.tr("An analogy leads from one phrase to another: choose both, or none.") if is_half else ""
        return self.first.reason or self.second.reason or half
