"""The engine: a schedule, a synth and a mix rendered block by block; the same for ear, file and test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.audio import schedule as kinds
from studio.audio.click import CountIn, Metronome
from studio.audio.mixer import Block, Mix, Mixer
from studio.audio.schedule import PlacedSound, Schedule
from studio.audio.swap import Swap, Waiting, next_line
from studio.audio.synth import GRID_FRAMES, Planes, Synth, empty_planes
from studio.song.controls import AT_REST
from studio.song.mixing import SMALL_ROOM, Effects
from studio.song.song import Instrument

QUANTUM_FRAMES = 256
_RESIDUE_FRAMES = 32768

Settings = dict[tuple[int, int], tuple[int, int]]
"""What a channel was told last: (kind, number) -> (a, b)."""


class Engine:
    """Renders whole multiples of 64 frames. Used by one thread; positions are frames of the song."""

    def __init__(self, synth: Synth, mix: Mix | None = None, quantum_frames: int = QUANTUM_FRAMES) -> None:
        self.synth = synth
        self.mixer = Mixer(mix or Mix.silent(synth.slots))
        self.frame = 0
        self.is_playing = False
        self.schedule: Schedule | None = None
        self.stops_at: int | None = None
        self.returns_to: int | None = None
        self.metronome: Metronome | None = None
        """None in a render: clicks are for the ear alone."""
        self.turns = self.jumps = 0
        """How often the loop went round, and how often the music was sent elsewhere."""
        self._counting: CountIn | None = None
        self._counted = 0
        self._loop: tuple[int, int] | None = None
        self._cursor = 0
        self._sounding = np.zeros((synth.slots, 128), bool)
        self._told: list[Settings] = [{} for _ in range(synth.slots)]
        self._kinds: dict[int, tuple[bool, str]] = {}
        """What a channel is told with every program: whether it is for drums, and of which SoundFont."""
        self._effects = SMALL_ROOM
        self._waiting: Waiting | None = None
        self._after_fade: list[Callable[[], None]] = []
        self._fades_in = False
        self._sounds_end: int | None = None
        self._sounds_rise = False
        self._planes: Planes = empty_planes(synth.slots, quantum_frames)

    # What the other side asks for

    def install(self, schedule: Schedule) -> None:
        """Play this from now on: notes that are no longer there are released, settings are brought up to date."""
        self._waiting = None
        self.schedule = schedule
        self._release(except_for=schedule)
        self._enter(self.frame, restart=False)

    def install_at(self, swap: Swap, schedule: Schedule, then: Callable[[], object]) -> None:
        """As `install`, at the next beat or bar while the music plays; `then` is called at that moment."""
        if swap == "now" or not self.is_playing or self.schedule is None or self._counting is not None:
            self.install(schedule)
            then()
        else:
            frame = next_line(schedule.timeline, self.frame, schedule.rate, swap)
            self._waiting = Waiting(frame, schedule, then)

    def use(self, synth: Synth, mix: Mix) -> Synth:
        """Change the synthesiser (and with it the number of slots); returns the old one, to be closed elsewhere."""
        old, self.synth = self.synth, synth
        self._planes = empty_planes(synth.slots, self._planes.shape[-1])
        self._sounding = np.zeros((synth.slots, 128), bool)
        self._told = [{} for _ in range(synth.slots)]
        self._kinds = {}
        synth.room(self._effects)
        self.mixer = Mixer(mix)
        self._fades_in = True
        self._enter(self.frame, restart=self.is_playing)
        return old

    def play(self, count_in: CountIn | None = None) -> None:
        """Play from here, after the bars that are counted first."""
        if self._after_fade:
            self._after_fade.append(lambda: self._begin(count_in))
        else:
            self._begin(count_in)

    def pause(self) -> None:
        """Stop where we are: notes are released and ring out."""
        if self.is_playing:
            self.is_playing = False
            self._sounds_end = self.frame if self._counting is None else None
        self._counting = None
        self._release()

    def seek(self, frame: int) -> None:
        """Go on from another place; while something sounds, after a fade of one block."""
        frame = max(0, frame // GRID_FRAMES * GRID_FRAMES)
        if self.is_playing:
            self._after_fade.append(lambda: self._jump(frame))
        else:
            self._jump(frame)

    @property
    def shown_frame(self) -> int:
        """Where the music is; while bars are counted, so far before it."""
        return self.frame if self._counting is None else self.frame - self._counting.frames + self._counted

    def set_effects(self, effects: Effects) -> None:
        """Another room for the reverb, from the next block on."""
        if effects != self._effects:
            self._effects = effects
            self.synth.room(effects)

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        self._loop = loop

    def panic(self) -> None:
        """Silence, reverb tails too, after a fade of one block; the transport stops."""
        self.pause()
        self._after_fade.append(self._start_afresh)

    def render(self, frames: int, stems: bool = False, quick: bool = False) -> Block | NDArray[np.float32]:
        """The next frames before the limiter, [frame, side]; with `stems` [slot, side, frame]; `quick` leaves no peaks."""
        planes = self.raw(frames)
        if stems:
            return self.mixer.stems(planes)
        if quick:
            return self.mixer.summed(planes)
        gate = (0.0 if self._fades_in else 1.0, 0.0 if self._after_fade else 1.0)
        block = self.mixer.mixed(planes, gate)
        if self.metronome is not None:
            block = self.metronome.add_to(block)
        self._fades_in = bool(self._after_fade)
        steps, self._after_fade = self._after_fade, []
        for step in steps:
            step()
        return block

    def raw(self, frames: int) -> Planes:
        """The next frames before the mixer; what comes back is written over by the next call."""
        if self._planes.shape[-1] != frames:
            self._planes = empty_planes(self.synth.slots, frames)
        planes = self._planes
        planes.fill(0.0)
        done = 0
        while done < frames:
            done += self._advance(planes, done, frames - done)
        return planes

    # Time

    def _advance(self, planes: Planes, start: int, most: int) -> int:
        """Render up to the next event, loop end or stop; returns the frames done."""
        if self._waiting is not None and (not self.is_playing or self.frame >= self._waiting.frame):
            self._settle()
        schedule = self.schedule
        if not self.is_playing or schedule is None:
            self._finish_sounds(planes, start, most)
            self.synth.render(planes, start, most)
            return most
        if self._counting is not None:
            return self._count(self._counting, planes, start, most)
        loops = self._loop is not None and self.frame < self._loop[1]
        ends = [self._loop[1]] if loops and self._loop is not None else [self.stops_at] if self.stops_at is not None else []
        if ends and self.frame >= ends[0]:
            self.pause()
            if self.returns_to is not None:
                self._jump(self.returns_to)
            return 0
        waits_for = [] if self._waiting is None else [self._waiting.frame]
        most = min([most, *(end - self.frame for end in [*ends, *waits_for])])
        last = int(np.searchsorted(schedule.frames, self.frame + most))
        done = 0
        for frame, slot, kind, a, b in schedule.events[self._cursor : last].tolist():
            ahead = frame - self.frame - done
            if ahead > 0:
                self.synth.render(planes, start + done, ahead)
                done += ahead
            self._act(slot, kind, a, b)
        self._cursor = max(self._cursor, last)
        if done < most:
            self.synth.render(planes, start + done, most - done)
        self._finish_sounds(planes, start, most)
        self._add_sounds(planes, start, most, self.frame, rises=self._sounds_rise)
        self._sounds_rise = False
        if self.metronome is not None:
            self.metronome.follow(schedule.timeline, self.frame, most, start)
        self.frame += most
        if loops and self._loop is not None and self.frame == self._loop[1]:
            self._release()
            self._sounds_end, self._sounds_rise = self.frame, True
            self.frame = self._loop[0]
            self.turns += 1
            self._take_over()
            self._enter(self.frame, restart=True)
        return most

    def _count(self, counting: CountIn, planes: Planes, start: int, most: int) -> int:
        """Nothing of the song yet: its beats, and what still rings."""
        most = min(most, counting.frames - self._counted)
        for at, is_accent in counting.beats:
            if self.metronome is not None and self._counted <= at < self._counted + most:
                self.metronome.strike(start + at - self._counted, is_accent)
        self.synth.render(planes, start, most)
        self._counted += most
        if self._counted >= counting.frames:
            self._counting = None
            self._enter(self.frame, restart=True)
        return most

    def _take_over(self) -> None:
        """The music begins anew somewhere: there is nothing to wait for any more."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.schedule = waiting.schedule
            waiting.then()

    def _settle(self) -> None:
        """What waits for the beat is installed now; its long notes that sound across this moment are begun."""
        waiting = self._waiting
        if waiting is None:
            return
        self.install(waiting.schedule)
        waiting.then()
        if self.is_playing:
            spanning = waiting.schedule.sounding_at(self.frame)
            for _, _, slot, key, velocity, _ in spanning[spanning["long"]].tolist():
                if slot < len(self._sounding) and not self._sounding[slot, key]:
                    self._act(slot, kinds.ON, key, velocity)

    def _begin(self, count_in: CountIn | None = None) -> None:
        if not self.is_playing:
            self.is_playing = True
            self._counting, self._counted = count_in, 0
            self._enter(self.frame, restart=count_in is None)

    def _jump(self, frame: int) -> None:
        self.jumps += 1
        self._counting = None
        if self.is_playing:
            self.synth.silence()
            self._sounding[:] = False
        self.frame = frame
        self._take_over()
        self._enter(frame, restart=self.is_playing)

    def _start_afresh(self) -> None:
        # Voices end in the next blocks of the synth, and its reset leaves something in the longest delay lines.
        self.synth.silence()
        self._render_away(QUANTUM_FRAMES)
        self.synth.reset()
        self._render_away(_RESIDUE_FRAMES)
        self._sounding[:] = False
        self._told = [{} for _ in self._told]
        self._kinds = {}
        self.synth.room(self._effects)
        self._enter(self.frame, restart=False)

    def _render_away(self, frames: int) -> None:
        self.synth.render(empty_planes(self.synth.slots, frames), 0, frames)

    def _enter(self, frame: int, restart: bool) -> None:
        """Bring every channel to the state it has at a frame; with `restart`, long notes across it sound again."""
        schedule = self.schedule
        if schedule is None:
            return
        self._cursor = int(np.searchsorted(schedule.frames, frame))
        settings = schedule.settings_at(frame)
        for slot, instrument in schedule.instruments.items():
            if slot < self.synth.slots:
                self._chase(slot, instrument, schedule.sends.get(slot, (0, 0)), settings.get(slot, {}))
        if restart:
            spanning = schedule.sounding_at(frame)
            for _, _, slot, key, velocity, _ in spanning[spanning["long"]].tolist():
                self._act(slot, kinds.ON, key, velocity)

    def _chase(self, slot: int, instrument: Instrument, sends: tuple[int, int], found: Settings) -> None:
        """Tell a channel what differs from what it was told last."""
        at_rest: Settings = {(kinds.PROGRAM, 0): (instrument.bank, instrument.program)}
        at_rest |= {(kinds.CONTROLLER, number): (number, value) for number, value in AT_REST.items()}
        at_rest |= {(kinds.CONTROLLER, number): (number, value) for number, value in zip((91, 93), sends, strict=True)}
        told = self._told[slot]
        rest_of_told = {key: _rest(key) for key in told if key[1] not in kinds.REGISTERED}
        kind_of_sound = instrument.is_drum, instrument.font_id
        if self._kinds.get(slot) != kind_of_sound:
            self._kinds[slot] = kind_of_sound
            told.pop((kinds.PROGRAM, 0), None)
        for (kind, number), (a, b) in (rest_of_told | at_rest | found).items():
            if told.get((kind, number)) != (a, b):
                self._act(slot, kind, a, b)

    # Events

    def _act(self, slot: int, kind: int, a: int, b: int) -> None:
        synth = self.synth
        if slot >= synth.slots:
            return
        if kind == kinds.ON:
            self._sounding[slot, a] = True
            synth.note_on(slot, a, b)
        elif kind == kinds.OFF:
            if self._sounding[slot, a]:
                self._sounding[slot, a] = False
                synth.note_off(slot, a)
        elif kind == kinds.KEY_PRESSURE:
            synth.key_pressure(slot, a, b)
        else:
            self._tell(slot, kind, a, b)

    def _tell(self, slot: int, kind: int, a: int, b: int) -> None:
        synth = self.synth
        self._told[slot][kind, a if kind == kinds.CONTROLLER else 0] = (a, b)
        if kind == kinds.CONTROLLER:
            synth.controller(slot, a, b)
        elif kind == kinds.PROGRAM:
            synth.instrument(slot, a, b, *self._kinds.get(slot, (False, "")))
        elif kind == kinds.BEND:
            synth.bend(slot, b)
        elif kind == kinds.BEND_RANGE:
            synth.bend_range(slot, b)
        elif kind == kinds.PRESSURE:
            synth.pressure(slot, b)

    def _release(self, except_for: Schedule | None = None) -> None:
        """Release what sounds; with a schedule, only what does not sound there now. Lifts the pedal otherwise."""
        orphans = self._sounding.copy()
        if except_for is not None and self.is_playing:
            kept = except_for.sounding_at(self.frame)
            kept = kept[kept["slot"] < len(orphans)]
            orphans[kept["slot"], kept["key"]] = False
        for slot, key in np.argwhere(orphans).tolist():
            self._act(slot, kinds.OFF, key, 0)
        if except_for is None:
            for slot, told in enumerate(self._told):
                if told.get((kinds.CONTROLLER, 64), (64, 0))[1]:
                    self._tell(slot, kinds.CONTROLLER, 64, 0)

    # Sounds of audio tracks

    def _add_sounds(self, planes: Planes, start: int, frames: int, song_frame: int, rises: bool = False) -> None:
        """`rises`: those that have begun already come in over this stretch, for the music was sent into their midst."""
        for sound in self.schedule.sounds if self.schedule is not None else ():
            first, last = max(song_frame, sound.start_frame), min(song_frame + frames, sound.end_frame)
            if first < last and sound.slot < self.synth.slots:
                at = start + first - song_frame
                samples = _faded(sound, first, last).T
                if rises and first > sound.start_frame:
                    samples = samples * np.linspace(0.0, 1.0, last - first, dtype=np.float32)
                planes[sound.bus, sound.slot, :, at : at + last - first] += samples

    def _finish_sounds(self, planes: Planes, start: int, frames: int) -> None:
        """After a pause the sounds of audio tracks run on for a block, fading: a cut would click."""
        if self._sounds_end is None or self.schedule is None:
            return
        mark = planes.copy()
        planes.fill(0.0)
        self._add_sounds(planes, start, frames, self._sounds_end)
        planes[..., start : start + frames] *= np.linspace(1.0, 0.0, frames, dtype=np.float32)
        planes += mark
        self._sounds_end = None


def _rest(key: tuple[int, int]) -> tuple[int, int]:
    kind, number = key
    if kind == kinds.CONTROLLER:
        return number, AT_REST.get(number, 0)
    return 0, 2 if kind == kinds.BEND_RANGE else 0


def _faded(sound: PlacedSound, first: int, last: int) -> NDArray[np.float32]:
    """A stretch of a placed sound with its gain and fades."""
    samples = sound.samples[first - sound.start_frame : last - sound.start_frame]
    at = np.arange(first, last)
    gain = np.full(last - first, sound.gain, np.float32)
    if sound.fade_in_frames and first < sound.start_frame + sound.fade_in_frames:
        gain *= np.minimum(1.0, (at - sound.start_frame) / sound.fade_in_frames)
    if sound.fade_out_frames and last > sound.end_frame - sound.fade_out_frames:
        gain *= np.minimum(1.0, (sound.end_frame - at) / sound.fade_out_frames)
    faded: NDArray[np.float32] = (samples * gain[:, None]).astype(np.float32)
    return faded
