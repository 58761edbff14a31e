"""The limits of what is read (reliability.md R16); every reader takes its numbers from here."""

from __future__ import annotations

MIB = 1024 * 1024

MIDI_BYTES = 64 * MIB
MIDI_EVENTS = 5_000_000
MIDI_OTHERS = 1_500_000
"""Events that are no channel events (tempo, texts, sysex): each costs an object, and 1 GiB has to do."""
MIDI_TRACKS = 4096
MIDI_LAST_TICK = 2**31 - 1
"""The last position in a file's own ticks."""
MIDI_ALIVE = 64
"""Notes of one pitch and channel that may sound at once."""

PPQ_HIGH = 32767
SONG_SECONDS = 24 * 3600
SONG_BARS = 100_000

TEMPO_LOW_BPM = 10
TEMPO_HIGH_BPM = 1000
METER_HIGH = 64
"""Numerators and denominators run from 1 to this."""

TEXT_BYTES = 64 * 1024
NAME_BYTES = 255

ARRAY_BYTES = 256 * MIB
ZIP_MEMBERS = 10_000
ZIP_BYTES = 1024 * MIB
ZIP_AUDIO_BYTES = 16 * 1024 * MIB
NPZ_BYTES = 512 * MIB
JSON_BYTES = 64 * MIB
DOCUMENT_JSON_BYTES = 512 * MIB
JSON_DEPTH = 64
JSON_INTEGER = 2**53
ABC_BYTES = 16 * MIB
ABC_TUNES = 20_000
XML_BYTES = 64 * MIB
XML_DEPTH = 256
SOUNDFONT_BYTES = 2048 * MIB
