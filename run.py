"""Set Ricercar up and start it: `python3 run.py`, `python3 run.py test`, `python3 run.py generate ...`.

Standard library only. Makes `.venv` beside this file, installs the locked packages and the system libraries that
are missing, and passes every argument on. A stamp in `.venv` makes the second start quick.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

SOUND = ["libfluidsynth3", "libportaudio2", "libsndfile1", "fluid-soundfont-gm"]
QT = [  # what Qt's xcb and offscreen platforms link to
    "libegl1",
    "libgl1",
    "libopengl0",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libx11-xcb1",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "fonts-dejavu-core",
]
FOR_TESTS = ["xvfb", "xdotool", "pulseaudio", "pulseaudio-utils", "libasound2-plugins", "fluidsynth"]
BREW = "brew install fluid-synth portaudio"
WINDOWS = "Install FluidSynth 2.3 or later (its fluidsynth-bin folder on PATH); PortAudio comes with the Python packages."


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def call(command: list[str], **more: object) -> int:
    return subprocess.run(command, check=False, **more).returncode  # type: ignore[call-overload]


def missing_debian_packages(wanted: list[str]) -> list[str]:
    """Those neither installed nor provided by an installed package (Ubuntu renames some with a t64 ending)."""
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"], capture_output=True, text=True, check=False
    ).stdout
    installed = {word.strip(",") for line in found.splitlines() if line.startswith("installed") for word in line.split()[1:]}
    return [name for name in wanted if name not in installed and f"{name}t64" not in installed]


def install_system_libraries(for_tests: bool) -> None:
    if sys.platform == "darwin":
        if not shutil.which("fluidsynth"):
            say(f"sound needs FluidSynth and PortAudio: {BREW}")
        return
    if os.name == "nt":
        if not shutil.which("fluidsynth"):
            say(f"for sound: {WINDOWS}")
        return
    wanted = SOUND + QT + (FOR_TESTS if for_tests else [])
    if not shutil.which("apt-get"):
        say(f"this is no Debian or Ubuntu; if sound or the window fails, install what these packages hold: {' '.join(wanted)}")
        return
    if not has_ensurepip():
        wanted = ["python3-venv", *wanted]
    missing = missing_debian_packages(wanted)
    if missing:
        apt_install(missing)


def apt_install(missing: list[str]) -> None:
    """With root or sudo; without either, name the packages and go on."""
    root = os.geteuid() == 0
    prefix = [] if root else ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    by_hand = f"sudo apt-get install {' '.join(missing)}"
    if not root and (not shutil.which("sudo") or call([*prefix, "true"], stderr=subprocess.DEVNULL) != 0):
        say(f"some system packages are missing, and neither root nor sudo is at hand. Going on without; later: {by_hand}")
        return
    say(f"installing system packages: {' '.join(missing)}")
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    call([*environment, "apt-get", "update", "-qq"], stdout=sys.stderr)
    install = [*environment, "apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    if call([*install, *missing], stdout=sys.stderr) != 0:
        # One unknown name must not cost all the others.
        failed = [name for name in missing if call([*install, name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0]
        if failed:
            say(f"these could not be installed, going on without: {' '.join(failed)}")


def has_ensurepip() -> bool:
    """Debian ships venv without ensurepip until python3-venv is installed."""
    return call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0


def make_environment() -> list[str]:
    """Make `.venv` where needed; the command that installs packages into it."""
    if has_ensurepip():
        if not PYTHON.exists() or call([str(PYTHON), "-m", "pip", "--version"], stdout=subprocess.DEVNULL) != 0:
            say("making .venv")
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        return [str(PYTHON), "-m", "pip"]
    if call([sys.executable, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True)
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    sys.exit("run.py: this Python cannot make environments. On Debian or Ubuntu: sudo apt-get install python3-venv")


def set_up(for_tests: bool) -> None:
    lock = ROOT / "packaging" / ("lock-test.txt" if for_tests else "lock.txt")
    stamps = [VENV / ".ready-lock-test"] if for_tests else [VENV / ".ready-lock", VENV / ".ready-lock-test"]
    locks = (path.read_bytes() for path in sorted(lock.parent.glob("lock*.txt")))
    state = hashlib.sha256(b"".join([sys.version.encode(), Path(__file__).read_bytes(), *locks])).hexdigest()
    if PYTHON.exists() and any(stamp.exists() and stamp.read_text() == state for stamp in stamps):
        return
    install_system_libraries(for_tests)
    pip = make_environment()
    say("installing the locked Python packages (the first time takes some minutes)")
    if call([*pip, "install", "--quiet", "--disable-pip-version-check", "-r", str(lock)], stdout=sys.stderr) != 0:
        sys.exit("run.py: the Python packages could not be installed; see the lines above. Is the network there?")
    stamps[0].write_text(state)


def run_tests(arguments: list[str]) -> int:
    """Format, lint, types, then the tests; pytest's summary comes last."""
    python = str(PYTHON)
    checks = [["-m", "ruff", "format", "--check", "--quiet", "."], ["-m", "ruff", "check", "--quiet", "."], ["-m", "mypy"]]
    failed = [] if arguments else [" ".join(check) for check in checks if call([python, *check], cwd=ROOT) != 0]
    result = call([python, "-m", "pytest", *arguments], cwd=ROOT)
    if failed:
        say(f"failed before the tests: {', '.join(failed)}")
    return result or int(bool(failed))


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the file that says so
        sys.exit("run.py: Ricercar needs Python 3.11 or later.")
    arguments = sys.argv[1:]
    for_tests = arguments[:1] == ["test"]
    set_up(for_tests)
    if for_tests:
        return run_tests(arguments[1:])
    return call([str(PYTHON), "-m", "studio", *arguments], env={**os.environ, "PYTHONPATH": str(ROOT)})


if __name__ == "__main__":
    sys.exit(main())
