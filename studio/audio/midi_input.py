"""MIDI input: keyboards that are plugged in are opened, those that are gone are let go; without any, all else works."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, Protocol

from studio.audio.played import MidiParser, Touch
from studio.words import tr

ALL, NONE = "all", "none"
"""Which inputs are listened to: all, none, or the one of this name."""

Heard = Callable[[bytes, float], None]
"""Called with the bytes of a message and the moment (monotonic clock) at which it came, on any thread."""

_OWN_ECHO = ("Midi Through", "Ricercar")


class MidiPort(Protocol):
    def close(self) -> None: ...


class MidiSystem(Protocol):
    """What the operating system offers. Both calls may raise MidiUnavailable."""

    def names(self) -> list[str]:
        """The inputs there are now."""
        ...

    def open(self, name: str, heard: Heard) -> MidiPort: ...


class MidiUnavailable(Exception):
    """There is no MIDI here, or an input cannot be opened; the sentence says which."""


class MidiInputs:
    """Keeps the wanted inputs open. `look` is called every second or so by one thread; touches come on others."""

    def __init__(self, system: Callable[[], MidiSystem], wanted: str = ALL) -> None:
        self._make = system
        self.touched: Callable[[Touch, float], object] = lambda _touch, _time_s: None
        """Called with what is played, on a thread of the MIDI library."""
        self._system: MidiSystem | None = None
        self._open: dict[str, MidiPort] = {}
        self._refused: dict[str, str] = {}
        self._fault = ""
        self.there: tuple[str, ...] = ()
        """All the inputs there are, listened to or not."""
        self.wanted = wanted

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs that are open."""
        return tuple(sorted(self._open))

    @property
    def line(self) -> str:
        """One sentence on how it stands."""
        if self.wanted == NONE:
            return tr("MIDI input is switched off.")
        if self._open:
            return tr("MIDI input: {names}.", names=", ".join(self.names))
        if self._fault or self._refused:
            return self._fault or next(iter(self._refused.values()))
        if self.wanted != ALL:
            return tr("The MIDI input «{name}» is not connected.", name=self.wanted)
        return tr("No MIDI keyboard is connected.")

    def look(self) -> None:
        """Open what came, close what went."""
        try:
            self._system = self._system or self._make()
            self.there = tuple(name for name in self._system.names() if not name.startswith(_OWN_ECHO))
            self._fault = ""
        except MidiUnavailable as problem:
            self._fault, self.there = str(problem), ()
        there = [name for name in self.there if self._is_wanted(name)]
        for name in [name for name in self._open if name not in there]:
            self._let_go(name)
        self._refused = {name: words for name, words in self._refused.items() if name in there}
        for name in there:
            if name not in self._open and name not in self._refused:
                self._begin(name)

    def choose(self, wanted: str) -> None:
        """Listen to these from now on."""
        self.wanted = wanted
        self._refused.clear()
        self.look()

    def close(self) -> None:
        for name in list(self._open):
            self._let_go(name)

    def _is_wanted(self, name: str) -> bool:
        return self.wanted != NONE and self.wanted in (ALL, name)

    def _begin(self, name: str) -> None:
        parser = MidiParser()

        def heard(data: bytes, time_s: float) -> None:
            for touch in parser.feed(data):
                self.touched(touch, time_s)

        assert self._system is not None
        try:
            self._open[name] = self._system.open(name, heard)
        except MidiUnavailable as problem:
            self._refused[name] = str(problem)

    def _let_go(self, name: str) -> None:
        with contextlib.suppress(Exception):  # of a device that is gone already
            self._open.pop(name).close()


class RtMidiSystem:
    """ALSA, CoreMIDI or WinMM, by RtMidi."""

    def __init__(self) -> None:
        self._rtmidi, self._watcher = _library()

    def names(self) -> list[str]:
        try:
            return [_plain(name) for name in self._watcher.get_ports()]
        except Exception as problem:
            raise MidiUnavailable(tr("The MIDI inputs cannot be listed ({reason}).", reason=problem)) from problem

    def open(self, name: str, heard: Heard) -> MidiPort:
        try:
            at = self.names().index(name)
            port = self._rtmidi.MidiIn(name="Ricercar")
            port.ignore_types(sysex=True, timing=True, active_sense=True)
            port.set_callback(lambda message, _: heard(bytes(message[0]), time.monotonic()))
            port.open_port(at, name="Ricercar input")
        except Exception as problem:
            raise MidiUnavailable(
                tr("The MIDI input «{name}» cannot be opened: another program may hold it.", name=name)
            ) from problem
        return _OpenPort(port)


class _OpenPort:
    def __init__(self, port: Any) -> None:
        self._port = port

    def close(self) -> None:
        self._port.cancel_callback()
        self._port.close_port()
        self._port.delete()


def _plain(name: str) -> str:
    """ALSA ends names with numbers of client and port, which are others at every plugging."""
    head, _, tail = name.rpartition(" ")
    is_address = bool(head) and all(part.isdigit() for part in tail.split(":")) and ":" in tail
    return (head if is_address else name).strip()


def _library() -> tuple[Any, Any]:
    try:
        import rtmidi
    except (ImportError, OSError) as problem:
        raise MidiUnavailable(tr("MIDI keyboards cannot be used: python-rtmidi is not installed.")) from problem
    try:
        return rtmidi, rtmidi.MidiIn(name="Ricercar watch")
    except Exception as problem:  # it raises kinds of its own, which are not exported
        raise MidiUnavailable(tr("MIDI keyboards cannot be used: this system offers no MIDI.")) from problem
