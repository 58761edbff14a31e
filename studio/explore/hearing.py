"""Hearing: the pointer, and what is heard there or of the palette, round and round."""

from __future__ import annotations

from studio.errors import UnsupportedRequest
from studio.explore import voicing
from studio.explore.errands import Ask
from studio.explore.ground import Ground
from studio.explore.listening import Listening, loop_ticks
from studio.generation.latent import Phrase
from studio.session import Session
from studio.song.song import Song
from studio.words import tr


class Hearing(Ground):
    """What is heard goes through the song's instruments at its tempo, without a gap between two phrases."""

    def __init__(self, session: Session, ask: Ask) -> None:
        super().__init__(session, ask)
        self._listening = Listening(session)
        self._wants_sound = False
        self.heard_phrase: Phrase | None = None
        self._chart.heard.listen(self._heard)
        session.song_changed.listen(self._song_changed)

    @property
    def is_playing(self) -> bool:
        return self._listening.is_sounding

    def move_to(self, x: float, y: float) -> None:
        """Hear a place at once, looped; near an anchor the pointer settles on it."""
        self._wants_sound = True
        self._listening.resume()
        self._point(x, y)

    def release(self) -> None:
        """The drag is over: what is heard goes on, and the place is decoded once more if that failed on the way."""
        if self._chart.step is None or (self._chart.step.place != self._chart.place):
            self._chart.aim(self._chart.place)

    def play(self) -> None:
        """Hear the phrase at the pointer, round and round."""
        if not self.pad.slots:
            self.session.say(tr("The pad is empty. Put a phrase on a corner, or fill the corners with samples."), is_error=True)
            return
        self._wants_sound = True
        self._listening.resume()
        if self._chart.step is None or self.heard_phrase is not None or not self._listening.is_on:
            self._chart.aim(self._chart.place)

    def stop(self) -> None:
        """The song is what plays again."""
        self._wants_sound = False
        self.heard_phrase = None
        self._listening.stop()
        self.phrase_changed.emit()

    def show_reconstruction(self, shown: bool) -> None:
        """On an anchor hear what the model makes of it, instead of the phrase itself."""
        if shown != self.reconstruction_shown:
            self.reconstruction_shown = shown
            self._chart.redo()
            self.pad_changed.emit()

    def hear_phrase(self, phrase: Phrase) -> None:
        """Hear a phrase as it is, looped, until `stop` or until the pad is heard again."""
        self._wants_sound = False
        self.heard_phrase = phrase
        self._sound_phrase(phrase)
        self._listening.resume()
        self.phrase_changed.emit()

    def phrase_here(self) -> Phrase:
        """The phrase at the pointer, for the palette."""
        step, clip = self._chart.step, self._chart.clip
        own = self._setting().own(self._chart.place)
        if own is not None:
            return own
        if step is None or clip is None or not clip.note_count:
            raise UnsupportedRequest(tr("Nothing is heard at the pointer yet."), tr("Move it over the pad first."))
        drums = tuple(at for at, part in enumerate(step.rows) if part == voicing.DRUMS)
        return Phrase(clip, tr("Pad · {place}", place=self.weights_words()), drums)

    # Inside

    def _heard(self) -> None:
        if self._wants_sound:
            self._sound_pad()
        self.phrase_changed.emit()

    def _sound_pad(self) -> None:
        step = self._chart.step
        if step is not None:
            self.heard_phrase = None
            lengths = self._setting().lengths
            self._listening.hear(step.rows, step.length_ticks, loop_ticks([*lengths, step.length_ticks]))

    def _sound_phrase(self, phrase: Phrase) -> None:
        rows = voicing.voiced(phrase, self._setting().parts)
        self._listening.hear(rows, phrase.clip.length_ticks, phrase.clip.length_ticks)

    def _song_changed(self, _before: Song, _after: Song) -> None:
        """What is heard goes through the song's tracks and strips as they are now."""
        if not self._listening.is_on:
            return
        if self.heard_phrase is not None:
            self._sound_phrase(self.heard_phrase)
        elif self._wants_sound:
            self._sound_pad()
