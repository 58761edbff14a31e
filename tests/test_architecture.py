"""The import table of ARCHITECTURE.md, kept by a machine: who may see whom, and no cycles anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = {
    "studio",
    "studio.errors",
    "studio.events",
    "studio.knobs",
    "studio.paths",
    "studio.system",
    "studio.discovery",
    "studio.settings",
    "studio.children",
    "studio.words",
    "studio.languages",
    "studio.note_names",
    "studio.preferences",
}
SIBLINGS = {"studio.edits", "studio.files", "studio.audio", "studio.generation", "studio.jobs"}
CORE = GROUND | SIBLINGS | {"studio.song"}
# layer -> layers it may see (itself always)
MAY_SEE = {
    "studio.song": {"studio.words", "studio.note_names"},
    "studio.edits": GROUND | {"studio.song"},
    "studio.files": GROUND | {"studio.song", "studio.jobs.progress"},
    "studio.audio": GROUND | {"studio.song", "studio.jobs.progress"},
    "studio.jobs": GROUND,
    "studio.generation": GROUND | {"studio.song", "studio.jobs.progress"},
    "studio.selection": {"studio.song"},
    "studio.proposing": GROUND | {"studio.song", "studio.edits", "studio.generation"},
    "studio.session": CORE | {"studio.selection", "studio.proposing"},
    "studio.api": GROUND | {"studio.song", "studio.files"},
    "studio.explore": CORE | {"studio.session", "studio.selection"},
    "studio.ideas": CORE | {"studio.session"},
    "studio.recording": CORE | {"studio.session", "studio.selection"},
    "backends": GROUND | {"studio.song", "studio.generation", "studio.jobs.progress"},
    "widgets": CORE | {"studio.session", "studio.selection", "studio.explore", "studio.ideas", "studio.recording"},
    "studio.app": CORE
    | {"studio.session", "studio.selection", "studio.explore", "studio.ideas", "studio.recording", "backends", "widgets"},
    "studio.__main__": {"studio.app"},
}
OUTSIDE = {
    "studio.song": {"numpy"},
    "studio.edits": {"numpy"},
    "studio.generation": {"numpy"},
    "studio.proposing": set(),
    "studio.session": {"numpy"},
    "studio.explore": {"numpy"},
    "studio.ideas": {"numpy"},
    "studio.recording": {"numpy"},
    "studio.jobs": set(),
}
QT, TORCH = {"PySide6", "shiboken6"}, {"torch", "safetensors"}
NEVER = {"widgets": TORCH | {"sounddevice", "rtmixer", "fluidsynth"}, "backends": QT, "studio": QT | TORCH, "studio.app": TORCH}


def modules() -> dict[str, Path]:
    found = {}
    for package in ("studio", "widgets", "backends"):
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, inside functions too; names that are modules are resolved."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else node.module


def layer(module: str) -> str:
    named = [name for name in (*MAY_SEE, *GROUND) if module == name or module.startswith(f"{name}.")]
    return max(named, key=len)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_module_sees_only_what_its_layer_may(module: str) -> None:
    mine = layer(module)
    for name in imports(MODULES[module]):
        top = name.split(".")[0]
        if top in ("studio", "widgets", "backends"):
            theirs = layer(name) if name in MODULES else name
            allowed = MAY_SEE.get(mine, GROUND) | {mine}
            assert theirs in allowed or name in allowed, f"{module} imports {name}; layer {mine} may not see {theirs}"
        else:
            forbidden = NEVER.get(mine, NEVER.get(module.split(".", maxsplit=1)[0], set()))
            assert top not in forbidden, f"{module} imports {name}; layer {mine} may never see {top}"
            if mine in OUTSIDE and top in ("numpy", "scipy", "soundfile", "sounddevice", "pretty_midi", "mido"):
                assert top in OUTSIDE[mine], f"{module} imports {name}; layer {mine} may see only {OUTSIDE[mine]}"


def test_no_import_cycle() -> None:
    graph = {module: {name for name in imports(path) if name in MODULES and name != module} for module, path in MODULES.items()}
    state: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert state.get(module) != 1, f"import cycle: {' -> '.join((*trail, module))}"
        if module not in state:
            state[module] = 1
            for name in sorted(graph[module]):
                visit(name, (*trail, module))
            state[module] = 2

    for module in sorted(graph):
        visit(module, ())


def test_packaging_folder_does_not_shadow_the_library() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("word", ["pick" + "le", "torch.lo" + "ad", "allow_pick" + "le=True", "yaml.lo" + "ad"])
def test_no_reader_that_can_run_code(word: str) -> None:
    """R20: weights, projects and arrays are read as plain data only."""
    for module, path in MODULES.items():
        assert word not in path.read_text(encoding="utf-8"), f"{module} mentions {word}"


def test_every_painter_ends_with_its_block() -> None:
    """One that an exception leaves open on a widget takes the whole process down at the next paint."""
    for name, module in MODULES.items():
        tree = ast.parse(module.read_text(encoding="utf-8"))
        held = {id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Painter"):
                assert id(node) in held, f"{name}, line {node.lineno}: write «with {node.func.id}(...) as painter:»"
