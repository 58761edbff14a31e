"""One-file plug-ins: list a package's modules, import them, or read a declaration without running the file."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from types import ModuleType


def module_names(package: str) -> tuple[str, ...]:
    """The full names of the modules in a package, sorted; a leading underscore hides one."""
    folder = importlib.import_module(package)
    found = (entry.name for entry in pkgutil.iter_modules(folder.__path__))
    return tuple(f"{package}.{name}" for name in sorted(found) if not name.startswith("_"))


def imported(package: str, declaration: str) -> tuple[ModuleType, ...]:
    """The modules of a package that declare this name, imported, sorted by name."""
    modules = (importlib.import_module(name) for name in module_names(package))
    return tuple(module for module in modules if hasattr(module, declaration))


def declared(module: str, name: str, makers: Mapping[str, Callable[..., object]]) -> object | None:
    """The value of `name = Maker(...)` at the top of a module, read from its source without running it.

    Only literals and calls of `makers` are understood; anything else is ValueError with its line. None when the
    module declares no such name.
    """
    for node in ast.parse(_source(module)).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            if node.value is not None:
                return _value(node.value, makers, module)
    return None


def _source(module: str) -> str:
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec else None
    source = loader.get_source(module) if isinstance(loader, importlib.abc.InspectLoader) else None
    if source is None:
        raise ValueError(f"no source for {module}")
    return source


def _value(node: ast.expr, makers: Mapping[str, Callable[..., object]], module: str) -> object:
    match node:
        case ast.Call(func=ast.Name(id=maker)) if maker in makers:
            arguments = [_value(item, makers, module) for item in node.args]
            named = {item.arg: _value(item.value, makers, module) for item in node.keywords if item.arg is not None}
            return makers[maker](*arguments, **named)
        case ast.Tuple(elts=items):
            return tuple(_value(item, makers, module) for item in items)
        case ast.List(elts=items):
            return [_value(item, makers, module) for item in items]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {_value(key, makers, module): _value(value, makers, module) for key, value in pairs if key is not None}
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"{module}, line {node.lineno}: a declaration may hold only literals and {', '.join(makers)}") from None
