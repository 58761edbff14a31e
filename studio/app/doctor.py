"""`ricercar doctor`: what works on this machine, what does not, and the remedy."""

from __future__ import annotations

import importlib
import platform
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from studio import paths
from studio.errors import RicercarError
from studio.words import mark, tr


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `detail` is a fact when it works, the reason when not."""

    name: str
    works: bool
    detail: str
    remedy: str = ""


def run(arguments: Namespace) -> dict[str, object] | None:
    findings = [check() for check in CHECKS]
    if arguments.json:
        listed = [{"name": f.name, "works": f.works, "detail": f.detail, "remedy": f.remedy} for f in findings]
        return {"ok": all(f.works for f in findings), "checks": listed}
    for finding in findings:
        mark = "works" if finding.works else "MISSING"
        print(f"{mark:8} {finding.name}: {finding.detail}" + (f" {finding.remedy}" if not finding.works else ""))
    return None


def _python() -> Finding:
    return Finding("Python", sys.version_info >= (3, 11), platform.python_version(), tr("Install Python 3.11 or later."))


def _package(name: str, module: str, what_for: str) -> Callable[[], Finding]:
    def check() -> Finding:
        try:
            found = importlib.import_module(module)
        except (ImportError, OSError) as problem:
            return Finding(
                name,
                False,
                tr("{what_for} does not work: {problem}.", what_for=tr(what_for), problem=problem),
                tr("Run `python3 run.py` again."),
            )
        return Finding(name, True, str(getattr(found, "__version__", "present")))

    return check


def _soundfont() -> Finding:
    from studio.audio import soundfonts

    try:
        return Finding("SoundFont", True, str(soundfonts.find()))
    except RicercarError as problem:
        return Finding("SoundFont", False, problem.message, problem.hint)


def _device() -> Finding:
    remedy = tr("Without one, playback runs silently in true time; export still works. Plug in or choose a sound card.")
    try:
        sounddevice = importlib.import_module("sounddevice")
        device = sounddevice.query_devices(kind="output")
    except Exception as problem:  # PortAudio raises its own kinds, and OSError when the library is missing
        return Finding(tr("Sound card"), False, tr("no output device ({problem}).", problem=problem), remedy)
    return Finding(tr("Sound card"), True, str(device["name"]))


def _accelerator() -> Finding:
    from backends import devices

    return Finding(tr("Accelerator"), True, devices.described())


def _models() -> Finding:
    from studio.generation.library import Library

    cards = Library.standard().cards()
    broken = [f"{card.id}: {card.reason}" for card in cards if not card.usable]
    if not cards or broken:
        return Finding(tr("Models"), False, "; ".join(broken) or tr("no model is installed."), tr("Install Ricercar again."))
    return Finding(tr("Models"), True, ", ".join(card.id for card in cards))


def _folders() -> Finding:
    for folder in (paths.data_folder(), paths.state_folder(), paths.config_folder()):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".probe"
            probe.write_text("")
            probe.unlink()
        except OSError as problem:
            return Finding(
                tr("Folders"),
                False,
                tr("«{folder}» cannot be written: {reason}.", folder=folder, reason=problem.strerror),
                tr("Preferences will not be kept."),
            )
    return Finding(tr("Folders"), True, str(paths.data_folder()))


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _package("Qt", "PySide6.QtWidgets", mark("The window")),
    _package("torch", "torch", mark("Making takes")),
    _package("FluidSynth", "fluidsynth", mark("The synthesiser")),
    _package("PortAudio", "sounddevice", mark("Sound output")),
    _package("rtmixer", "rtmixer", mark("Sound output")),
    _package("python-rtmidi", "rtmidi", mark("Playing on MIDI keyboards")),
    _package("soundfile", "soundfile", mark("WAV export")),
    _soundfont,
    _device,
    _accelerator,
    _models,
    _folders,
)
