"""What `ricercar info` tells of an opened file: one plain dictionary, ready for JSON."""

from __future__ import annotations

from typing import TypedDict

from studio.files.report import Opened, Report
from studio.song.song import Song, Track


class TrackSummary(TypedDict):
    name: str
    program: int
    drum: bool
    notes: int


class ReportSummary(TypedDict):
    read: int
    dropped: dict[str, int]
    changed: dict[str, int]


class Summary(TypedDict):
    """`tempo` holds [tick, bpm] and `meter` [tick, numerator, denominator], 960 ticks a quarter."""

    tracks: list[TrackSummary]
    notes: int
    bars: int
    seconds: float
    tempo: list[tuple[int, float]]
    meter: list[tuple[int, int, int]]
    report: ReportSummary


def summary(opened: Opened) -> Summary:
    song, report = opened.song, opened.report
    return Summary(
        tracks=[_track_summary(track) for track in song.tracks],
        notes=song.note_count,
        bars=song.bar_count,
        seconds=round(song.seconds, 6),
        tempo=[(change.tick, round(change.bpm, 6)) for change in song.timeline.tempos],
        meter=[(change.tick, change.numerator, change.denominator) for change in song.timeline.meters],
        report=_report_summary(report),
    )


def summary_of_song(song: Song) -> Summary:
    """For a song that came from a project: nothing was read, nothing lost."""
    return summary(Opened(song, Report()))


def _track_summary(track: Track) -> TrackSummary:
    return TrackSummary(name=track.name, program=track.instrument.program, drum=track.instrument.is_drum, notes=len(track.notes))


def _report_summary(report: Report) -> ReportSummary:
    return ReportSummary(read=report.read, dropped=dict(report.dropped), changed=dict(report.changed))
