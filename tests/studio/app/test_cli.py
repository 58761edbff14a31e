"""The terminal's commands: their JSON, their files, their exit codes, one sentence for each failure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import cli
from studio.edits import notes, tracks
from studio.files import format as formats
from studio.files import project
from studio.song import AudioClip, Note, Song, Track, empty_song
from studio.song.song import Instrument

MODEL = "melody-rnn-attention"


def tune(bars: int = 8) -> Song:
    pitches = (60, 60, 67, 67, 69, 69, 67, 65)
    melody = [Note(i * 960, 960 if i % 8 != 6 else 1920, pitches[i % 8], 70 + i % 20) for i in range(bars * 4) if i % 8 != 7]
    song = notes.add(1, melody).apply(tracks.rename_track(1, "Lead").apply(empty_song("A tune")))
    return tracks.add_track("Kit", Instrument(is_drum=True)).apply(song)


@pytest.fixture
def midi(tmp_path: Path) -> Path:
    path = tmp_path / "tune.mid"
    formats.write_song(tune(), path)
    return path


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert cli.run([str(argument) for argument in arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.run([str(argument) for argument in arguments]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("ricercar: ")
    assert "\n" not in error
    return error


def test_info_says_what_a_file_holds(midi: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "info", midi, "--json")
    assert found["notes"] == 28
    assert found["bars"] == 8
    assert found["tempo"] == [[0, 120.0]]
    assert found["meter"] == [[0, 4, 4]]
    assert next(track["name"] for track in found["tracks"]) == "Lead"  # type: ignore[attr-defined]
    assert set(found["report"]) == {"read", "dropped", "changed"}  # type: ignore[call-overload]


def test_models_have_the_promised_ids_and_a_permissive_switch(capsys: pytest.CaptureFixture[str]) -> None:
    listed = {model["id"]: model for model in answer(capsys, "models", "--json")["models"]}  # type: ignore[attr-defined]
    ids = {"melody-rnn-basic", "melody-rnn-lookback", "melody-rnn-attention", "melody-rnn-attention-folk"}
    assert ids <= set(listed)
    assert all(listed[name]["usable"] for name in ids)
    permissive = {model["id"] for model in answer(capsys, "models", "--json", "--permissive")["models"]}  # type: ignore[attr-defined]
    assert permissive & ids == ids - {"melody-rnn-attention-folk"}


def test_continue_writes_one_numbered_file_a_take(midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.mid"
    found = answer(capsys, "generate", midi, "--model", MODEL, "--task", "continue", "--takes", 2, "-o", out, "--json")
    files = [Path(take["file"]).name for take in found["takes"]]  # type: ignore[attr-defined]
    assert files == ["out-1.mid", "out-2.mid"]
    assert not out.exists()
    song = formats.open_song(tmp_path / "out-1.mid").song
    before = formats.open_song(midi).song
    assert song.bar_count > before.bar_count
    assert [(n.start_tick, n.pitch) for n in song.tracks[0].notes][:28] == [
        (n.start_tick, n.pitch) for n in before.tracks[0].notes
    ]


def test_fill_touches_only_its_bars_and_only_take_is_the_take_alone(
    midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = [
        "generate",
        midi,
        "--model",
        MODEL,
        "--task",
        "fill",
        "--tracks",
        "Lead",
        "--bars",
        "3-4",
        "--takes",
        1,
        "--seed",
        7,
    ]
    answer(capsys, *common, "-o", tmp_path / "whole.mid", "--json")
    whole = formats.open_song(tmp_path / "whole-1.mid").song.tracks[0].notes
    before = formats.open_song(midi).song.tracks[0].notes
    outside = [(n.start_tick, n.length_ticks, n.pitch, n.velocity) for n in before if not 7680 <= n.start_tick < 15360]
    assert [(n.start_tick, n.length_ticks, n.pitch, n.velocity) for n in whole if not 7680 <= n.start_tick < 15360] == outside
    answer(capsys, *common, "--only-take", "-o", tmp_path / "alone.mid", "--json")
    alone = formats.open_song(tmp_path / "alone-1.mid").song.tracks[0].notes
    inside = [(n.start_tick - 7680, n.pitch) for n in whole if 7680 <= n.start_tick < 15360]
    assert [(n.start_tick, n.pitch) for n in alone] == inside


def test_the_same_seed_gives_the_same_file(midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = []
    for name, takes in (("a", 1), ("b", 2)):
        common = ["--model", MODEL, "--task", "continue", "--takes", takes, "--seed", 3]
        answer(capsys, "generate", midi, *common, "-o", tmp_path / f"{name}.mid", "--json")
        made.append((tmp_path / f"{name}-1.mid").read_bytes())
    assert made[0] == made[1]


def test_start_needs_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new.mid"
    found = answer(capsys, "generate", "--model", MODEL, "--task", "start", "--takes", 1, "-o", out, "--json")
    assert found["takes"][0]["notes"] > 4  # type: ignore[index]


def test_render_and_export(midi: Path, tmp_path: Path) -> None:
    import soundfile

    assert cli.run(["export", str(midi), "-o", str(tmp_path / "copy.mid")]) == 0
    assert formats.open_song(tmp_path / "copy.mid").song.note_count == 28
    assert cli.run(["render", str(midi), "-o", str(tmp_path / "out.wav"), "--rate", "44100"]) == 0
    sound, rate = soundfile.read(tmp_path / "out.wav")
    assert rate == 44100
    assert 16 <= len(sound) / rate <= 30
    assert 0.01 < abs(sound).max() <= 1.0


def test_a_project_with_a_sound_on_an_audio_track_is_heard(tmp_path: Path) -> None:
    import hashlib
    import io

    import numpy as np
    import soundfile

    tone = 0.5 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000)
    held = io.BytesIO()
    soundfile.write(held, tone, 48_000, format="WAV")
    digest = hashlib.sha256(held.getvalue()).hexdigest()
    clip = AudioClip(2, digest, 960, 1.0)
    song = replace(empty_song(), tracks=(Track(1, "Tape", is_audio=True, clips=(clip,)),), next_id=3)
    project.write(replace(project.new_document(song), sounds={digest: held.getvalue()}), tmp_path / "tape.ricercar")
    assert cli.run(["render", str(tmp_path / "tape.ricercar"), "-o", str(tmp_path / "tape.wav")]) == 0
    sound, _ = soundfile.read(tmp_path / "tape.wav")
    assert abs(sound[:23_000]).max() < 1e-3
    assert 0.1 < abs(sound[30_000:60_000]).max() <= 1.0


def test_failures_are_one_sentence_and_leave_nothing(midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sub.mid"
    common = ["generate", midi, "--takes", 1, "-o", out, "--task"]
    assert "melody-rnn-attention" in refusal(capsys, *common, "continue", "--model", "no-such-model")
    assert "8" in refusal(capsys, *common, "fill", "--bars", "90-92", "--model", MODEL)
    assert "--bars" in refusal(capsys, *common, "fill", "--model", MODEL)
    assert "Lead" in refusal(capsys, *common, "continue", "--tracks", "Nobody", "--model", MODEL)
    assert "temperature" in refusal(capsys, *common, "continue", "--model", MODEL, "--set", "nonsense=1")
    assert "Use a value" in refusal(capsys, *common, "continue", "--model", MODEL, "--set", "temperature=99")
    assert "Kit" in refusal(capsys, *common, "continue", "--tracks", "Kit", "--model", MODEL)
    assert "no-such.mid" in refusal(capsys, "info", tmp_path / "no-such.mid")
    assert "folder" in refusal(capsys, "export", midi, "-o", tmp_path / "nowhere" / "x.mid")
    assert "gone.sf2" in refusal(capsys, "render", midi, "-o", tmp_path / "x.wav", "--soundfont", tmp_path / "gone.sf2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tune.mid"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "x.mid", "--model", "m", "--task", "continue", "--takes", "0", "-o", "o.mid"],
        ["generate", "x.mid", "--model", "m", "--task", "dance", "-o", "o.mid"],
        ["generate", "x.mid", "--model", "m", "--task", "fill", "--bars", "9-3", "-o", "o.mid"],
        ["generate", "x.mid", "--model", "m", "--task", "fill", "--set", "temperature", "-o", "o.mid"],
        ["render", "x.mid", "-o", "x.wav", "--rate", "3"],
        ["info", "x.mid", "--frobnicate"],
        ["compose"],
    ],
)
def test_wrong_usage_is_exit_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.run(arguments)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_doctor_names_a_remedy_for_whatever_does_not_work(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "doctor", "--json")
    checks = found["checks"]
    assert isinstance(checks, list)
    assert {"Python", "Qt", "torch", "FluidSynth", "SoundFont", "Models"} <= {check["name"] for check in checks}
    assert all(check["works"] or check["remedy"] for check in checks)


def test_interpolate_needs_a_model_with_a_space_and_a_sensible_number_of_steps(
    midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["interpolate", midi, midi, "-o", tmp_path / "out.mid", "--model"]
    assert "has no space to explore" in refusal(capsys, *common, MODEL)
    assert "no model «nobody»" in refusal(capsys, *common, "nobody")
    for wrong in (["--steps", "1"], ["--steps", "65"], ["--line", "middle"], ["--temperature", "hot"]):
        with pytest.raises(SystemExit) as caught:
            cli.run([str(argument) for argument in (*common, MODEL, *wrong)])
        assert caught.value.code == 2


def test_what_a_model_cannot_is_said_before_anything_is_read(
    midi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["generate", midi, "--model", MODEL, "-o", tmp_path / "out.mid", "--task"]
    for task in ("vary", "morph", "groove"):
        assert f"cannot {task}" in refusal(capsys, *common, task)
    assert "--towards has no meaning for continue" in refusal(capsys, *common, "continue", "--towards", midi)
