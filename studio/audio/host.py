"""The sound process: commands in by the pipe, position and meters out through the board."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.audio import frozen
from studio.audio.audition import Audition
from studio.audio.board import Board
from studio.audio.click import count_in
from studio.audio.engine import Engine
from studio.audio.font_shelf import FontShelf
from studio.audio.hands import Hands
from studio.audio.messages import Aim, Clicks, Listening, MonoCheck, PreviewNote, SharedFont, SongChange, applied
from studio.audio.midi_input import ALL, MidiInputs, MidiSystem, RtMidiSystem
from studio.audio.mixer import Mix
from studio.audio.output import DEVICE_LATENCY_S, RATE, CardOutput, NullOutput, Output, search_again
from studio.audio.played import Played, Touch
from studio.audio.player import Player
from studio.audio.priority import hurry_process
from studio.audio.schedule import Scheduler, frame_at, loop_frames
from studio.audio.sounds import decoded
from studio.audio.swap import Swap
from studio.audio.synth import MOST_SLOTS, Synth, slots_for
from studio.audio.transport import SoundStatus, Transport
from studio.children import ChildEnd, Closing
from studio.errors import AudioUnavailable, UnreadableFile
from studio.song.song import Song
from studio.song.ticks import Span
from studio.words import tr

_LOOK_S = 0.25
"""How often a quiet control thread looks whether the device is still there."""
_MIDI_LOOKS = 6
"""At every sixth look keyboards that came or went are looked for."""
_ATTEMPTS = 5
"""After a device is lost, it is looked for this often, once a second."""
_MOST_LATENCY_S = 0.16
_MISSES, _MISSES_WITHIN_LOOKS = 3, 40
"""A device that misses this many blocks within ten seconds is opened again with twice the latency."""


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """What the sound process is started with. `device` None: the default; "": none at all."""

    soundfont: Path | None = None
    device: str | None = None
    rate: int = RATE
    device_latency_s: float = DEVICE_LATENCY_S
    frozen: Path | None = None
    """Where the sound of frozen tracks is kept; None: nowhere."""
    midi_input: str = ALL
    midi_system: Callable[[], MidiSystem] = RtMidiSystem


def sound_process(end: ChildEnd, board: Board, settings: SoundSettings) -> None:
    """The target of the child process."""
    sys.setswitchinterval(0.0005)
    _hush_libraries()
    threading.excepthook = _die_of
    host = Host(board, settings, lambda status: end.send("status", status), lambda played: _pass_on(end, played))
    host.open()
    hurry_process()
    try:
        while True:
            message = end.receive(_LOOK_S)
            if message is not None:
                host.obey(*message, ticket=end.ticket)
            host.look_after_device()
    finally:
        host.close()


def _pass_on(end: ChildEnd, played: Played) -> None:
    """From a thread of the MIDI library, which must not see that the window is gone."""
    with contextlib.suppress(Closing):
        end.send("played", played)


def _hush_libraries() -> None:
    """ALSA and PortAudio print what they look for and do not find; nobody can do anything with it.

    What Python prints goes on to where it went.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="replace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _die_of(problem: threading.ExceptHookArgs) -> None:
    """An error in the render thread ends the process at once: the window starts a new one."""
    traceback.print_exception(problem.exc_type, problem.exc_value, problem.exc_traceback)
    os._exit(70)


class Host:
    """The control thread's side: keeps the song, loads fonts and sounds, and posts finished work to the player."""

    def __init__(
        self, board: Board, settings: SoundSettings, tell: Callable[[SoundStatus], None], played: Callable[[Played], object]
    ) -> None:
        self._board, self._settings, self._tell = board, settings, tell
        self._hands = Hands(board, MidiInputs(settings.midi_system, wanted=settings.midi_input), played)
        self._song = Song()
        self._slots: Mapping[int, int] = {}
        self._slot_count = slots_for(0)
        self._paths: dict[str, str] = {}
        self._sounds: dict[str, NDArray[np.float32]] = {}
        self._audition: Audition | None = None
        self._shelf = FontShelf(settings.soundfont)
        self._keys = frozen.Keys()
        self._is_mono = False
        self._remarks: dict[str, str] = {}
        self._attempts_left = 0
        self._looks = 0
        self._latency_s = settings.device_latency_s
        self._missed_before = 0
        self._origin = 0
        self._loop: Span | None = None
        self._is_endless = False

    def open(self) -> None:
        """Device, SoundFont, render thread; whatever is missing is replaced by its silent counterpart and said."""
        output = self._opened_output()
        self._scheduler = Scheduler(output.rate)
        engine = Engine(self._new_synth(output.rate, self._slot_count))
        self.player = Player(engine, output, self._board)
        self._hands.use(self.player, self._shelf)
        self._thread = threading.Thread(target=self.player.run, name="render", daemon=True)
        self._thread.start()
        self._report()

    def close(self) -> None:
        self._hands.close()
        self.player.end()
        self._thread.join(1.0)
        self.player.output.close()

    def obey(self, verb: str, payload: object, ticket: int = 0) -> None:
        """One message of the window."""
        if isinstance(payload, SongChange):
            self._change_song(payload)
        elif isinstance(payload, Transport):
            self._move(verb, payload, ticket)
        elif isinstance(payload, PreviewNote):
            self._preview(payload)
        elif isinstance(payload, Touch):
            self._hands.play(payload)
        elif isinstance(payload, Aim):
            self._hands.aim(payload.track_id, self._song, self._slots)
        elif isinstance(payload, Clicks):
            self._hands.click(payload.is_on)
        elif isinstance(payload, Listening):
            self._hands.choose_midi(payload.wanted)
            self._report()
        elif isinstance(payload, SharedFont | MonoCheck):
            self._look_otherwise(payload)
        elif verb in self._plain:
            self._plain[verb](ticket)
        else:
            raise ValueError(f"no such command: {verb}")

    @property
    def _plain(self) -> Mapping[str, Callable[[int], object]]:
        """Commands that say nothing but their name; each gets the ticket."""
        player = self.player
        return {
            "frozen": lambda _: self._install(),
            "stop preview": lambda _: player.post(player.output.stop_playing),
            "panic": lambda ticket: player.post(player.engine.panic, ticket),
        }

    def _look_otherwise(self, wanted: SharedFont | MonoCheck) -> None:
        """What is heard of the same song."""
        if isinstance(wanted, MonoCheck):
            self._is_mono = wanted.is_on
            self.player.post(lambda: self.player.engine.mixer.change(self._mix_now()))
            return
        self._shelf.choose(wanted.path)
        self._renew_synth()
        self._install()
        self._report()

    # The song

    def _change_song(self, changed: SongChange) -> None:
        before, self._song = self._song, applied(self._song, changed)
        moved = before.timeline is not self._song.timeline
        again = moved or bool(changed.music) or self._slots != changed.slots or changed.sounds is not None
        again = again or any(
            not before.has_track(track.id)
            or before.track(track.id).instrument != track.instrument
            or _sends(before, track.id) != _sends(self._song, track.id)
            or before.track(track.id).is_frozen != track.is_frozen
            for track in self._song.tracks
        )
        again = again or (bool(changed.frozen) and before.effects != self._song.effects)
        self._slots = changed.slots
        if changed.sounds is not None:
            self._decode(changed.sounds)
        if (len(self._song.tracks) > MOST_SLOTS) != ("tracks" in self._remarks):
            self._remarks.pop("tracks", None)
            if len(self._song.tracks) > MOST_SLOTS:
                self._remarks["tracks"] = tr(
                    "Only {most} of {count} tracks sound.", most=MOST_SLOTS, count=len(self._song.tracks)
                )
            self._report()
        player = self.player
        wanted = slots_for(max(self._slots.values(), default=0) + 1)
        missing = set(self._shelf.missing)
        if self._shelf.provide(self._song) or wanted > self._slot_count:
            self._slot_count = max(wanted, self._slot_count)
            self._renew_synth()
        if set(self._shelf.missing) != missing:
            self._report()
        effects = self._song.effects
        player.post(lambda: player.engine.set_effects(effects))
        mix = Mix.of(self._song, self._slots, self._slot_count, self._is_mono)
        waits = again and not moved and changed.swap != "now"
        if not waits:
            player.post(lambda: player.engine.mixer.change(mix))
        self._hands.follow(before, self._song, self._slots)
        if again:
            self._install(before if moved else None, changed.swap if waits else "now")

    def _install(self, before: Song | None = None, swap_at: Swap = "now") -> None:
        """Schedule the song and swap it in, faders with it where that waits; after a change of tempo the position stays where
        it was in ticks."""
        player, rate = self.player, self.player.output.rate
        schedule = self._scheduler.schedule(self._song, self._slots, self._sounds, self._frozen())
        loop, span = self._loop_frames(), self._loop
        end = self._end_frame()

        def swap() -> None:
            engine = player.engine
            if before is not None and engine.schedule is not None:
                tick = float(before.timeline.ticks_at(engine.frame / rate))
                engine.frame = frame_at(schedule.timeline, round(tick), rate)
                self._origin = frame_at(schedule.timeline, round(float(before.timeline.ticks_at(self._origin / rate))), rate)
            if swap_at == "now":
                engine.install(schedule)
            else:
                engine.install_at(swap_at, schedule, lambda: engine.mixer.change(self._mix_now()))
            player.set_loop(loop, span)
            self._aim(engine, end)

        player.post(swap)

    def _frozen(self) -> Mapping[int, Mapping[int, frozen.Sound]]:
        """The kept sound of frozen tracks; those whose sound is not kept (yet) are played by the synthesiser."""
        folder, rate = self._settings.frozen, self.player.output.rate
        tracks = [track for track in self._song.tracks if track.is_frozen] if folder is not None else []
        keys = {track.id: self._keys.key(self._song, track, self._shelf.shared) for track in tracks}
        found = {track_id: frozen.opened(folder, key, rate) for track_id, key in keys.items() if folder is not None}
        return {track_id: buses for track_id, buses in found.items() if buses}

    def _mix_now(self) -> Mix:
        return Mix.of(self._song, self._slots, self.player.engine.synth.slots, self._is_mono)

    def _aim(self, engine: Engine, end: int) -> None:
        """Playing ends with the last bar, and goes back to where it began; begun after the end it goes on for ever."""
        engine.stops_at = end if engine.frame < end and not self._is_endless else None
        engine.returns_to = self._origin

    def _end_frame(self) -> int:
        timeline, end_tick = self._song.timeline, self._song.end_tick
        if not end_tick:
            return 0
        return frame_at(timeline, timeline.whole_bars(Span(0, end_tick)).end_tick, self.player.output.rate)

    def _loop_frames(self) -> tuple[int, int] | None:
        return None if self._loop is None else loop_frames(self._song.timeline, self._loop, self.player.output.rate)

    def _decode(self, paths: Mapping[str, str]) -> None:
        self._paths = dict(paths)
        rate = self.player.output.rate
        self._remarks.pop("sounds", None)
        for sha256, path in paths.items():
            if sha256 not in self._sounds:
                try:
                    self._sounds[sha256] = decoded(Path(path), rate)
                except UnreadableFile as problem:
                    self._remarks["sounds"] = problem.message
        self._report()

    # The transport

    def _move(self, verb: str, transport: Transport, ticket: int) -> None:
        """`verb` is play, pause, seek or loop; the transport says where and how."""
        player, engine = self.player, self.player.engine
        timeline, rate = self._song.timeline, player.output.rate
        tick, origin = frame_at(timeline, transport.tick, rate), frame_at(timeline, transport.origin_tick, rate)
        self._loop = transport.loop
        self._is_endless = transport.is_endless
        loop, span, end = self._loop_frames(), self._loop, self._end_frame()
        counted = count_in(timeline, transport.tick, transport.count_in_bars, rate) if verb == "play" else None

        def move() -> None:
            self._origin = origin
            if verb == "pause":
                engine.pause()
            if verb in ("seek", "stop"):
                if verb == "stop":
                    engine.pause()
                engine.seek(tick)
            player.set_loop(loop, span)
            if verb == "play":
                engine.play(counted)
            self._aim(engine, end)
            if verb == "seek":
                engine.stops_at = end if tick < end and not transport.is_endless else None

        if verb == "play" and player.output.is_null and self._settings.device != "" and self._looks > _ATTEMPTS:
            self._attempts_left = 1
        player.post(move, ticket)

    def _preview(self, note: PreviewNote) -> None:
        if self._audition is None or not self._song.has_track(note.track_id):
            return
        track = self._song.track(note.track_id)
        # Muted or not, in solo or not: who clicks on a note wants to hear it.
        strip = Mix.of_strips({0: type(track.strip)(track.strip.gain_db, track.strip.pan)}, self._song.master, 1)
        coefficients = (strip.master @ strip.strips[0]).astype(np.float32)
        block = self._audition.note(track.instrument, note.pitch, note.velocity, note.length_ms / 1000, coefficients)
        player = self.player
        player.post(lambda: player.output.play(block))

    # Fonts and devices

    def _new_synth(self, rate: int, slots: int) -> Synth:
        """With all fonts, and another for auditions; both silent where there is no sound to be had."""
        synth = self._shelf.synth_or_silence(rate, slots)
        if self._audition is not None:
            self._audition.close()
        self._audition = Audition(self._shelf.synth_or_silence(rate, 1), rate)
        return synth

    def _renew_synth(self) -> None:
        """Swap the synthesiser; the old one is closed once the render thread has let go of it."""
        player = self.player
        synth = self._new_synth(player.output.rate, self._slot_count)
        mix = Mix.of(self._song, self._slots, synth.slots, self._is_mono)
        player.post(lambda: threading.Thread(target=player.engine.use(synth, mix).close).start())
        self._hands.renew()

    def _opened_output(self) -> Output:
        self._remarks.pop("device", None)
        if self._settings.device == "":
            return NullOutput(self._settings.rate)
        try:
            return CardOutput(self._settings.device, self._settings.rate, self._latency_s)
        except AudioUnavailable as problem:
            self._remarks["device"] = problem.message
        return NullOutput(self._settings.rate)

    def look_after_device(self) -> None:
        """Called a few times a second: after a loss, look for a device once a second."""
        self._looks += 1
        if self._looks % _MIDI_LOOKS == 1 and self._hands.look():
            self._report()
        if self.player.has_lost_device:
            self.player.has_lost_device = False
            self._attempts_left = _ATTEMPTS
            self._remarks["device"] = tr("The sound card is gone.")
            self._report()
        self._calm_device()
        if not self._attempts_left or (self._looks % round(1 / _LOOK_S) and self._attempts_left < _ATTEMPTS):
            return
        self._attempts_left -= 1
        try:
            search_again()
            output: Output = CardOutput(self._settings.device, self.player.output.rate, self._latency_s)
        except AudioUnavailable:
            try:
                output = CardOutput(None, self.player.output.rate, self._latency_s)
            except AudioUnavailable:
                return
        self._attempts_left = 0
        self._remarks.pop("device", None)
        if output.rate != self.player.output.rate:
            self._change_rate(output)
        else:
            player = self.player
            player.post(lambda: player.use(output))
            self._report(output)
        hurry_process()

    def _calm_device(self) -> None:
        """On a crowded machine a short device buffer runs out though the ring is full: use a longer one."""
        player, output = self.player, self.player.output
        if self._looks % _MISSES_WITHIN_LOOKS == 0 or output.underflows < self._missed_before:
            self._missed_before = output.underflows
        if output.is_null or output.underflows - self._missed_before < _MISSES or self._latency_s >= _MOST_LATENCY_S:
            return
        self._latency_s = min(_MOST_LATENCY_S, 2 * self._latency_s)
        self._missed_before = 0
        closed = threading.Event()

        def let_go() -> None:
            player.use(NullOutput(output.rate))
            closed.set()

        player.post(let_go)
        closed.wait(2.0)
        self._attempts_left = _ATTEMPTS

    def _change_rate(self, output: Output) -> None:
        """Everything is made anew for another rate; the position is kept in ticks."""
        pulse = self._board.pulse()
        self.player.end()
        self._thread.join(1.0)
        self._scheduler = Scheduler(output.rate)
        slots = self._slot_count
        mix = Mix.of(self._song, self._slots, slots, self._is_mono)
        engine = Engine(self._new_synth(output.rate, slots), mix)
        engine.set_effects(self._song.effects)
        self.player = Player(engine, output, self._board)
        self._hands.use(self.player, self._shelf)
        self._sounds.clear()
        self._decode(self._paths)
        self._install()
        transport = Transport(bool(pulse.is_playing), round(pulse.tick), round(pulse.tick), self._loop)
        self._move("seek", transport, int(pulse.ticket))
        if transport.is_playing:
            self._move("play", transport, int(pulse.ticket))
        self._thread = threading.Thread(target=self.player.run, name="render", daemon=True)
        self._thread.start()
        self._report()

    def _report(self, output: Output | None = None) -> None:
        output = output or self.player.output
        latency_ms = 1000 * (self.player.look_ahead_s + output.latency_frames / output.rate)
        remarks = [remark for remark in (self._shelf.remark, self._shelf.warning) if remark]
        remarks += [self._remarks[kind] for kind in ("sounds", "tracks") if kind in self._remarks]
        if output.is_null:
            remarks.append(f"{self._remarks.get('device', '')} {tr('Playing silently in true time.')}".strip())
        elif not remarks:
            remarks.append(
                tr(
                    "Sound through «{output}», {rate:g} kHz, {latency_ms:.0f} ms.",
                    output=output.name,
                    rate=output.rate / 1000,
                    latency_ms=latency_ms,
                )
            )
        midi = self._hands.midi.line, self._hands.midi.names, self._hands.midi.there
        status = SoundStatus(" ".join(remarks), output.name, latency_ms, 0, 0, output.is_null, True, *midi)
        self._tell(replace(status, missing_fonts=tuple(self._shelf.missing), warning=self._shelf.warning))


def _sends(song: Song, track_id: int) -> tuple[int, int]:
    strip = song.track(track_id).strip
    return strip.reverb, strip.chorus
