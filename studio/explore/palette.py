"""PhraseCalls: the palette, and phrases out of the song, the takes and files."""

from __future__ import annotations

from dataclasses import replace

from studio.errors import UnsupportedRequest
from studio.events import Signal
from studio.explore import phrases
from studio.explore.collection import Collection
from studio.generation.latent import Phrase
from studio.session import Session
from studio.song.song import Song
from studio.words import tr

MOST_PALETTE = 200
LONGEST_NAME = 120


class PhraseCalls:
    """`palette_changed()` is emitted when the palette is another."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._shelves = Collection(session)
        self._titles: dict[str, str] = {}
        self.palette_changed: Signal[()] = Signal()

    @property
    def palette(self) -> tuple[Phrase, ...]:
        return self._shelves.shelf.palette

    def model_title(self, model_id: str) -> str:
        return self._titles.get(model_id, model_id)

    def add_to_palette(self, phrase: Phrase, at: int | None = None) -> None:
        """Put a phrase at the end, or before the one of an index."""
        if len(self.palette) >= MOST_PALETTE:
            self.session.say(tr("The palette holds {most} phrases. Remove one first.", most=MOST_PALETTE), is_error=True)
        elif not phrase.clip.note_count:
            self.session.say(
                tr("«{source}» has no notes. Choose another phrase.", source=phrase.source or tr("The phrase")), is_error=True
            )
        else:
            listed = list(self.palette)
            short = phrase if len(phrase.source) <= LONGEST_NAME else replace(phrase, source=phrase.source[:LONGEST_NAME])
            listed.insert(len(listed) if at is None else at, short)
            self._shelves.change(palette=tuple(listed))
            self.palette_changed.emit()

    def remove_from_palette(self, index: int) -> None:
        if 0 <= index < len(self.palette):
            self._shelves.change(palette=(*self.palette[:index], *self.palette[index + 1 :]))
            self.palette_changed.emit()

    def phrase_of_selection(self) -> Phrase:
        """The selected notes or bars; UnsupportedRequest says why there are none."""
        return phrases.of_selection(self.session.heard_song(), self.session.selection, self.session.say)

    def phrase_of_take(self, index: int) -> Phrase:
        take_set = self.session.tray.current
        if take_set is None or not 0 <= index < len(take_set.takes):
            raise UnsupportedRequest(tr("That take is gone."), tr("Choose one of the takes that are shown."))
        take = take_set.takes[index]
        return phrases.of_take(take_set.request.song, take, self.model_title(take.origin.model))

    def phrase_of_file(self, song: Song, title: str) -> Phrase:
        return phrases.of_file(song, title, self.session.say)
