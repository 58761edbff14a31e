"""What music is here: immutable values in integer ticks. Standard library and numpy only."""

from studio.song.clip import Clip
from studio.song.controls import Controls, ForeignEvent
from studio.song.harmony import Key
from studio.song.notes import Note, Notes
from studio.song.origin import Origin
from studio.song.region import Mask, Region
from studio.song.song import Instrument, Song, Strip, Track, empty_song
from studio.song.sound_clip import AudioClip
from studio.song.ticks import TICKS_PER_BEAT, Span
from studio.song.timeline import KeyChange, Marker, MeterChange, TempoChange, Timeline

__all__ = [
    "TICKS_PER_BEAT",
    "AudioClip",
    "Clip",
    "Controls",
    "ForeignEvent",
    "Instrument",
    "Key",
    "KeyChange",
    "Marker",
    "Mask",
    "MeterChange",
    "Note",
    "Notes",
    "Origin",
    "Region",
    "Song",
    "Span",
    "Strip",
    "TempoChange",
    "Timeline",
    "Track",
    "empty_song",
]
