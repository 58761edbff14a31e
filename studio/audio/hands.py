"""Hands: keyboards on the sound process's side: with which sound they play, what they played, and the metronome."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping

import numpy as np

from studio.audio.board import Board
from studio.audio.click import Metronome
from studio.audio.font_shelf import FontShelf
from studio.audio.live import Voice
from studio.audio.midi_input import MidiInputs
from studio.audio.mixer import Mix
from studio.audio.played import Played, Touch
from studio.audio.player import Player
from studio.errors import AudioUnavailable
from studio.song.song import Song


class Hands:
    """Belongs to the control thread, but for what MIDI keyboards play: that comes on threads of their own."""

    def __init__(self, board: Board, midi: MidiInputs, played: Callable[[Played], object]) -> None:
        self._board, self.midi, self._played = board, midi, played
        self._player: Player | None = None
        self._shelf: FontShelf | None = None
        self._voice = Voice()
        self._track_id = 0
        self._clicks = self._has_synth = False
        self._said: tuple[str, tuple[str, ...]] = ("", ())
        midi.touched = self._touched

    def use(self, player: Player, shelf: FontShelf) -> None:
        """Another engine is there: what it is told, it is told anew."""
        self._player, self._shelf = player, shelf
        player.engine.metronome = Metronome(player.output.rate)
        self.click(self._clicks)
        self.renew()

    def renew(self) -> None:
        """Other SoundFonts are there."""
        had_synth, self._has_synth = self._has_synth, False
        if had_synth:
            self._prepare()

    def close(self) -> None:
        self.midi.close()

    def click(self, is_on: bool) -> None:
        self._clicks = is_on
        metronome = self._player.engine.metronome if self._player is not None else None
        if metronome is not None:
            metronome.is_on = is_on

    # Keyboards

    def look(self) -> bool:
        """See which MIDI keyboards are there; whether there is something new to say."""
        self.midi.look()
        if self.midi.names:
            self._prepare()
        before, self._said = self._said, (self.midi.line, self.midi.there)
        return before != self._said

    def choose_midi(self, wanted: str) -> None:
        self.midi.choose(wanted)
        self.look()

    def play(self, touch: Touch) -> None:
        """The computer's keyboard, from the window."""
        self._prepare()
        self._act(touch)

    def _touched(self, touch: Touch, time_s: float) -> None:
        """A MIDI keyboard: heard at once, then told."""
        self._act(touch)
        self._played(Played(touch, time_s, self._board.pulse().place_at(time_s)))

    def _act(self, touch: Touch) -> None:
        player = self._player
        if player is not None:
            player.post(lambda: player.lane.act(touch))

    # With what sound

    def aim(self, track_id: int, song: Song, slots: Mapping[int, int]) -> None:
        """Play with the sound that this track has here."""
        self._track_id = track_id
        player = self._player
        if player is None or not song.has_track(track_id) or song.track(track_id).is_audio:
            return
        track = song.track(track_id)
        # Muted or not, in solo or not: who plays wants to hear it.
        mix = Mix.of_strips({0: type(track.strip)(track.strip.gain_db, track.strip.pan)}, song.master, 1)
        schedule, slot = player.engine.schedule, slots.get(track_id)
        settings = {} if schedule is None or slot is None else schedule.settings_at(player.engine.frame).get(slot, {})
        coefficients = (mix.master @ mix.strips[0]).astype(np.float32)
        self._voice = Voice(track.instrument, (track.strip.reverb, track.strip.chorus), settings, coefficients)
        self._tell_voice()

    def follow(self, before: Song, song: Song, slots: Mapping[int, int]) -> None:
        """The song changed: perhaps the sound of the track that is played did."""
        number = self._track_id
        if not song.has_track(number):
            return
        was, now = before.track(number) if before.has_track(number) else None, song.track(number)
        if was is None or was.instrument != now.instrument or was.strip != now.strip or before.master != song.master:
            self.aim(number, song, slots)

    def _tell_voice(self) -> None:
        player, voice = self._player, self._voice
        if player is not None:
            player.post(lambda: player.lane.aim(voice))

    def _prepare(self) -> None:
        """A synthesiser for the lane, made when it is first needed."""
        player = self._player
        if self._has_synth or self._shelf is None or player is None:
            return
        self._has_synth = True
        with contextlib.suppress(AudioUnavailable):
            synth = self._shelf.synth(player.output.rate, 1)
            player.post(lambda: threading.Thread(target=player.lane.use(synth).close).start())
            self._tell_voice()
