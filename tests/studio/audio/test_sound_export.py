"""EX-20, EX-21, EX-26 for sound: WAV and FLAC of all or of a stretch, stems that add up, tags, faults that leave nothing."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from ears import DRUMS, RATE, loudness, small_font, song, track

from studio.app.bounce import bounced
from studio.app.sound_export import carry_out, stem_paths
from studio.app.sound_order import Bounce
from studio.errors import UnsupportedRequest, UnwritableFile
from studio.files.made_with import About, mark_text
from studio.jobs.progress import Cancelled, Progress
from studio.song import AudioClip, Instrument, Origin, Song, Span, Strip, Timeline, Track
from studio.song.controls import BEND, CONTROLLER
from studio.song.controls import PROGRAM as PROGRAM_POINT
from studio.song.mixing import Effects, Group, Return
from studio.song.notes import Note, Notes
from studio.song.timeline import Marker, TempoChange

WET = Strip(reverb=80, chorus=60)
BAR = 3840


def order(piece: Song, path: Path, **more: object) -> Bounce:
    return Bounce(piece, path, **{"rate": RATE, "bits": 32, "soundfont": small_font(), **more})  # type: ignore[arg-type]


def written(piece: Song, path: Path, **more: object) -> np.ndarray:
    carry_out(order(piece, path, **more), Progress())
    return soundfile.read(path, dtype="float32")[0]


def stems(piece: Song, folder: Path, **more: object) -> dict[str, np.ndarray]:
    asked = order(piece, folder, is_stems=True, **more)
    carry_out(asked, Progress())
    return {path.name: soundfile.read(path, dtype="float32")[0] for path in stem_paths(asked)}


def scale(start: int = 0, low: int = 60) -> list[tuple[int, int, int]]:
    return [(start + beat * 480, 460, low + beat % 7) for beat in range(16)]


def plain() -> Song:
    return replace(song(track(scale(), strip=WET), track(scale(low=40), number=2, strip=WET)), title="Zwei")


def tangled(tmp_path: Path) -> tuple[Song, dict[str, Path]]:
    """Everything that a mixer does: groups, sends, returns, pan, mute, a fader down, a sound, a frozen track."""
    tone = tmp_path / "tone.wav"
    soundfile.write(tone, 0.2 * np.sin(2 * np.pi * 331 * np.arange(44_100) / 44_100), 44_100)
    points = [
        (960, CONTROLLER, 1, 90),
        (1920, BEND, 0, 4000),
        (2400, BEND, 0, 0),
        (2880, CONTROLLER, 64, 127),
        (5760, CONTROLLER, 64, 0),
    ]
    points = [*points, (3840, PROGRAM_POINT, 0, 40), (4800, CONTROLLER, 10, 20)]
    sound = AudioClip(8, "tone", 1000, 0.8, 0.1, 0.05, 0.2, -2.0)
    tracks = (
        replace(track(scale(), strip=replace(WET, gain_db=-4, pan=-70), points=points), group=91),
        replace(track(scale(480, 67), number=2, instrument=Instrument(48), strip=replace(WET, pan=30)), group=91),
        replace(track(scale(low=36), number=3, instrument=DRUMS, strip=Strip(reverb=110, gain_db=2)), is_frozen=True),
        track(scale(low=50), number=4, instrument=Instrument(33), strip=replace(WET, is_muted=True)),
        track(scale(low=50), number=5, instrument=Instrument(5), strip=Strip(gain_db=-120)),
        track(scale(low=72), number=6, instrument=Instrument(73), strip=Strip(reverb=0, chorus=127, pan=100)),
        Track(7, "Tape", strip=Strip(pan=-20, gain_db=-3), is_audio=True, clips=(sound,)),
        track((), number=9),
    )  # fmt: skip
    piece = replace(
        song(*tracks, timeline=Timeline(tempos=(TempoChange(0, 500_000), TempoChange(1920, 380_000)))),
        groups=(Group(91, "Winds", strip=Strip(gain_db=-5, pan=50)),),
        effects=Effects(Return(-6), Return(3), 0.8, 0.4, 0.9),
        master=Strip(gain_db=4, pan=25),
        is_limited=False,
    )
    return piece, {"tone": tone}


def test_ex_21_stems_add_up_to_the_mix_before_the_limiter_whatever_the_mixer_does(tmp_path: Path) -> None:
    piece, sounds = tangled(tmp_path)
    parts = stems(piece, tmp_path / "Stems", sounds=sounds)
    mix = written(piece, tmp_path / "mix.wav", sounds=sounds)
    assert list(parts) == ["01 - track 1.wav", "02 - track 2.wav", "03 - track 3.wav", "04 - track 6.wav", "05 - Tape.wav"]
    assert {len(part) for part in parts.values()} == {len(mix)}
    assert float(np.abs(sum(parts.values()) - mix).max()) < 1e-5
    assert all(loudness(part) > 1e-3 for part in parts.values())


def test_ex_21_a_stretch_of_stems_adds_up_too_and_so_do_flac_ones_within_their_steps(tmp_path: Path) -> None:
    piece, sounds = tangled(tmp_path)
    span = Span(1440, 5000)
    parts = stems(piece, tmp_path / "S", sounds=sounds, span=span, suffix=".flac", bits=24)
    mix = written(piece, tmp_path / "mix.wav", sounds=sounds, span=span)
    assert all(name.endswith(".flac") for name in parts)
    assert {len(part) for part in parts.values()} == {len(mix)}
    assert float(np.abs(sum(parts.values()) - mix).max()) < 1e-5


def test_ex_21_more_tracks_than_a_synthesiser_has_channels(tmp_path: Path) -> None:
    tracks = [track([(0, 240, 40 + n % 40)], number=n + 1, strip=Strip(reverb=0, gain_db=-30)) for n in range(131)]
    piece = replace(song(*tracks), is_limited=False)
    parts = stems(piece, tmp_path / "Many")
    assert list(parts)[::130] == ["001 - track 1.wav", "131 - track 131.wav"]
    assert float(np.abs(sum(parts.values()) - written(piece, tmp_path / "mix.wav")).max()) < 1e-5
    assert all(loudness(part) > 1e-6 for part in parts.values())


def test_ex_21_what_is_not_heard_gets_no_stem_and_is_said(tmp_path: Path) -> None:
    piece, sounds = tangled(tmp_path)
    remarks = carry_out(order(piece, tmp_path / "S", sounds=sounds, is_stems=True), Progress())
    assert remarks == ("Not heard, so without a stem: track 4, track 5, track 9.",)
    with pytest.raises(UnsupportedRequest, match="No track of «Untitled» is heard"):
        carry_out(order(song(track()), tmp_path / "none", is_stems=True), Progress())
    assert not (tmp_path / "none").exists()


def test_ex_21_a_folder_that_is_there_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "Stems"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "01 - track 1.wav").write_bytes(b"old")
    stems(plain(), folder)
    assert sorted(os.listdir(folder)) == ["01 - track 1.wav", "02 - track 2.wav", "notes.txt"]
    assert soundfile.info(folder / "01 - track 1.wav").frames
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_ex_20_kinds_of_files_hold_the_same_sound(tmp_path: Path, suffix: str, bits: int, rate: int) -> None:
    path = tmp_path / f"mix{suffix}"
    if (suffix, bits) == (".flac", 32):
        with pytest.raises(UnwritableFile, match="FLAC does not hold 32 bit float"):
            carry_out(order(plain(), path, bits=bits, rate=rate), Progress())
        assert os.listdir(tmp_path) == []
        return
    found = written(plain(), path, bits=bits, rate=rate)
    info = soundfile.info(path)
    assert (info.samplerate, info.subtype) == (rate, {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}[bits])
    exact = written(plain(), tmp_path / "exact.wav", rate=rate)
    assert float(np.abs(found - exact).max()) <= {16: 2 / 32768, 24: 1 / 2**23, 32: 0}[bits]


@pytest.mark.parametrize(("suffix", "bits"), [(".wav", 16), (".wav", 32), (".flac", 24)])
def test_ex_20_the_same_song_gives_the_same_bytes_whenever_it_is_rendered(tmp_path: Path, suffix: str, bits: int) -> None:
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    written(plain(), first, bits=bits)
    began = int(time.time())
    while int(time.time()) == began:  # a file that held the time of day would differ now
        threading.Event().wait(0.02)
    written(plain(), second, bits=bits)
    assert first.read_bytes() == second.read_bytes()


def test_ex_20_a_stretch_is_as_long_as_its_bars_with_a_tail_and_begins_as_played_from_there(tmp_path: Path) -> None:
    pedal = track([(0, 4 * BAR, 48), (2 * BAR, 480, 72)], strip=Strip(reverb=0))
    piece = replace(song(pedal), is_limited=False)
    found = written(piece, tmp_path / "bar.wav", span=Span(BAR, 2 * BAR))
    seconds = len(found) / RATE
    assert 2.0 + 0.5 <= seconds <= 2.0 + 10.1
    assert loudness(found[: RATE // 4]) > 1e-3
    assert float(np.abs(found[-RATE // 2 :]).max()) < 1e-3
    silent = order(piece, tmp_path / "later.wav", span=Span(20 * BAR, 21 * BAR))
    assert carry_out(silent, Progress()) == ("Nothing is to be heard in «later.wav».",)
    assert soundfile.info(silent.path).duration >= 2.0


def test_ex_20_the_tail_ends_after_ten_seconds_at_the_latest(tmp_path: Path) -> None:
    sounding = song(track([(0, 960, 60)], points=[(0, CONTROLLER, 64, 127)]))  # an organ under a pedal that stays down
    assert 10.4 <= len(written(sounding, tmp_path / "a.wav")) / RATE <= 10.7


def test_ex_20_clipping_is_said_with_its_peak_and_float_keeps_it(tmp_path: Path) -> None:
    many = (track([(0, 960, 60)], number=n, strip=Strip(gain_db=6)) for n in range(1, 9))
    loud = replace(song(*many), is_limited=False, master=Strip(gain_db=12))
    (said,) = carry_out(order(loud, tmp_path / "a.wav", bits=24), Progress())
    assert "were above full scale (peak +" in said
    (kept,) = carry_out(order(loud, tmp_path / "b.wav", bits=32), Progress())
    assert kept.startswith("Its peak is +")
    assert float(np.abs(soundfile.read(tmp_path / "b.wav")[0]).max()) > 1.0
    assert carry_out(order(replace(loud, is_limited=True), tmp_path / "c.wav", bits=24), Progress()) == ()


def test_ex_20_what_a_wav_file_cannot_hold_is_refused_before_it_is_rendered(tmp_path: Path) -> None:
    endless = song(track([(12_000 * 1920, 480, 60)]))
    with pytest.raises(UnwritableFile, match="larger than the 4 GiB"):
        carry_out(order(endless, tmp_path / "a.wav", bits=32), Progress())
    with pytest.raises(UnwritableFile, match="larger than the 4 GiB"):
        carry_out(order(endless, tmp_path / "a", bits=32, is_stems=True), Progress())
    assert os.listdir(tmp_path) == []


def helped() -> Song:
    """Two tracks; a model wrote half of the first one."""
    rows = [Note(0, 480, 60, 90, 10), Note(960, 480, 64, 80, 11, origin=50), Note(3 * BAR, 480, 65, 80, 12, origin=51)]
    table = (Origin(50, "mel-2bar", "ab", "continue", 7, 2, "{}", "1"), Origin(51, "later", "cd", "vary", 8, 1, "{}", "1"))
    return replace(plain(), tracks=(replace(plain().tracks[0], notes=Notes.of(rows)), plain().tracks[1]), origins=table)


ABOUT = {"mel-2bar": About("Melodien, zwei Takte", (("POP909", "MIT"),))}


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_ex_26_tags_say_title_program_and_models_and_the_sidecar_stands_beside(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"mix{suffix}"
    carry_out(order(helped(), path, bits=24, about=ABOUT), Progress())
    with soundfile.SoundFile(path) as sound:
        assert (sound.title, sound.comment) == ("Zwei", mark_text(helped(), ABOUT))
        assert sound.software.startswith("Ricercar ")
    told = json.loads((tmp_path / f"mix{suffix}.origins.json").read_bytes())
    assert told["files"] == [{"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}]
    assert [each["model"] for each in told["origins"]] == ["mel-2bar", "later"]


def test_ex_26_a_stretch_tells_of_what_is_heard_in_it_and_no_mark_of_nothing(tmp_path: Path) -> None:
    carry_out(order(helped(), tmp_path / "a.wav", span=Span(0, BAR)), Progress())
    with soundfile.SoundFile(tmp_path / "a.wav") as sound:
        assert "mel-2bar" in sound.comment
        assert "later" not in sound.comment
    assert json.loads((tmp_path / "a.wav.origins.json").read_bytes())["span"] == [0, BAR]
    carry_out(order(helped(), tmp_path / "b.wav", is_marked=False), Progress())
    carry_out(order(plain(), tmp_path / "c.wav"), Progress())
    for name in ("b.wav", "c.wav"):
        with soundfile.SoundFile(tmp_path / name) as sound:
            assert sound.comment == ""
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "a.wav.origins.json", "b.wav", "c.wav"]


def test_ex_26_each_stem_says_what_is_true_of_its_track(tmp_path: Path) -> None:
    stems(helped(), tmp_path / "Zwei")
    with soundfile.SoundFile(tmp_path / "Zwei" / "01 - track 1.wav") as sound:
        assert (sound.title, sound.comment) == ("Zwei - track 1", mark_text(helped()))
    with soundfile.SoundFile(tmp_path / "Zwei" / "02 - track 2.wav") as sound:
        assert sound.comment == ""
    told = json.loads((tmp_path / "Zwei" / "Zwei.origins.json").read_bytes())
    assert [each["name"] for each in told["files"]] == ["01 - track 1.wav", "02 - track 2.wav"]


def test_the_copyright_that_a_song_was_read_with_goes_out(tmp_path: Path) -> None:
    from studio.song.controls import ForeignEvent

    words = "© " + "nobody " * 30
    data = words.encode()
    long = bytes((0xFF, 0x02, 0x80 | len(data) >> 7, len(data) & 127)) + data
    piece = replace(plain(), foreign=(ForeignEvent(0, b"\xff\x01\x01a"), ForeignEvent(0, long)), title="Ein\x00\ud800Titel\n")
    written(piece, tmp_path / "a.flac", bits=16)
    with soundfile.SoundFile(tmp_path / "a.flac") as sound:
        assert (sound.copyright, sound.title) == (words.strip(), "Ein Titel")


# Faults


class Counting(Progress):
    """Cancels when it is asked for the n-th time whether to stop."""

    def __init__(self, stops_at: int) -> None:
        super().__init__()
        self.asked, self._stops_at = 0, stops_at

    def stop_if_cancelled(self) -> None:
        self.asked += 1
        if self.asked == self._stops_at:
            self.cancel()
        super().stop_if_cancelled()


@pytest.mark.parametrize("is_stems", [False, True])
def test_ex_20_cancelled_at_any_moment_nothing_is_left_and_nothing_is_lost(tmp_path: Path, is_stems: bool) -> None:
    piece = song(track([(0, 480, 60)], strip=Strip(reverb=0)))
    target = tmp_path / ("S" if is_stems else "mix.wav")
    whole = Counting(0)
    carry_out(order(piece, tmp_path / "count", is_stems=True), whole)
    assert whole.asked > 10
    for moment in range(1, whole.asked, 4):
        with pytest.raises(Cancelled):
            carry_out(order(piece, target, is_stems=is_stems), Counting(moment))
        assert os.listdir(tmp_path) == ["count"]
    (tmp_path / "count" / "01 - track 1.wav").write_bytes(b"old")
    with pytest.raises(Cancelled):
        carry_out(order(piece, tmp_path / "count", is_stems=True), Counting(whole.asked))
    assert os.listdir(tmp_path / "count") == ["01 - track 1.wav"]
    assert (tmp_path / "count" / "01 - track 1.wav").read_bytes() == b"old"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What a full disk does to whoever writes on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 20, 3000, 200_000])
@pytest.mark.parametrize("name", ["mix.wav", "mix.flac", "S"])
def test_ex_20_a_disk_that_is_full_is_said_and_leaves_the_old_file(tmp_path: Path, name: str, size: int) -> None:
    noise = song(*(track(scale(low=40 + n), number=n, strip=WET) for n in range(1, 4)))
    target = tmp_path / name
    if name != "S":
        target.write_bytes(b"old")
    asked = order(noise, target, bits=24, is_stems=name == "S")
    with files_no_larger_than(size), pytest.raises(UnwritableFile, match="File too large"):
        carry_out(asked, Progress())
    assert os.listdir(tmp_path) == ([] if name == "S" else [name])
    assert name == "S" or target.read_bytes() == b"old"


def test_ex_21_a_target_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(UnwritableFile, match="a file of this name is in the way"):
        stems(plain(), tmp_path / "file")
    (tmp_path / "S" / "02 - track 2.wav").mkdir(parents=True)
    with pytest.raises(UnwritableFile, match=r"the folder «02 - track 2\.wav» is in the way"):
        stems(plain(), tmp_path / "S")
    with pytest.raises(UnwritableFile, match="No such file"):
        stems(plain(), tmp_path / "nowhere" / "S")
    assert os.listdir(tmp_path / "S") == ["02 - track 2.wav"]
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_ex_20_a_child_process_renders_stems_and_a_missing_font_is_said(tmp_path: Path) -> None:
    asked = order(plain(), tmp_path / "S", is_stems=True, soundfont=tmp_path / "gone.sf2")
    seen: list[float] = []
    said = bounced(asked, Progress(lambda done, total, _: seen.append(done / total)))
    assert "gone.sf2" in said
    assert sorted(os.listdir(tmp_path / "S")) == ["01 - track 1.wav", "02 - track 2.wav"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnwritableFile, match="is in the way"):
        bounced(replace(asked, path=tmp_path / "file"), Progress())


@pytest.mark.parametrize("language", ["en", "de"])
def test_ex_20_every_depth_works_in_every_language(tmp_path: Path, language: str) -> None:
    from studio import languages

    languages.speak(language)
    try:
        for bits in (16, 24, 32):
            written(song(track([(0, 96, 60)])), tmp_path / f"{bits}.wav", bits=bits)
    finally:
        languages.speak("en")


def test_sections_are_named_stretches() -> None:
    piece = replace(plain(), timeline=Timeline(markers=(Marker(0, "A", True), Marker(BAR, "B", True))))
    assert [each.span for each in piece.timeline.sections(piece.end_tick)] == [Span(0, BAR), Span(BAR, 2 * BAR)]


@pytest.mark.parametrize("name", ["mix.flac", "S"])
def test_ex_20_a_child_that_is_cancelled_leaves_nothing(tmp_path: Path, name: str) -> None:
    long = song(track([(beat * 960, 900, 60) for beat in range(2000)], strip=WET))
    progress = Progress(lambda *_: progress.cancel())
    with pytest.raises(Cancelled):
        bounced(order(long, tmp_path / name, bits=24, is_stems=name == "S"), progress)
    assert os.listdir(tmp_path) == []
