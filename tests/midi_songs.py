"""Random songs for property tests, and the six reference documents of the MIDI writer."""

from __future__ import annotations

from hypothesis import strategies as st

from studio.song import (
    Controls,
    ForeignEvent,
    Instrument,
    Key,
    KeyChange,
    Marker,
    MeterChange,
    Note,
    Notes,
    Song,
    Strip,
    TempoChange,
    Timeline,
    Track,
)
from studio.song.controls import BEND, CONTROLLER, KEY_PRESSURE, PRESSURE, PROGRAM
from studio.song.notes import MUTED, rows_of, without_overlaps

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20).map(
    lambda text: text.replace("\ufeff", "").strip() or "x"
)
TICKS = st.integers(0, 20_000)
VALUES = st.integers(0, 127)


@st.composite
def notes(draw: st.DrawFn, first_id: int) -> Notes:
    drawn = draw(st.lists(st.tuples(TICKS, st.integers(1, 4000), VALUES, st.integers(1, 127)), max_size=25))
    rows, _, _ = without_overlaps(rows_of(Note(*note, id=first_id + place) for place, note in enumerate(drawn)))
    return Notes(rows)


@st.composite
def controls(draw: st.DrawFn) -> Controls:
    """Points that a file can hold: no bank controllers (they belong to programs) and no programs before the notes end."""
    plain = st.tuples(TICKS, st.just(CONTROLLER), st.integers(1, 119).filter(lambda number: number != 32), VALUES)
    bends = st.tuples(TICKS, st.just(BEND), st.just(0), st.integers(-8192, 8191))
    touches = st.tuples(TICKS, st.just(PRESSURE), st.just(0), VALUES)
    keys = st.tuples(TICKS, st.just(KEY_PRESSURE), VALUES, VALUES)
    programs = st.tuples(st.integers(30_000, 40_000), st.just(PROGRAM), st.integers(0, 16_383), VALUES)
    points = draw(st.lists(st.one_of(plain, bends, touches, keys, programs), max_size=12))
    texts = draw(st.lists(st.tuples(TICKS, st.binary(max_size=5)), max_size=3))
    return Controls.of(points, [ForeignEvent(tick, bytes((0xFF, 1, len(data))) + data) for tick, data in sorted(texts)])


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    def changes(values: st.SearchStrategy[object]) -> list[tuple[int, object]]:
        at = draw(st.lists(TICKS, max_size=4, unique=True))
        return [(tick, draw(values)) for tick in sorted(at)]

    tempos = {0: 500_000} | dict(changes(st.integers(60_000, 6_000_000)))
    meters = {0: (4, 4)} | dict(changes(st.tuples(st.integers(1, 64), st.sampled_from((1, 2, 4, 8, 16, 32, 64)))))
    keys = changes(st.builds(Key, st.integers(0, 11), st.sampled_from(("major", "minor"))))
    markers = changes(NAMES)
    return Timeline(
        tuple(TempoChange(tick, us) for tick, us in tempos.items()),
        tuple(MeterChange(tick, *pair) for tick, pair in meters.items()),
        tuple(KeyChange(tick, key) for tick, key in keys),
        tuple(Marker(tick, text) for tick, text in markers),
    )


@st.composite
def songs(draw: st.DrawFn, most_tracks: int = 5) -> Song:
    made = []
    next_id = 100
    for number in range(1, draw(st.integers(0, most_tracks)) + 1):
        instrument = Instrument(draw(VALUES), draw(st.sampled_from((0, 1, 128, 16_383))), draw(st.booleans()))
        track_notes = draw(notes(next_id))
        next_id += 100
        made.append(Track(number, draw(NAMES), instrument=instrument, notes=track_notes, controls=draw(controls())))
    return Song(draw(NAMES), tuple(made), draw(timelines()), next_id=next_id)


def line(first_id: int, *places: tuple[int, int, int, int]) -> Notes:
    """Notes of (start, length, pitch, velocity)."""
    return Notes.of(Note(*place, id=first_id + offset) for offset, place in enumerate(places))


def scale(first_id: int, base: int, count: int = 8) -> Notes:
    return line(first_id, *((480 * step, 480, base + step, 60 + 5 * step) for step in range(count)))


def reference_songs() -> dict[str, Song]:
    """One track; a band with drums; twenty tracks; a tempo ramp and 7/8; names in many scripts; overlaps and bends."""
    ramp = tuple(TempoChange(240 * step, round(60e6 / (90 + step))) for step in range(17))
    seven = Timeline(
        ramp, (MeterChange(0, 4, 4), MeterChange(3840, 7, 8)), (KeyChange(0, Key(9, "minor")),), (Marker(3840, "B", True),)
    )
    band = (
        Track(1, "Keys", instrument=Instrument(4), strip=Strip(-6, -20, reverb=50, chorus=10), notes=scale(100, 60)),
        Track(2, "Bass", instrument=Instrument(33, 257), notes=scale(200, 36)),
        Track(3, "Silent", instrument=Instrument(50), strip=Strip(is_muted=True), notes=scale(300, 70)),
        Track(
            4,
            "Kit",
            instrument=Instrument(8, is_drum=True),
            notes=line(400, (0, 1, 36, 127), (480, 1, 38, 90), (960, 1, 36, 100)),
        ),
    )
    many = tuple(Track(n, f"Part {n}", instrument=Instrument(n), notes=line(100 * n, (0, 960, 40 + n, 80))) for n in range(1, 21))
    scripts = ("Flöte", "笛", "Гитара", "عود", "🎹 keys", "a" * 200)
    bends = Controls.of([(0, BEND, 0, 0), (480, BEND, 0, 8191), (481, BEND, 0, -8192), (960, CONTROLLER, 64, 127)])
    muted = Note(960, 10, 61, 80, id=199, flags=MUTED)
    return {
        "one-track": Song("One", (Track(1, "Solo", instrument=Instrument(73), notes=scale(100, 60)),)),
        "band": Song("Band", band, foreign=(ForeignEvent(0, b"\xff\x02\x02me"),)),
        "twenty": Song("Twenty", many),
        "ramp": Song("Ramp", (Track(1, "Lead", notes=scale(100, 60)), Track(2, "Low", notes=scale(200, 40))), seven),
        "scripts": Song("Имя", tuple(Track(n, text, notes=line(100 * n, (0, 960, 60, 80))) for n, text in enumerate(scripts, 1))),
        "bends": Song(
            "Bends",
            (
                Track(
                    1,
                    "Slide",
                    notes=Notes.of([*line(100, (0, 481, 60, 80), (481, 479, 60, 81), (0, 1, 64, 1), (240, 960, 67, 70)), muted]),
                    controls=bends,
                ),
            ),
        ),
    }
