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
    return Finding("Python", sys.version_info >= (3, 11), platform.python_version(), "Install Python 3.11 or later.")


def _package(name: str, module: str, what_for: str) -> Callable[[], Finding]:
    def check() -> Finding:
        try:
            found = importlib.import_module(module)
        except (ImportError, OSError) as problem:
            return Finding(name, False, f"{what_for} does not work: {problem}.", "Run `python3 run.py` again.")
        return Finding(name, True, str(getattr(found, "__version__", "present")))

    return check


def _soundfont() -> Finding:
    from studio.audio import soundfonts

    try:
        return Finding("SoundFont", True, str(soundfonts.find()))
    except RicercarError as problem:
        return Finding("SoundFont", False, problem.message, problem.hint)


def _device() -> Finding:
    remedy = "Without one, playback runs silently in true time; export still works. Plug in or choose a sound card."
    try:
        sounddevice = importlib.import_module("sounddevice")
        device = sounddevice.query_devices(kind="output")
    except Exception as problem:  # PortAudio raises its own kinds, and OSError when the library is missing
        return Finding("Sound card", False, f"no output device ({problem}).", remedy)
    return Finding("Sound card", True, str(device["name"]))


def _accelerator() -> Finding:
    from backends import devices

    return Finding("Accelerator", True, devices.described())


def _models() -> Finding:
    from studio.generation.library import Library

    cards = Library.standard().cards()
    broken = [f"{card.id}: {card.reason}" for card in cards if not card.usable]
    if not cards or broken:
        return Finding("Models", False, "; ".join(broken) or "no model is installed.", "Install Ricercar again.")
    return Finding("Models", True, ", ".join(card.id for card in cards))


def _folders() -> Finding:
    for folder in (paths.data_folder(), paths.state_folder(), paths.config_folder()):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".probe"
            probe.write_text("")
            probe.unlink()
        except OSError as problem:
            return Finding(
                "Folders", False, f"«{folder}» cannot be written: {problem.strerror}.", "Preferences will not be kept."
            )
    return Finding("Folders", True, str(paths.data_folder()))


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _package("Qt", "PySide6.QtWidgets", "The window"),
    _package("torch", "torch", "Making takes"),
    _package("FluidSynth", "fluidsynth", "The synthesiser"),
    _package("PortAudio", "sounddevice", "Sound output"),
    _package("rtmixer", "rtmixer", "Sound output"),
    _package("soundfile", "soundfile", "WAV export"),
    _soundfont,
    _device,
    _accelerator,
    _models,
    _folders,
)
