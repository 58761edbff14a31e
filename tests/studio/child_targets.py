"""What the children of test_children do; imports nothing of the tests, so that a child stays small."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from studio.children import ChildEnd


def echo(end: ChildEnd) -> None:
    for verb, payload in end.messages():
        if verb == "crash":
            os._exit(7)
        if verb == "raise":
            raise ValueError("a bug")
        if verb == "work until cancelled":
            end.send("working")
            while not end.is_cancelled:
                end.beat()
                time.sleep(0.001)
        end.send(verb, sorted(sys.modules) if verb == "modules" else payload)


def deaf(end: ChildEnd) -> None:
    message = end.receive()
    grandchild = subprocess.Popen(["sleep", "1000"]).pid if message == ("begin", None) else None
    end.send("hanging", grandchild)
    while True:
        time.sleep(1000)
