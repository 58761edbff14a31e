"""What is said of a piece: its title, its tracks, and two sentences of what was decided and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.generation.composing.progressions import CONTRAST_PLACES
from studio.song.harmony import key_words
from studio.words import mark, tr, within

if TYPE_CHECKING:
    from studio.generation.composing.plan import Plan
    from studio.generation.composing.tune import Tune

INSTRUMENTS = {
    0: "Piano", 4: "Electric Piano", 5: "FM Piano", 6: "Harpsichord", 8: "Celesta", 10: "Music Box", 11: "Vibraphone",
    21: "Accordion", 24: "Nylon Guitar", 25: "Steel Guitar", 26: "Jazz Guitar", 32: "Double Bass", 35: "Fretless Bass",
    38: "Synth Bass", 39: "Synth Bass", 40: "Violin", 42: "Cello", 43: "Contrabass", 46: "Harp", 48: "Strings",
    49: "Slow Strings", 56: "Trumpet", 57: "Trombones", 58: "Tuba", 60: "French Horn", 61: "Brass", 66: "Tenor Sax",
    68: "Oboe", 71: "Clarinet", 72: "Piccolo", 73: "Flute", 80: "Square Lead", 81: "Saw Lead", 85: "Voice Lead", 90: "Polysynth",
    110: "Fiddle",
}  # fmt: skip
_STYLES = {
    "waltz": mark("a waltz"),
    "ballad": mark("a ballad"),
    "march": mark("a march"),
    "jig": mark("a jig"),
    "bossa nova": mark("a bossa nova"),
    "barcarolle": mark("a barcarolle"),
    "lullaby": mark("a lullaby"),
    "electro-pop song": mark("an electro-pop song"),
    "swing tune": mark("a swing tune"),
    "piano miniature": mark("a piano miniature"),
    "minuet": mark("a minuet"),
}
_ELSEWHERE = mark("other harmony")
_MODE_REASONS = {
    "major": mark("major, which lets the cadences close firmly"),
    "minor": mark("minor, whose raised leading tone pulls every cadence home"),
    "dorian": mark("dorian, whose bright sixth degree keeps the minor third from brooding"),
    "mixolydian": mark("mixolydian, whose low seventh keeps the harmony open"),
}
_SHIFTS = {
    -3: mark("a fourth lower"),
    -2: mark("a third lower"),
    -1: mark("a step lower"),
    0: mark("at the same height"),
    1: mark("a step higher"),
}
_SHIFTS |= {2: mark("a third higher"), 3: mark("a fourth higher")}
_LEAP = mark("opens with a leap")
_INTERVALS = {
    0: mark("stays on one note"),
    1: mark("moves by a step"),
    2: mark("opens with a third"),
    3: mark("opens with a fourth"),
}
_INTERVALS |= {4: mark("opens with a fifth"), 5: mark("opens with a sixth")}


def title_of(plan: Plan) -> str:
    return f"{plan.style.name.capitalize()} in {plan.key.name} (surprise {plan.seed})"


def track_name(plan: Plan, role: str, program: int) -> str:
    """Such as "Flute"; the two hands of a piano are told apart."""
    if role == "drums":
        return "Drums"
    if plan.lead == plan.chords and role in ("melody", "chords"):
        return INSTRUMENTS[program] + (", right hand" if role == "melody" else ", left hand")
    return INSTRUMENTS.get(program, role.capitalize())


def sentences_of(plan: Plan, tune: Tune) -> tuple[str, str]:
    """What was decided, and why; then how the idea goes through the piece."""
    return _decision(plan), _story(plan, tune)


def _decision(plan: Plan) -> str:
    style = plan.style
    meter = f"{style.meter[0]}/{style.meter[1]}"
    pulses = round(plan.bpm * 960 / style.pulse_ticks)
    players = [INSTRUMENTS[plan.lead], *([INSTRUMENTS[plan.chords]] if plan.chords != plan.lead else [])]
    players += [INSTRUMENTS[plan.bass]] if plan.bass is not None else []
    players += [INSTRUMENTS[plan.pad]] if plan.pad is not None else []
    players += [tr("drums")] if style.drums else []
    listed = ", ".join(within(name) for name in players[:-1])
    together = (
        tr("{listed} and {player}", listed=listed, player=within(players[-1]))
        if listed
        else tr("{player} alone", player=within(players[0]))
    )
    return tr(
        "Seed {seed} drew {style} in {key}, {meter}, at {pulses} beats a minute, for {together}: "
        "{mode_reason}, and a texture chosen because {reason}.",
        seed=plan.seed,
        style=tr(_STYLES[style.name]),
        key=key_words(plan.key),
        meter=meter,
        pulses=pulses,
        together=together,
        mode_reason=tr(_MODE_REASONS[plan.key.scale]),
        reason=tr(style.reason),
    )


def _story(plan: Plan, tune: Tune) -> str:
    first, *returns = plan.named("A")
    contrast = plan.named("B")[0]
    step = tune.motif[1].degree - tune.motif[0].degree
    opening = tr(_INTERVALS.get(abs(step), _LEAP))
    if step:
        opening = tr("{opening} up", opening=opening) if step > 0 else tr("{opening} down", opening=opening)
    place = tr(CONTRAST_PLACES[plan.key.scale].get(plan.harmony.contrast[0][0], _ELSEWHERE))
    mood = tr("quieter") if plan.b_is_quiet else tr("fuller")
    ending = tr("a slowing cadence") if plan.style.slows else tr("a cadence in strict time")
    here = first.first_bar + 1
    return tr(
        "The idea of bars {here} and {next_bar} {opening}, is answered {shift} in bar {answer_bar}, gives way in "
        "bar {first_bar} to a {mood} section that begins on {place} in another rhythm, and returns whole in "
        "bar {return_bar}, so that {ending} on the tonic in bar {bar_count} is heard as coming home.",
        here=here,
        next_bar=here + 1,
        opening=opening,
        shift=tr(_SHIFTS[tune.answer_shift]),
        answer_bar=here + 2,
        first_bar=contrast.first_bar + 1,
        mood=mood,
        place=place,
        return_bar=returns[-1].first_bar + 1,
        ending=ending,
        bar_count=plan.bar_count,
    )
