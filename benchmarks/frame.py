"""The frame of every benchmark here: cases run round robin, the best time of each is kept, ratios are taken in one run.

A case has a chunk of work of 10 to 200 ms (or longer: then fewer rounds). Cases of one thread compare processor time,
others wall time. A case that names none to compare with is absolute: its seconds are the figure. A case whose output
check fails, fails the run; a case whose library is absent is skipped and said so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

QUICK_ROUNDS, LONG_ROUNDS = 20, 3
LONG_S = 1.0


@dataclass(frozen=True, slots=True)
class Goal:
    """`figure` is "speed" (rate / rate of the other), "time" (time / time of the other) or "seconds" (absolute)."""

    against: str
    figure: str
    bound: float

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.figure == "speed" else value <= self.bound

    def __str__(self) -> str:
        sign = ">=" if self.figure == "speed" else "<="
        return f"{sign} {self.bound:g}" + (f" x {self.against}" if self.against else " s")


@dataclass(slots=True)
class Case:
    """`setup` makes what `chunk` is given; ImportError there means the peer is absent. `check` raises on wrong output.

    `work` is the number of units in a chunk. `is_single_thread` cases are compared by processor time.
    """

    name: str
    setup: Callable[[], Any]
    chunk: Callable[[Any], Any]
    work: float = 1.0
    unit: str = "chunk"
    goals: tuple[Goal, ...] = ()
    check: Callable[[Any], None] | None = None
    is_single_thread: bool = True


@dataclass(slots=True)
class _Running:
    case: Case
    given: Any
    best_wall_s: float = float("inf")
    best_cpu_s: float = float("inf")
    rounds: int = 0

    def go(self) -> None:
        wall, cpu = time.perf_counter(), _cpu_s()
        output = self.case.chunk(self.given)
        cpu, wall = _cpu_s() - cpu, time.perf_counter() - wall
        self.best_wall_s, self.best_cpu_s = min(self.best_wall_s, wall), min(self.best_cpu_s, cpu)
        if self.rounds == 0 and self.case.check is not None:
            self.case.check(output)
        self.rounds += 1

    @property
    def best_s(self) -> float:
        return self.best_cpu_s if self.case.is_single_thread else self.best_wall_s


def _cpu_s() -> float:
    """Processor time of this process and of the child processes that it has waited for."""
    if sys.platform == "win32":
        return time.process_time()
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def run(title: str, cases: list[Case], budget_s: float = 55.0) -> dict[str, Any]:
    """All cases round robin: at least 20 rounds (3 where a chunk is long), as long as the budget lasts beyond 3."""
    began = time.perf_counter()
    running, skipped = [], []
    for case in cases:
        try:
            running.append(_Running(case, case.setup()))
        except ImportError as problem:
            skipped.append({"name": case.name, "skipped": f"{problem.name or problem} is not installed"})
    for turn in range(QUICK_ROUNDS):
        for one in running:
            if turn >= LONG_ROUNDS and (one.best_wall_s > LONG_S or time.perf_counter() - began > budget_s):
                continue
            one.go()
    found = {one.case.name: one for one in running}
    rows = [_row(one, found) for one in running]
    return {
        "benchmark": title,
        "cases": [*rows, *skipped],
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "cores": os.cpu_count(),
        "threads": threading.active_count(),
        "met": all(goal["met"] for row in rows for goal in row["goals"]),
    }


def _row(one: _Running, found: dict[str, _Running]) -> dict[str, Any]:
    goals = []
    for goal in one.case.goals:
        if goal.against and goal.against not in found:
            continue
        value = _figure(one, goal, found)
        goals.append({"goal": str(goal), "figure": goal.figure, "value": round(value, 3), "met": goal.is_met(value)})
    return {
        "name": one.case.name,
        "best_wall_s": one.best_wall_s,
        "best_cpu_s": one.best_cpu_s,
        "rate": one.case.work / one.best_s,
        "unit": one.case.unit,
        "rounds": one.rounds,
        "goals": goals,
    }


def _figure(one: _Running, goal: Goal, found: dict[str, _Running]) -> float:
    if not goal.against:
        return one.best_s
    other = found[goal.against]
    speed = (one.case.work / one.best_s) / (other.case.work / other.best_s)
    return speed if goal.figure == "speed" else 1 / speed


def main(title: str, cases: Callable[[], list[Case]]) -> None:
    """Run from the command line; exit code 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args()
    result = run(title, cases())
    if options.json:
        print(json.dumps(result))
    else:
        _show(result)
    raise SystemExit(0 if result["met"] else 1)


def _show(result: dict[str, Any]) -> None:
    print(f"{result['benchmark']}  (load {result['load']}, {result['cores']} cores)")
    for row in result["cases"]:
        if "skipped" in row:
            print(f"  {row['name']:<24} skipped: {row['skipped']}")
            continue
        times = f"{row['best_cpu_s']:9.4f} s cpu  {row['best_wall_s']:9.4f} s wall"
        print(f"  {row['name']:<24} {times}  {row['rate']:14,.0f} {row['unit']}/s")
        for goal in row["goals"]:
            print(f"      {'met   ' if goal['met'] else 'MISSED'} {goal['figure']} {goal['value']} (goal {goal['goal']})")
