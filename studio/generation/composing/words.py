"""What is said of a piece: its title, its tracks, and two sentences of what was decided and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.generation.composing.progressions import CONTRAST_PLACES

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
_MODE_REASONS = {
    "major": "major, which lets the cadences close firmly",
    "minor": "minor, whose raised leading tone pulls every cadence home",
    "dorian": "dorian, whose bright sixth degree keeps the minor third from brooding",
    "mixolydian": "mixolydian, whose low seventh keeps the harmony open",
}
_SHIFTS = {-3: "a fourth lower", -2: "a third lower", -1: "a step lower", 0: "at the same height", 1: "a step higher"}
_SHIFTS |= {2: "a third higher", 3: "a fourth higher"}
_INTERVALS = {0: "stays on one note", 1: "moves by a step", 2: "opens with a third", 3: "opens with a fourth"}
_INTERVALS |= {4: "opens with a fifth", 5: "opens with a sixth"}


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
    article = "an" if style.name[0] in "aeiou" else "a"
    players = [INSTRUMENTS[plan.lead], *([INSTRUMENTS[plan.chords]] if plan.chords != plan.lead else [])]
    players += [INSTRUMENTS[plan.bass]] if plan.bass is not None else []
    players += [INSTRUMENTS[plan.pad]] if plan.pad is not None else []
    players += ["drums"] if style.drums else []
    listed = ", ".join(name.lower() for name in players[:-1])
    together = f"{listed} and {players[-1].lower()}" if listed else f"{players[0].lower()} alone"
    return (
        f"Seed {plan.seed} drew {article} {style.name} in {plan.key.name}, {meter}, at {pulses} beats a minute, for {together}: "
        f"{_MODE_REASONS[plan.key.scale]}, and a texture chosen because {style.reason}."
    )


def _story(plan: Plan, tune: Tune) -> str:
    first, *returns = plan.named("A")
    contrast = plan.named("B")[0]
    step = tune.motif[1].degree - tune.motif[0].degree
    opening = _INTERVALS.get(abs(step), "opens with a leap")
    opening += "" if not step else " up" if step > 0 else " down"
    place = CONTRAST_PLACES[plan.key.scale].get(plan.harmony.contrast[0][0], "other harmony")
    mood = "quieter" if plan.b_is_quiet else "fuller"
    ending = "a slowing cadence" if plan.style.slows else "a cadence in strict time"
    here = first.first_bar + 1
    return (
        f"The idea of bars {here} and {here + 1} {opening}, is answered {_SHIFTS[tune.answer_shift]} in bar {here + 2}, "
        f"gives way in bar {contrast.first_bar + 1} to a {mood} section that begins on {place} in another rhythm, "
        f"and returns whole in bar {returns[-1].first_bar + 1}, so that {ending} on the tonic in bar {plan.bar_count} "
        f"is heard as coming home."
    )
