"""What writers of scores leave to the player's good sense: endings and codas that are marked by halves."""

from __future__ import annotations

from collections.abc import Sequence

from studio.files.notation.sheet import Bar

LONGEST_ENDING = 8
"""Bars to which an ending may go on past its bracket."""


def settle_codas(bars: Sequence[Bar]) -> None:
    """Of several coda signs before bars the last names the coda; one leaves for it at the bar line of the others."""
    signs = [number for number, bar in enumerate(bars) if bar.is_coda]
    for number in signs[:-1]:
        if bars[number].coda_name and bars[number].coda_name != bars[signs[-1]].coda_name:
            continue
        bars[number].is_coda = False
        bars[max(0, number - 1)].leaves_for_coda = True


def settle_endings(bars: Sequence[Bar]) -> None:
    """An ending goes on to its repeat sign; one without a sign has one where the next begins; none leaves out a number.

    All three are found in real lead sheets.
    """
    _reach_repeats(bars)
    before: tuple[int, frozenset[int]] | None = None
    for first, last, turns in _groups(bars):
        follows = before is not None and before[0] == first - 1 and min(turns) > 1
        if follows and before is not None:
            bars[first - 1].repeat_times = bars[first - 1].repeat_times or 2
            due = max(before[1]) + 1
        else:
            due = 1
        if min(turns) > due or (follows and before is not None and turns == before[1]):
            for bar in bars[first : last + 1]:
                bar.endings = turns | {due} if follows else frozenset({due})
        before = last, bars[last].endings


def _groups(bars: Sequence[Bar]) -> list[tuple[int, int, frozenset[int]]]:
    """(first, last, passes) of each run of bars under one bracket; a repeat sign ends it."""
    found: list[tuple[int, int, frozenset[int]]] = []
    for at, bar in enumerate(bars):
        goes_on = found and found[-1][1] == at - 1 and found[-1][2] == bar.endings and not bars[at - 1].repeat_times
        if bar.endings and goes_on:
            found[-1] = (found[-1][0], at, bar.endings)
        elif bar.endings:
            found.append((at, at, bar.endings))
    return found


def _reach_repeats(bars: Sequence[Bar]) -> None:
    for _, last, turns in _groups(bars):
        if bars[last].repeat_times or last + 1 >= len(bars) or bars[last + 1].endings:
            continue
        for at in range(last + 1, min(len(bars) - 1, last + 1 + LONGEST_ENDING)):
            if bars[at].endings or bars[at].starts_repeat:
                break
            if bars[at].repeat_times:
                if bars[at + 1].endings and not bars[at + 1].endings & turns:
                    for bar in bars[last + 1 : at + 1]:
                        bar.endings = turns
                break
