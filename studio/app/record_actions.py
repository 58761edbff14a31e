"""Rows of the action table for recording: the transport's red button, metronome and count-in, punch, keyboards."""

from __future__ import annotations

from dataclasses import replace

from studio.app.actions import ROLL, TRACKS
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.settings import MOST_COUNT_IN
from studio.song.ticks import Span
from studio.words import tr

Entry = AnyEntry[Desk]
BOTH = (ROLL, TRACKS)
RECORDING = "Play/Recording"
COUNT_INS = ("No count-in", "Count in 1 bar", "Count in 2 bars", "Count in 3 bars", "Count in 4 bars")


def wire(desk: Desk) -> None:
    """The buttons of the transport, the marks in the roll, and what the settings say of all this."""
    recorder, top, roll = desk.recorder, desk.window.top.recording, desk.window.roll
    recorder.nearest = roll.state.snapped
    recorder.pitch_at = roll.state.pitch_for
    _use_settings(desk)
    desk.store.changed.listen(lambda: _use_settings(desk))
    recorder.changed.listen(desk.actions.refresh)
    recorder.changed.listen(lambda: desk.window.tracks.show_armed(recorder.track_id if recorder.is_on else 0))
    desk.playback.looked.listen(recorder.update)
    desk.playback.is_lively = recorder.is_lively
    top.follow(recorder, lambda: desk.engines.sound.status().midi_line)
    top.record_pressed.connect(lambda: record(desk))
    top.metronome_pressed.connect(lambda: toggle_metronome(desk))
    top.punch_pressed.connect(recorder.toggle_punch)
    for group in MENU:
        for name in group:
            top.menu.addAction(desk.actions.by_id[name])
        top.menu.addSeparator()
    top.menu.aboutToShow.connect(desk.actions.refresh)
    roll.follow_recorder(recorder)


def record(desk: Desk) -> None:
    """Begin or end; the keyboard stays where the notes are."""
    desk.recorder.toggle()
    desk.playback.hurry()


def toggle_metronome(desk: Desk) -> None:
    desk.store.change(replace(desk.store.settings, metronome=not desk.store.settings.metronome))


def count_in(desk: Desk, bars: int) -> None:
    desk.store.change(replace(desk.store.settings, count_in_bars=bars))


def replace_or_add(desk: Desk, replaces: bool) -> None:
    desk.store.change(replace(desk.store.settings, record_replaces=replaces))


def toggle_quantise(desk: Desk) -> None:
    desk.store.change(replace(desk.store.settings, record_quantises=not desk.store.settings.record_quantises))


def punch_selection(desk: Desk) -> None:
    """The selected bars, else the loop, are the punch range."""
    span = desk.session.selection.bars or desk.session.loop
    if span is None:
        desk.session.say(tr("Select bars, or set a loop, to be the range that is recorded."), is_error=True)
        return
    desk.recorder.set_punch(span)


def punch_in(desk: Desk) -> None:
    """The range begins at the edit cursor; it keeps its end where that lies behind, else it is a bar long."""
    tick, punch = desk.session.selection.cursor_tick, desk.recorder.punch
    stop = punch.end_tick if punch is not None and punch.end_tick > tick else _next_bar(desk, tick)
    desk.recorder.set_punch(Span(tick, stop))


def punch_out(desk: Desk) -> None:
    """The range ends at the edit cursor; it keeps its beginning where that lies before, else it begins with the bar."""
    tick, punch = desk.session.selection.cursor_tick, desk.recorder.punch
    if tick <= 0:
        desk.session.say(tr("The punch range cannot end where the song begins."), is_error=True)
        return
    timeline = desk.session.song.timeline
    start = punch.start_tick if punch is not None and punch.start_tick < tick else timeline.bar_start(timeline.bar_of(tick - 1))
    desk.recorder.set_punch(Span(start, tick))


def say_inputs(desk: Desk) -> None:
    line = desk.engines.sound.status().midi_line
    desk.session.say(line or tr("The sound process has not looked for MIDI keyboards yet."))


def listen_to_next(desk: Desk) -> None:
    """To one keyboard alone: the next of those that are there."""
    there, chosen = desk.engines.sound.status().midi_there, desk.store.settings.midi_input
    if not there:
        say_inputs(desk)
        return
    name = there[(there.index(chosen) + 1) % len(there)] if chosen in there else there[0]
    listen_to(desk, name)
    desk.session.say(tr("MIDI input: {names}.", names=name))


def listen_to(desk: Desk, wanted: str) -> None:
    desk.store.change(replace(desk.store.settings, midi_input=wanted))


def _use_settings(desk: Desk) -> None:
    said = desk.store.settings
    desk.recorder.use(
        replace(
            desk.recorder.manner,
            count_in_bars=said.count_in_bars,
            clicks=said.metronome,
            replaces=said.record_replaces,
            quantises=said.record_quantises,
        )
    )
    if desk.recorder.midi_input != said.midi_input:
        desk.recorder.listen_to(said.midi_input)


def _next_bar(desk: Desk, tick: int) -> int:
    timeline = desk.session.song.timeline
    return timeline.bar_start(timeline.bar_of(tick) + 1)


def _count_in_entry(bars: int) -> Entry:
    return Entry(f"count in {bars}", COUNT_INS[bars], "Play/Count-in", lambda d: count_in(d, bars),
                 checked=lambda d: d.store.settings.count_in_bars == bars,
                 tip="Bars that are counted before a recording begins")  # fmt: skip


RECORD_ACTIONS = (
    Entry("record", "Record", "Play", record, ("R",), BOTH, checked=lambda d: d.recorder.is_on,
          tip="Record what is played into the track in front; again to end", starts_group=True),
    Entry("metronome", "Metronome", "Play", toggle_metronome, ("C",), BOTH,
          checked=lambda d: d.store.settings.metronome, tip="A click on every beat, for the ear alone"),
    *(_count_in_entry(bars) for bars in range(MOST_COUNT_IN + 1)),
    Entry("record adding", "Add to what is there", RECORDING, lambda d: replace_or_add(d, False),
          checked=lambda d: not d.store.settings.record_replaces,
          tip="Recorded notes are added; over a loop layer after layer"),
    Entry("record replacing", "Replace what is there", RECORDING, lambda d: replace_or_add(d, True),
          checked=lambda d: d.store.settings.record_replaces,
          tip="What was there goes; over a loop every pass becomes a take"),
    Entry("record on grid", "Put starts on the grid", RECORDING, toggle_quantise,
          checked=lambda d: d.store.settings.record_quantises, starts_group=True,
          tip="Recorded notes begin on the lines of the grid"),
    Entry("punch", "Punch range", RECORDING, lambda d: d.recorder.toggle_punch(), ("Shift+P",), BOTH,
          checked=lambda d: d.recorder.punches, starts_group=True,
          tip="Record in its range alone: the last one, the selected bars, or the loop"),
    Entry("punch selection", "Punch range from the selection", RECORDING, punch_selection,
          tip="The selected bars, or the loop, are recorded and nothing else"),
    Entry("punch in", "Punch in at the edit cursor", RECORDING, punch_in, ("Ctrl+[",), BOTH),
    Entry("punch out", "Punch out at the edit cursor", RECORDING, punch_out, ("Ctrl+]",), BOTH),
    Entry("capture", "Capture what was just played", "Play", lambda d: d.recorder.capture(), ("Shift+C",), BOTH,
          tip="Write what was played in the last minute without recording: at the edit cursor, or where it was heard"),
    Entry("keyboard piano", "Play on the computer's keyboard", "Play", lambda d: d.window.roll.piano.toggle(),
          ("Ctrl+K",), checked=lambda d: d.window.roll.piano.is_on,
          tip="A to ; are a piano, Z and X its octave, C and V how loud it is"),
    Entry("midi inputs", "Which MIDI keyboards are there?", "Play/MIDI input", say_inputs),
    Entry("midi all", "Listen to every MIDI keyboard", "Play/MIDI input", lambda d: listen_to(d, "all"),
          checked=lambda d: d.store.settings.midi_input == "all"),
    Entry("midi next", "Listen to one MIDI keyboard: the next", "Play/MIDI input", listen_to_next,
          checked=lambda d: d.store.settings.midi_input not in ("all", "none"),
          tip="Of several keyboards one alone is heard and recorded"),
    Entry("midi none", "Listen to none", "Play/MIDI input", lambda d: listen_to(d, "none"),
          checked=lambda d: d.store.settings.midi_input == "none"),
)  # fmt: skip

MENU = (
    ("metronome", *(f"count in {bars}" for bars in range(MOST_COUNT_IN + 1))),
    ("record adding", "record replacing"),
    ("record on grid", "keep scale"),
    ("punch", "punch selection"),
    ("capture", "keyboard piano"),
)
"""What the transport's menu beside the red button offers."""
