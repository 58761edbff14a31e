"""Sound: the façade that the window uses. Every call returns at once, and none raises: what is wrong stands in status()."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from studio.audio.board import Board
from studio.audio.host import SoundSettings, sound_process
from studio.audio.messages import Aim, Clicks, Listening, MonoCheck, PreviewNote, SharedFont, change
from studio.audio.played import Place, Played, Touch
from studio.audio.schedule import slots_of
from studio.audio.swap import Swap
from studio.audio.synth import MOST_SLOTS
from studio.audio.transport import Heard, SoundStatus, Transport
from studio.children import Child
from studio.errors import WorkerLost
from studio.song.mixing import CHORUS_ID, REVERB_ID
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import mark, tr

_DEAF_S = 15.0
"""A sound process that has not shown a sign of life for so long is killed and started again."""


class Sound:
    """All state lives here; the sound process can be lost and started again at any time."""

    def __init__(self, settings: SoundSettings | None = None) -> None:
        self._board = Board()
        self._child = Child(sound_process, mark("sound process"), self._board, settings or SoundSettings(), beats=True)
        self._state = threading.RLock()
        self._song: Song | None = None
        self._sounds: dict[str, str] = {}
        self._slots: dict[int, int] = {}
        self._transport = Transport()
        self._shared_font: SharedFont | None = None
        self._mono = MonoCheck(False)
        self._ticket = 0
        self._status = SoundStatus()
        self._is_started = self._is_closing = self._is_pausing = False
        self._played: deque[Played] = deque()
        self._live_track = 0
        self._clicks = False
        self._midi_input: str | None = None

    def start(self) -> None:
        """Start the sound process in the background. What was asked before is done as soon as it is there."""
        with self._state:
            if self._is_started or self._is_closing:
                return
            self._is_started = True
            self._child.start()
            self._send_everything()
        threading.Thread(target=self._watch, name="sound process: watching", daemon=True).start()

    def close(self) -> None:
        """End the sound process; waits a moment at most."""
        with self._state:
            if self._is_closing:
                return
            self._is_closing = True
        if self._is_started:
            self._child.close(0.5)

    # The song

    def load(self, song: Song, sounds: Mapping[str, Path] | None = None, swap: Swap = "now") -> None:
        """Play this song from now on, or (while it plays) from the next beat or bar; only what differs is sent. `sounds`:
        the file of each AudioClip's sha256."""
        with self._state:
            before, self._song = self._song, song
            self._slots = slots_of(song, self._slots, MOST_SLOTS)
            named = None if sounds is None else {sha256: str(path) for sha256, path in sounds.items()}
            changed_sounds = named if named is not None and named != self._sounds else None
            self._sounds = self._sounds if named is None else named
            if self._is_started and before is not song:
                self._child.send("song", change(before, song, self._slots, changed_sounds, swap))
            elif self._is_started and changed_sounds is not None:
                self._child.send("song", change(song, song, self._slots, changed_sounds))

    def use_soundfont(self, path: Path | None) -> None:
        """Play with this SoundFont from now on; None: with whichever is found."""
        with self._state:
            self._shared_font = SharedFont(path)
            if self._is_started:
                self._child.send("soundfont", self._shared_font)

    def look_for_frozen(self) -> None:
        """The sound of a frozen track was rendered: play it."""
        if self._is_started:
            self._child.send("frozen")

    def set_mono(self, is_on: bool) -> None:
        """Hear left and right as one, or as they are."""
        with self._state:
            self._mono = MonoCheck(is_on)
            if self._is_started:
                self._child.send("mono", self._mono)

    # The transport

    def play(self) -> None:
        here = self.position()
        self._move("play", replace(self._transport, is_playing=True, tick=here, origin_tick=here))

    def pause(self) -> None:
        """Stop where we are."""
        self._move("pause", replace(self._transport, is_playing=False, tick=self.position()))

    def stop(self) -> None:
        """Stop and go back to where play was pressed; when stopped already, silence everything."""
        if not self.is_playing:
            self.panic()
        else:
            self._move("stop", replace(self._transport, is_playing=False, tick=self._transport.origin_tick))

    def seek(self, tick: int) -> None:
        """Go there, playing or not."""
        tick = max(0, tick)
        self._move("seek", replace(self._transport, is_playing=self.is_playing, tick=tick, origin_tick=tick))

    def set_loop(self, span: Span | None) -> None:
        """Repeat this span while playing; None to go on."""
        if span is not None and span.length_ticks <= 0:
            span = None
        with self._state:
            self._transport = replace(self._transport, loop=span)
            if self._is_started:
                self._child.send("loop", replace(self._transport, tick=self.position()))

    def play_counted(self, bars: int) -> None:
        """Count so many bars, then play from here."""
        here = self.position()
        transport = replace(self._transport, is_playing=True, tick=here, origin_tick=here)
        self._move("play", replace(transport, count_in_bars=bars))
        self._transport = transport

    def set_endless(self, is_endless: bool) -> None:
        """Whether playing goes on after the last bar, as a recording wants it."""
        with self._state:
            self._transport = replace(self._transport, is_endless=is_endless)
            if self._is_started:
                self._child.send("loop", replace(self._transport, tick=self.position()))

    def set_metronome(self, is_on: bool) -> None:
        self._clicks = is_on
        if self._is_started:
            self._child.send("metronome", Clicks(is_on))

    def panic(self) -> None:
        """Silence at once, tails too, and stop."""
        with self._state:
            self._transport = replace(self._transport, is_playing=False, tick=self.position())
            if self._is_started:
                self._ticket = self._child.send("panic")

    # One note

    def preview(self, track_id: int, pitch: int, velocity: int = 90, length_ms: int = 1000) -> None:
        """Hear a note with the sound of a track at once, beside whatever plays."""
        if self._is_started:
            self._child.send("preview", PreviewNote(track_id, pitch, max(1, min(127, velocity)), length_ms))

    def stop_preview(self) -> None:
        if self._is_started:
            self._child.send("stop preview")

    # Played by hand

    def aim(self, track_id: int) -> None:
        """Keyboards play with the sound of this track."""
        self._live_track = track_id
        if self._is_started:
            self._child.send("aim", Aim(track_id))

    def touch(self, touch: Touch, time_s: float | None = None) -> None:
        """Play this at once, as a MIDI keyboard would; `time_s`: when it was played, now for None."""
        if self._is_started:
            self._child.send("touch", touch)
        moment_s = time.monotonic() if time_s is None else time_s
        self._played.append(Played(touch, moment_s, self.place(moment_s)))

    def take_played(self) -> list[Played]:
        """What was played since the last call, by MIDI keyboards and by `touch`."""
        found = []
        while self._played:
            found.append(self._played.popleft())
        return found

    def place(self, time_s: float | None = None) -> Place:
        """What is heard at a moment near this one; standing still, where the sound process has not come to the last command."""
        pulse = self._board.pulse()
        if self._ticket and pulse.ticket >= self._ticket:
            return pulse.place_at(time.monotonic() if time_s is None else time_s)
        return Place(float(self._transport.tick), int(pulse.turn), int(pulse.jump), False)

    def choose_midi(self, wanted: str) -> None:
        """Listen to all MIDI inputs ("all"), to none ("none"), or to the one of this name."""
        self._midi_input = wanted
        if self._is_started:
            self._child.send("midi", Listening(wanted))

    # What is heard

    def position(self) -> int:
        """The tick that is heard now (or will be, where the sound process has not come to the last command yet)."""
        return self.heard().tick

    @property
    def is_playing(self) -> bool:
        return self.heard().is_playing

    def heard(self) -> Heard:
        pulse, wanted = self._board.pulse(), self._transport
        is_obeyed = bool(self._ticket) and pulse.ticket >= self._ticket
        if is_obeyed:
            return Heard(pulse.whole_tick_now(), bool(pulse.is_playing))
        if self._is_pausing and pulse.is_playing:
            return Heard(pulse.whole_tick_now(), False)
        return Heard(wanted.tick, wanted.is_playing)

    def meters(self) -> tuple[dict[int, tuple[float, float]], tuple[float, float]]:
        """Peaks (left, right; 1 is full scale) as heard now, per track id (the returns' among them) and of
        the master; they fall by 20 dB/s."""
        peaks = self._board.meters().tolist()
        slots = {**self._slots, REVERB_ID: MOST_SLOTS + 1, CHORUS_ID: MOST_SLOTS + 2}
        levels = {track_id: (peaks[slot][0], peaks[slot][1]) for track_id, slot in slots.items()}
        return levels, (peaks[MOST_SLOTS][0], peaks[MOST_SLOTS][1])

    def status(self) -> SoundStatus:
        pulse = self._board.pulse()
        return replace(self._status, dropouts=int(pulse.dropouts), underflows=int(pulse.underflows))

    # Inside

    def _move(self, verb: str, transport: Transport) -> None:
        with self._state:
            self._transport = transport
            self._is_pausing = verb == "pause"
            if self._is_started:
                self._ticket = self._child.send(verb, transport)

    def _send_everything(self) -> None:
        if self._shared_font is not None:
            self._child.send("soundfont", self._shared_font)
        self._child.send("mono", self._mono)
        if self._song is not None:
            self._child.send("song", change(None, self._song, self._slots, self._sounds or None))
        self._ticket = self._child.send("seek", self._transport)
        if self._transport.is_playing:
            self._ticket = self._child.send("play", self._transport)
        self._child.send("aim", Aim(self._live_track))
        self._child.send("metronome", Clicks(self._clicks))
        if self._midi_input is not None:
            self._child.send("midi", Listening(self._midi_input))

    def _watch(self) -> None:
        """Take its messages, and start it again when it is lost; gives up with a sentence after the third time."""
        while not self._is_closing:
            try:
                message = self._child.receive(1.0)
                if message is not None and isinstance(message[1], SoundStatus):
                    self._status = message[1]
                elif message is not None and isinstance(message[1], Played):
                    self._played.append(message[1])
                elif message is None and self._child.silence_s > _DEAF_S:
                    self._child.kill()
            except WorkerLost as loss:
                if self._is_closing or not self._start_again(loss):
                    return

    def _start_again(self, loss: WorkerLost) -> bool:
        with self._state:
            heard = self.heard()
            self._transport = replace(self._transport, is_playing=heard.is_playing, tick=heard.tick)
            self._board.clear()
            try:
                self._child.restart()
            except WorkerLost as problem:
                self._transport = replace(self._transport, is_playing=False)
                self._is_started = False
                self._ticket = 0
                self._status = SoundStatus(str(problem))
                return False
            self._status = SoundStatus(tr("{loss} It is starting again.", loss=loss.message))
            self._send_everything()
            return True
