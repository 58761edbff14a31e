"""Instruments, strips, groups and effects as plain JSON values, and back."""

from __future__ import annotations

from typing import Any

from studio.files.fields import HIGHEST, Fields
from studio.song.mixing import Effects, Group, Instrument, Return, SoundFontFile, Strip
from studio.words import tr

Json = dict[str, Any]

EFFECTS: Json = {
    "reverb": {"gain_db": 0.0, "is_muted": False},
    "chorus": {"gain_db": 0.0, "is_muted": False},
    "room_size": 0.2,
    "damping": 0.0,
    "width": 0.5,
}
"""What a song says that says nothing of its effects."""
_SHA256 = 64


def instrument_to_json(instrument: Instrument) -> Json:
    font = instrument.font
    said: Json = {"program": instrument.program, "bank": instrument.bank, "is_drum": instrument.is_drum, "font": None}
    if font is not None:
        said["font"] = {"path": font.path, "size": font.size, "sha256": font.sha256}
    return said


def instrument_from_json(fields: Fields) -> Instrument:
    program, bank = fields.whole("program", 0, 127), fields.whole("bank", 0, 16383)
    return Instrument(program, bank, fields.flag("is_drum"), _font(fields))


def strip_to_json(strip: Strip) -> Json:
    return {name: getattr(strip, name) for name in Strip.__slots__}


def strip_from_json(fields: Fields) -> Strip:
    return Strip(
        gain_db=fields.decimal("gain_db"),
        pan=fields.decimal("pan"),
        is_muted=fields.flag("is_muted"),
        is_solo=fields.flag("is_solo"),
        reverb=fields.whole("reverb", 0, 127),
        chorus=fields.whole("chorus", 0, 127),
        is_solo_safe=fields.flag("is_solo_safe"),
    )


def group_to_json(group: Group) -> Json:
    plain: Json = {"id": group.id, "name": group.name, "colour": group.colour, "is_folded": group.is_folded}
    return {**plain, "strip": strip_to_json(group.strip)}


def group_from_json(fields: Fields) -> Group:
    return Group(
        fields.whole("id", 1),
        fields.text("name"),
        fields.whole("colour", 0, 255),
        fields.flag("is_folded"),
        strip_from_json(fields.inner("strip")),
    )


def effects_to_json(effects: Effects) -> Json:
    room: Json = {"room_size": effects.room_size, "damping": effects.damping, "width": effects.width}
    return {"reverb": _return_to_json(effects.reverb), "chorus": _return_to_json(effects.chorus), **room}


def effects_from_json(fields: Fields) -> Effects:
    return Effects(
        _return(fields.inner("reverb")),
        _return(fields.inner("chorus")),
        fields.decimal("room_size"),
        fields.decimal("damping"),
        fields.decimal("width"),
    )


def _return_to_json(wet: Return) -> Json:
    return {"gain_db": wet.gain_db, "is_muted": wet.is_muted}


def _return(fields: Fields) -> Return:
    return Return(fields.decimal("gain_db"), fields.flag("is_muted"))


def _font(fields: Fields) -> SoundFontFile | None:
    if fields.values.get("font", 0) is None:
        return None
    font = fields.inner("font")
    sha256 = font.text("sha256")
    if len(sha256) != _SHA256 or set(sha256) - set("0123456789abcdef"):
        raise font.refused("sha256", tr("a SHA-256 in hexadecimal"))
    return SoundFontFile(font.text("path"), font.whole("size", 0, HIGHEST), sha256)
