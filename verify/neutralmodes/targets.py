"""Targets of the command line: a catalogue name, `file.py:NAME`, `pkg.mod:NAME` or `dysts:NAME`, each a System.

A Python target is executed with the rights of the caller.
"""

from __future__ import annotations

import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from neutralmodes.errors import TargetError

if TYPE_CHECKING:
    from neutralmodes.system import System

CATALOGUE, EXPERIMENTS = "neutralmodes.systems", "neutralmodes.experiments"


def catalogue() -> dict[str, EntryPoint]:
    """The installed systems by name, sorted; nothing is imported."""
    return {entry.name: entry for entry in sorted(entry_points(group=CATALOGUE), key=lambda e: e.name)}


def experiments() -> dict[str, EntryPoint]:
    """The installed experiments by name, sorted; each loads as a function of (quick, seed, progress)."""
    return {entry.name: entry for entry in sorted(entry_points(group=EXPERIMENTS), key=lambda e: e.name)}


def resolve(target: str) -> System:
    """The system that ``target`` names.

    Raises:
        TargetError: there is no such thing, its code fails, or it is not a System; one line.
    """
    where, colon, name = target.rpartition(":")
    if where == "dysts":
        from neutralmodes.adapters import dysts

        return dysts.system(name)
    if colon:
        module = _from_file(where) if where.endswith(".py") else _from_module(where)
        return _system(getattr(module, name, None), target, module, name)
    if target.endswith(".py"):
        raise TargetError(f"{target}: name the system in the file, as in {target}:system")
    if target.endswith(".toml"):
        raise TargetError(f"{target}: a system described as data is given by --data {target}")
    entries = catalogue()
    if target not in entries:
        raise TargetError(f"no system {target!r} in the catalogue{_unknown(target, entries)}")
    with _executing(target):
        value = entries[target].load()
    return _system(value, target)


def _unknown(name: str, known: Iterable[str]) -> str:
    """The end of a message on an unknown name: what was meant, or where to look."""
    close = get_close_matches(name, list(known), n=3, cutoff=0.5)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return "; `neutralmodes systems` lists it, and your own is written file.py:NAME or pkg.mod:NAME"


def _from_file(name: str) -> ModuleType:
    path = Path(name)
    if not path.is_file():
        close = get_close_matches(path.name, [other.name for other in path.parent.glob("*.py")], n=1)
        raise TargetError(f"no file {name}" + (f"; did you mean {path.with_name(close[0])}?" if close else ""))
    path = path.resolve()
    alias = f"_neutralmodes_target_{path.stem}"
    spec = spec_from_file_location(alias, path)
    if spec is None or spec.loader is None:
        raise TargetError(f"{name} cannot be loaded as Python")
    module = module_from_spec(spec)
    with _executing(name), _importable(path.parent):
        sys.modules[alias] = module
        spec.loader.exec_module(module)
    return module


def _from_module(name: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise TargetError(f"{name!r} is neither a module nor a file that ends in .py")
    with _executing(name), _importable(Path.cwd()):
        return import_module(name)


def _system(value: Any, target: str, module: ModuleType | None = None, name: str = "") -> System:
    from neutralmodes.system import System

    if isinstance(value, System):
        return value
    if module is None or hasattr(module, name):
        raise TargetError(f"{target} is {_a(type(value).__name__)}, not a neutralmodes.System")
    systems = [key for key, item in vars(module).items() if isinstance(item, System)]
    found = f"; it defines {', '.join(systems)}" if systems else " and it defines no neutralmodes.System"
    raise TargetError(f"{target}: there is no {name!r} in it{found}")


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the code import its neighbours, as `python file.py` would."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


@contextmanager
def _executing(target: str) -> Iterator[None]:
    """Run foreign code: what it prints is no data of ours, and its failure is one line of input error."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except SyntaxError as error:
        place = f"{Path(error.filename or target).name}:{error.lineno}"
        raise TargetError(f"{place}: syntax error: {error.msg}") from error
    except ModuleNotFoundError as error:
        raise TargetError(f"{target}: there is no module {error.name!r} to import") from error
    except (Exception, SystemExit) as error:
        raise TargetError(f"{_place(error, target)}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())
    ours = type(error).__module__.startswith("neutralmodes.")
    return text if ours and text else f"{type(error).__name__}: {text}".rstrip(": ")


def _place(error: BaseException, target: str) -> str:
    """Where the user's code failed: the last line of it on the stack, not one of a library's."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_file() and not _LIBRARIES.intersection(path.parents):
            return f"{path.name}:{frame.lineno}"
    return target


_LIBRARIES = {
    Path(__file__).parent,
    *(Path(sysconfig.get_path(kind)) for kind in ("stdlib", "purelib", "platlib")),
}
