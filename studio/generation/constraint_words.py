"""Constraints in a composer's words: the chips that stand for them, and what is typed for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studio.errors import UnsupportedRequest
from studio.song.constraint import Constraint
from studio.song.harmony import pitch_class_named, pitch_name
from studio.song.notes import Rows
from studio.song.song import Song
from studio.song.ticks import TICKS_PER_BEAT
from studio.words import counted, tr

WHOLE = 4 * TICKS_PER_BEAT
LENGTHS = (
    ("1/32", WHOLE // 32),
    ("1/16", WHOLE // 16),
    ("1/8T", WHOLE // 12),
    ("1/8", WHOLE // 8),
    ("1/4T", WHOLE // 6),
    ("1/4", WHOLE // 4),
    ("1/2", WHOLE // 2),
    ("1/1", WHOLE),
)
"""Note values that are offered, shortest first."""
MOST_PER_BAR = 64.0


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that is demanded of a track: its words on a chip, in full, and the constraint without it."""

    kind: str
    words: str
    told: str
    rest: Constraint


def demands_of(constraint: Constraint, song: Song) -> tuple[Demand, ...]:
    """A chip each, in one order."""
    rows: tuple[tuple[str, str, str, Callable[[], Constraint]], ...] = (
        ("range", *_range(constraint), lambda: replace(constraint, low_pitch=None, high_pitch=None)),
        ("density", *_density(constraint), lambda: replace(constraint, least_per_bar=None, most_per_bar=None)),
        ("voices", *_voices(constraint), lambda: replace(constraint, polyphony=None)),
        ("lengths", *_lengths(constraint), lambda: replace(constraint, shortest_ticks=None, longest_ticks=None)),
        ("rhythm", *_rhythm(constraint), lambda: replace(constraint, keeps_rhythm=False)),
        ("pitches", *_pitches(constraint), lambda: replace(constraint, keeps_pitches=False)),
        ("follows", *_follows(constraint, song), lambda: replace(constraint, follows=None)),
    )
    return tuple(Demand(kind, words, told, rest()) for kind, words, told, rest in rows if words)


def pitch_named(text: str) -> int | None:
    """The pitch of "C2", "f#4", "Bb-1" or a number from 0 to 127; None for nothing; UnsupportedRequest for anything else."""
    typed = text.strip()
    if not typed:
        return None
    if typed.isdecimal():
        pitch = int(typed)
    else:
        split = next((at for at, sign in enumerate(typed) if sign in "-0123456789"), len(typed))
        try:
            pitch = pitch_class_named(typed[:split]) + 12 * (int(typed[split:]) + 1)
        except ValueError:
            raise UnsupportedRequest(
                tr("«{typed}» is no note.", typed=typed), tr("Type one such as C2 or F#4, or a number from 0 to 127.")
            ) from None
    if not 0 <= pitch <= 127:
        raise UnsupportedRequest(
            tr("«{typed}» lies beyond the keyboard.", typed=typed),
            tr("There are notes from {low} to {high}.", low=pitch_name(0), high=pitch_name(127)),
        )
    return pitch


def rate_named(text: str) -> float | None:
    """Notes a bar as typed; None for nothing; UnsupportedRequest for anything else."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    try:
        rate = float(typed)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= MOST_PER_BAR:
        raise UnsupportedRequest(tr("«{typed}» is no count of notes.", typed=text.strip()), tr("Type a number from 0 to 64."))
    return rate


def length_name(ticks: int) -> str:
    """Such as 1/8; in quarters where it is none of the usual ones."""
    usual = next((name for name, length in LENGTHS if length == ticks), "")
    return usual or tr("{quarters} quarters", quarters=f"{ticks / TICKS_PER_BEAT:.3g}")


def range_of(rows: Rows) -> tuple[int, int] | None:
    """The lowest and highest pitch; None without notes."""
    return (int(rows["pitch"].min()), int(rows["pitch"].max())) if len(rows) else None


def _range(constraint: Constraint) -> tuple[str, str]:
    low = "" if constraint.low_pitch is None else pitch_name(constraint.low_pitch)
    high = "" if constraint.high_pitch is None else pitch_name(constraint.high_pitch)
    if low and high:
        return f"{low}–{high}", tr("Only notes from {low} to {high}", low=low, high=high)
    if low:
        return f"≥ {low}", tr("No note below {low}", low=low)
    return (f"≤ {high}", tr("No note above {high}", high=high)) if high else ("", "")


def _density(constraint: Constraint) -> tuple[str, str]:
    least = "" if constraint.least_per_bar is None else f"{constraint.least_per_bar:g}"
    most = "" if constraint.most_per_bar is None else f"{constraint.most_per_bar:g}"
    if least and most:
        return tr("{least}–{most} a bar", least=least, most=most), tr(
            "From {least} to {most} notes a bar", least=least, most=most
        )
    if least:
        return tr("≥ {n} a bar", n=least), tr("At least {n} notes a bar", n=least)
    return (tr("≤ {n} a bar", n=most), tr("At most {n} notes a bar", n=most)) if most else ("", "")


def _voices(constraint: Constraint) -> tuple[str, str]:
    count = constraint.polyphony
    if count is None:
        return "", ""
    words = counted(count, "{n} voice", "≤ {n} voices")
    return words, counted(count, "One note at a time", "At most {n} notes at once")


def _lengths(constraint: Constraint) -> tuple[str, str]:
    shortest = "" if constraint.shortest_ticks is None else length_name(constraint.shortest_ticks)
    longest = "" if constraint.longest_ticks is None else length_name(constraint.longest_ticks)
    if shortest and longest:
        return f"♪ {shortest}–{longest}", tr("Notes from {shortest} to {longest} long", shortest=shortest, longest=longest)
    if shortest:
        return f"♪ ≥ {shortest}", tr("No note shorter than {length}", length=shortest)
    return (f"♪ ≤ {longest}", tr("No note longer than {length}", length=longest)) if longest else ("", "")


def _rhythm(constraint: Constraint) -> tuple[str, str]:
    return (tr("rhythm kept"), tr("Only pitches change: notes begin and end as they do")) if constraint.keeps_rhythm else ("", "")


def _pitches(constraint: Constraint) -> tuple[str, str]:
    return (
        (tr("pitches kept"), tr("Only the rhythm changes: pitches stay in their order")) if constraint.keeps_pitches else ("", "")
    )


def _follows(constraint: Constraint, song: Song) -> tuple[str, str]:
    if constraint.follows is None:
        return "", ""
    name = song.track(constraint.follows).name if song.has_track(constraint.follows) else tr("a track that is gone")
    return tr("chords of {track}", track=name), tr("Notes belong to the chords of {track}", track=name)
