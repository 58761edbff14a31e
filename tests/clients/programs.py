"""Other people's programs as readers of our files: each is run as it stands, and what it says of a file is put in our terms.

Nothing here knows our own reader. What a program keeps to itself is said in its `silent`, fact by fact, and is not compared.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import mido

from tests.patience import until
from tests.x_server import x_server

FACTS = ("notes", "starts", "lengths", "velocities", "names", "programs", "tempi")
TICKS = 960
SECONDS = 120


@dataclass
class Heard:
    """A note as a program tells of it; -1 where it keeps that to itself. Ticks are 960 a quarter."""

    start: float
    length: float
    pitch: int
    velocity: int


@dataclass
class Part:
    """A track as a program has it."""

    name: str = ""
    program: int = -1
    notes: list[Heard] = field(default_factory=list)


@dataclass
class Opened:
    parts: list[Part]
    tempi: list[tuple[float, float]] = field(default_factory=list)
    """(tick, beats a minute)"""


@dataclass(frozen=True)
class Program:
    """A program of Debian.

    `parts`: whether it has a part a track, a channel, or a sound. `silent`: what it keeps to itself or changes, and why it is
    not compared; a fact, or "fact song" where that holds for one song. `slack`: how coarsely it places starts and lengths.
    """

    name: str
    package: str
    command: str
    version: tuple[str, ...]
    read: Callable[[Path, Path], Opened]
    parts: str = "track"
    silent: dict[str, str] = field(default_factory=dict)
    slack: float = 0.0
    slack_bpm: float = 0.01
    needs: tuple[str, ...] = ()

    @property
    def lacks(self) -> list[str]:
        return [tool for tool in (self.command, *self.needs) if not _is_there(tool)]

    def tells(self, fact: str, song: str) -> bool:
        return fact not in self.silent and f"{fact} {song}" not in self.silent


def _is_there(tool: str) -> bool:
    return Path(tool).exists() if tool.startswith("/") else shutil.which(tool) is not None


def ran(*command: str | Path, cwd: Path, encoding: str = "utf-8") -> str:
    """What a program writes, on either stream; its exit code is its own affair, what it says is not."""
    done = subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env={**os.environ, "HOME": str(cwd), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return (done.stdout + done.stderr).decode(encoding, "replace")


# midicsv


def midicsv(path: Path, folder: Path) -> Opened:
    parts: dict[int, Part] = defaultdict(Part)
    sounding: dict[tuple[int, int, int], list[Heard]] = defaultdict(list)
    opened, scale = Opened([]), 1.0
    for row in csv.reader(ran("midicsv", path, cwd=folder, encoding="latin-1").split("\n")[:-1], skipinitialspace=True):
        track, tick, kind = int(row[0]), int(row[1]), row[2]
        if kind == "Header":
            scale = TICKS / int(row[5])
        elif kind == "Tempo":
            opened.tempi.append((tick * scale, 60e6 / int(row[3])))
        elif kind == "Title_t":
            parts[track].name = _octal(row[3])
        elif kind == "Program_c" and parts[track].program < 0:
            parts[track].program = int(row[4])
        elif kind == "Note_on_c" and int(row[5]):
            note = Heard(tick * scale, -1, int(row[4]), int(row[5]))
            parts[track].notes.append(note)
            sounding[track, int(row[3]), note.pitch].append(note)
        elif kind in ("Note_off_c", "Note_on_c"):
            note = sounding[track, int(row[3]), int(row[4])].pop(0)
            note.length = tick * scale - note.start
    opened.parts = [part for _, part in sorted(parts.items())]
    return opened


def _octal(text: str) -> str:
    """Bytes of names as they are, some written as \\ooo."""
    raw = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found.group(1), 8)]), text.encode("latin-1"))
    return raw.decode("utf-8", "replace")


def _hexadecimal(text: str) -> str:
    """Bytes outside ASCII written as \\0xhh; long names end in dots."""
    raw = re.sub(rb"\\0x([0-9a-f]{2})", lambda found: bytes([int(found.group(1), 16)]), text.encode())
    return raw.decode("utf-8", "ignore").removesuffix("...")


# abcmidi


def midi2abc(path: Path, folder: Path) -> Opened:
    """Notes and programs from its table of notes, names and tempi from its text of events."""
    parts: dict[int, Part] = defaultdict(Part)
    channels: dict[int, int] = {}
    scale = 1.0
    for line in ran("midi2abc", path, "-midigram", cwd=folder).splitlines():
        words = line.split()
        if words[:1] == ["Header"]:
            scale = TICKS / int(words[3])
        elif len(words) > 2 and words[1] == "Program":
            channels[int(words[2])] = int(words[3])
        elif len(words) == 6:
            begin, end, track, channel, pitch, velocity = (int(word) for word in words)
            parts[track].notes.append(Heard(begin * scale, (end - begin) * scale, pitch, velocity))
            if parts[track].program < 0:
                parts[track].program = channels.get(channel, 0)
    opened, track = Opened([]), 0
    for line in ran("midi2abc", path, "-mftext", cwd=folder).splitlines():
        if found := re.match(r"Track (\d+) contains", line):
            track = int(found.group(1))
        elif found := re.match(r"\s*([\d.]+)\s+Metatext tempo =\s*([\d.]+) bpm", line):
            opened.tempi.append((float(found.group(1)) * TICKS, float(found.group(2))))
        elif found := re.match(r"\s*[\d.]+\s+Metatext \(Seqnce/Track Name\) (.*)", line):
            parts[track].name = _hexadecimal(found.group(1))
    opened.parts = [part for _, part in sorted(parts.items())]
    return opened


# timidity


def timidity(path: Path, folder: Path) -> Opened:
    """Names of tracks, and how many notes each program (of drums: each key) is to play."""
    said = ran("timidity", "-Ol", path, cwd=folder)
    parts = [Part(name) for name in re.findall(r"^(?:Track name|Sequence): (.*)$", said, re.MULTILINE)]
    for program, count in re.findall(r"^Tonebank \d+ (\d+) \(start at [\d:]+, (\d+) times", said, re.MULTILINE):
        parts.append(Part("", int(program), [Heard(-1, -1, -1, -1)] * int(count)))
    for kit, pitch, count in re.findall(r"^Drumset (\d+) (\d+) \(start at [\d:]+, (\d+) times", said, re.MULTILINE):
        parts.append(Part("", int(kit), [Heard(-1, -1, int(pitch), -1)] * int(count)))
    return Opened(parts)


# FluidSynth

FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"


def fluidsynth(path: Path, folder: Path) -> Opened:
    """What its player hands the synthesiser while it renders, a part a channel; seconds are put on ticks by its own tempi."""
    said = ran("fluidsynth", "-v", "-ni", "-F", "out.wav", FONT, path, cwd=folder)
    said = said[said.index("Loading midifile") :]
    division = int(re.findall(r"Division=(\d+)", said)[0])
    parts: dict[int, Part] = defaultdict(Part)
    opened, seen = Opened([]), set()
    for us, tick in re.findall(r"tempo=(\d+), tick time=[\d.]+ msec, cur time=\d+ msec, cur tick=(\d+)", said):
        opened.tempi.append((int(tick) * TICKS / division, 60e6 / int(us)))
    for line in said.splitlines():
        words = line.removeprefix("fluidsynth: ").split("\t")
        if words[0] == "prog" and not parts[int(words[1])].notes:
            parts[int(words[1])].program = int(words[3])
        elif words[0] == "noteon" and words[4] not in seen:
            seen.add(words[4])
            start = _tick_at(float(words[5]), opened.tempi)
            parts[int(words[1])].notes.append(Heard(start, -1, int(words[2]), int(words[3])))
    opened.parts = [part for _, part in sorted(parts.items()) if part.notes]
    return opened


def _tick_at(second: float, tempi: list[tuple[float, float]]) -> float:
    """Where a second falls; the first tempo holds from the start (it is said twice there: before the file, and by it)."""
    here, bpm, passed = 0.0, tempi[0][1], 0.0
    for tick, following in tempi:
        lasts = (tick - here) / TICKS * 60 / bpm
        if passed + lasts > second:
            break
        here, bpm, passed = tick, following, passed + lasts
    return here + (second - passed) * bpm / 60 * TICKS


# MuseScore


def musescore(path: Path, folder: Path) -> Opened:
    """Its score names the parts and their programs; the MIDI file that it writes again has the notes, each a tick shorter."""
    ran("musescore3", "-o", "score.mscx", path, cwd=folder)
    ran("musescore3", "-o", "again.mid", path, cwd=folder)
    score = ElementTree.parse(folder / "score.mscx").getroot()
    parts = []
    for node in score.iterfind(".//Score/Part"):
        program = node.find("Instrument/Channel/program")
        parts.append(Part(node.findtext("trackName", ""), -1 if program is None else int(program.get("value", "-1"))))
    opened = Opened(parts)
    file = mido.MidiFile(folder / "again.mid")
    scale = TICKS / file.ticks_per_beat
    opened.tempi = [(at * scale, 60e6 / message.tempo) for at, message in _timed(file.tracks[0]) if message.type == "set_tempo"]
    for part, track in zip(parts, file.tracks[-len(parts) :], strict=True):
        part.notes = list(_notes_of(track, scale, longer=1))
    return opened


def _timed(track: mido.MidiTrack) -> Iterator[tuple[int, mido.Message]]:
    tick = 0
    for message in track:
        tick += message.time
        yield tick, message


def _notes_of(track: mido.MidiTrack, scale: float, longer: int) -> Iterator[Heard]:
    open_notes: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for tick, message in _timed(track):
        if message.type == "note_on" and message.velocity:
            open_notes[message.channel, message.note].append((tick, message.velocity))
        elif message.type in ("note_on", "note_off"):
            begin, velocity = open_notes[message.channel, message.note].pop(0)
            yield Heard(begin * scale, (tick - begin + longer) * scale, message.note, velocity)


# LMMS

LMMS_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE lmms-config-file>
<lmms version="1.2.2">
  <app nommpz="1" disablebackup="1" nomsgaftersetup="1" openlastproject="0" language="en" configured="1"/>
  <mixer framesperaudiobuffer="256" mididev="Dummy (no MIDI support)" audiodev="Dummy (no sound output)"/>
  <paths defaultsf2="{font}" workingdir="{folder}/"/>
  <ui enableautosave="0"/>
</lmms>
"""
LMMS_TICKS = TICKS / 48
LMMS_OCTAVE = 12
"""It calls middle C what others call an octave lower."""


def lmms(path: Path, folder: Path) -> Opened:
    """Opened in its window, saved by Ctrl+S, and the project that it wrote is read: it has no way without a window."""
    (folder / "projects").mkdir()
    (folder / ".lmmsrc.xml").write_text(LMMS_SETTINGS.format(font=FONT, folder=folder))
    target = folder / "projects" / "out.mmp"
    with x_server() as display, (folder / "said").open("wb") as said:
        around = {**os.environ, "HOME": str(folder), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        allowed = ["--allowroot"] if os.geteuid() == 0 else []
        window = subprocess.Popen(["lmms", *allowed, "--import", str(path)], env=around, stdout=subprocess.DEVNULL, stderr=said)
        try:
            assert until(lambda: window.poll() is not None or _pressed_save(around)), "the window of LMMS does not come"
            assert window.poll() is None, (folder / "said").read_text("utf-8", "replace")
            subprocess.run(["xdotool", "type", str(target)], env=around, check=True)
            subprocess.run(["xdotool", "key", "Return"], env=around, check=True)
            assert until(lambda: target.exists() and target.read_bytes().rstrip().endswith(b"</lmms-project>"))
        finally:
            window.kill()
            window.wait()
    return _mmp(ElementTree.parse(target).getroot())


def _pressed_save(around: dict[str, str]) -> bool:
    """Whether its dialog for saving stands there; Ctrl+S asks for it as soon as there is a window."""
    if not _windows("LMMS 1", around):
        return False
    subprocess.run(["xdotool", "mousemove", "700", "300", "click", "1", "key", "ctrl+s"], env=around, check=False)
    return until(lambda: bool(_windows("^Save Project$", around)), 5)


def _windows(name: str, around: dict[str, str]) -> list[str]:
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], env=around, capture_output=True, check=False)
    return found.stdout.decode().split()


def _mmp(root: ElementTree.Element) -> Opened:
    opened = Opened([])
    for track in root.iterfind(".//track[@type='0']"):
        player = track.find(".//sf2player")
        part = Part(track.get("name", ""), -1 if player is None else int(player.get("patch", "-1")))
        for pattern in track.iterfind("pattern"):
            begin = int(pattern.get("pos", "0"))
            for note in pattern.iterfind("note"):
                at, length = (begin + int(note.get("pos", "0"))) * LMMS_TICKS, int(note.get("len", "0")) * LMMS_TICKS
                loudness = round(int(note.get("vol", "0")) * 127 / 200)
                part.notes.append(Heard(at, length, int(note.get("key", "0")) + LMMS_OCTAVE, loudness))
        if part.notes:
            opened.parts.append(part)
    for pattern in root.iterfind(".//automationpattern[@name='Tempo']"):
        opened.tempi = [
            (float(each.get("pos", "0")) * LMMS_TICKS, float(each.get("value", "0"))) for each in pattern.iterfind("time")
        ]
    return opened


_QUANTISED = "what lies off its grid is laid on it, and what is shorter than its finest value grows"
PROGRAMS = (
    Program("midicsv", "midicsv", "midicsv", ("midicsv", "-h"), midicsv),
    Program(
        "midi2abc", "abcmidi", "midi2abc", ("midi2abc", "-ver"), midi2abc,
        silent={"tempo places": "written to a hundredth of a quarter"}, slack_bpm=0.006,
    ),
    Program(
        "TiMidity++", "timidity", "timidity", ("timidity", "-v"), timidity, parts="sound",
        silent={
            "starts": "its list counts the notes of each program", "lengths": "as starts", "velocities": "as starts",
            "pitches": "as starts, but for drums", "tempi": "not in its list",
        },
    ),
    Program(
        "FluidSynth", "fluidsynth fluid-soundfont-gm", "fluidsynth", ("fluidsynth", "--version"), fluidsynth, parts="channel",
        silent={
            "names": "a synthesiser asks for none", "lengths": "its log gives no time to the ends of notes",
            "programs twenty": "knows no ports: parts 16 to 20 share the channels of 1 to 5",
            "tempo places": "reported at the next block of 64 samples",
        },
        slack=8.0, needs=(FONT,),
    ),
    Program(
        "MuseScore", "musescore3", "musescore3", ("musescore3", "--version"), musescore,
        silent={
            "starts bends": _QUANTISED, "lengths bends": _QUANTISED, "lengths band": _QUANTISED,
            "count bends": "a note struck again off its grid is tied to the one before",
            "names one-track": "a file of one track carries title and name; it shows the title", "names bends": "as one-track",
        },
    ),
    Program(
        "LMMS", "lmms fluid-soundfont-gm xvfb xdotool", "lmms", ("lmms", "--allowroot", "--version"), lmms,
        silent={
            "names one-track": "a file of one track gets a name of its own", "names bends": "as one-track",
            "programs band": "drums always play its first kit",
            "tempo places": "its tempo has a point an eighth",
        },
        slack=20.0, needs=("Xvfb", "xdotool", FONT),
    ),
)  # fmt: skip
