"""Steering: three knobs that every model has, by its own conditioning or by a choice among candidates (workstation.md 6.1).

`resemblance` ("How close"): 1 keeps close to what is there, 0 is as different as can be. `density` ("How busy"): above its
middle more notes, below fewer. `temperature` ("How surprising"): low the likeliest, high bolder. At a knob's default nothing
is chosen: takes are those that the model makes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from studio.generation.contract import Family, Request
from studio.generation.steer_measures import there
from studio.knobs import Knob, KnobValue, filled

RESEMBLANCE, DENSITY, TEMPERATURE = "resemblance", "density", "temperature"

STANDARD = (
    Knob(TEMPERATURE, "How surprising", default=1.0, low=0.0, high=2.0, help="Several takes are drawn and one is chosen: low: "
         "what this music leads one to expect, high: what it does not, 1: as it comes."),
    Knob(RESEMBLANCE, "How close", default=0.5, low=0.0, high=1.0, help="How different from what is there (from what stands "
         "before, where nothing is). Several takes are drawn and one is chosen: 1: the closest, 0: the most different, 0.5: as "
         "it comes."),
    Knob(DENSITY, "How busy", default=0.0, low=-1.0, high=1.0, help="Several takes are drawn and one is chosen: -1: the one with "
         "the fewest notes, 1: with the most, 0: as it comes."),
)  # fmt: skip
"""What stands in for a knob that a family does not have."""

MAKES_OF_NOTES = ("vary", "morph", "groove")
"""Verbs before which there always is something to be close to."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """A knob that is fulfilled by choosing: `push` from -1 (least of its measure) to 1 (most)."""

    knob: str
    push: float


def all_knobs(family: Family) -> tuple[Knob, ...]:
    """The knobs of a family and those that stand in for what it lacks of the three."""
    own = {knob.name for knob in family.knobs}
    return (*family.knobs, *(knob for knob in STANDARD if knob.name not in own))


def offered(family: Family, capability: str = "", *, has_notes: bool = True) -> tuple[Knob, ...]:
    """The knobs that mean something for a verb. `has_notes`: whether the region, or for another verb than start what stands
    before it, holds notes to be close to."""
    leaves_out = capability == "start" and not has_notes and not is_conditioned(family, RESEMBLANCE, capability)
    return tuple(knob for knob in all_knobs(family) if not (leaves_out and knob.name == RESEMBLANCE))


def is_conditioned(family: Family, knob: str, capability: str) -> bool:
    """Whether the family itself does what the knob says when it is asked for this verb."""
    if not any(each.name == knob for each in family.knobs):
        return False
    heeded = dict(family.heeds).get(knob)
    return heeded is None or capability in heeded


def own_values(family: Family, values: Mapping[str, KnobValue]) -> dict[str, KnobValue]:
    """The values without those of knobs that only stand in: what the family is given."""
    mine = {knob.name for knob in family.knobs}
    stand_ins = {knob.name for knob in STANDARD} - mine
    return {name: value for name, value in values.items() if name not in stand_ins}


def choosings(family: Family, request: Request) -> tuple[Choosing, ...]:
    """What is left to be chosen by: the three knobs where they were moved and the family does not heed them."""
    knobs = {knob.name: knob for knob in all_knobs(family)}
    found = (Choosing(name, push(knobs[name], request.knobs.get(name, knobs[name].default))) for name in _left(family, request))
    return tuple(each for each in found if each.push)


def _left(family: Family, request: Request) -> list[str]:
    """The knobs that the family does not heed for the verb, of those that mean something here."""
    verb, written = request.capability, request.mask.region.track_ids
    left = [knob.name for knob in STANDARD if not is_conditioned(family, knob.name, verb)]
    # What is started resembles by itself only its own pieces, whatever stands there.
    left += [RESEMBLANCE] if verb == "start" and RESEMBLANCE not in left else []
    if RESEMBLANCE in left and not any(len(there(request, track_id)) for track_id in written):
        left.remove(RESEMBLANCE)
    return left


def push(knob: Knob, value: KnobValue) -> float:
    """Where a value stands between the knob's lowest (-1), its default (0) and its highest (1)."""
    low, high, default, given = (float(each) for each in (knob.low or 0, knob.high or 0, knob.default, value))
    side = high - default if given > default else default - low
    return (given - default) / side if side else 0.0


def busier(family: Family, request: Request, lean: int) -> Request | None:
    """The request of a busier (1) or a calmer (-1) model, half of the way that is left on its own knob; None where it has
    none, or is not wanted."""
    knob = next((each for each in family.knobs if each.name == DENSITY), None)
    if not lean or knob is None:
        return None
    now = float(request.knobs.get(DENSITY, knob.default))
    end = float((knob.high if lean > 0 else knob.low) or 0.0)
    return replace(request, knobs={**request.knobs, DENSITY: (now + end) / 2})


def check_knobs(family: Family, request: Request) -> None:
    """UnsupportedRequest for a knob that is unknown, or a value out of its range."""
    filled(all_knobs(family), dict(request.knobs))
