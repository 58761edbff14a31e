"""Threads of the sound process that must not wait, raised where the system lets us; never an error."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

_RENDER, _DEVICE = 5, 6
_NICE = -11


def hurry_render() -> None:
    """Called by the render thread itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_RENDER))
    elif sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), 15)


def hurry_process() -> None:
    """Called once a device is open. PortAudio asks for no priority on ALSA: its threads are raised here; and Python's
    other threads are kept from being put aside while they hold the interpreter's lock, which would hold up rendering."""
    if sys.platform != "linux":
        return
    ours = {thread.native_id for thread in threading.enumerate()}
    for entry in Path("/proc/self/task").iterdir():
        thread = int(entry.name)
        with contextlib.suppress(OSError):
            if thread not in ours:
                os.sched_setscheduler(thread, os.SCHED_RR, os.sched_param(_DEVICE))
            elif os.sched_getscheduler(thread) == os.SCHED_OTHER:
                os.setpriority(os.PRIO_PROCESS, thread, _NICE)
