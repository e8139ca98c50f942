"""The result file of a sweep, JSON lines or Parquet: each row kept as soon as it is there, one writer at a time.

A Parquet file cannot grow, so its rows are kept in a journal of JSON lines beside it until the sweep is complete.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from neutralmodes.errors import InputError, MissingExtra
from neutralmodes.files import write_whole

SUFFIXES = (".jsonl", ".parquet")


class Results:
    """A context that holds the file; ``done`` are the keys of the rows from earlier runs, failed ones left out.

    Raises InputError for a suffix of another format, a file of something else, one that another sweep is
    writing, or one that cannot be written; MissingExtra for Parquet without pyarrow.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in SUFFIXES:
            raise InputError(f"{path}: results are written as {' or '.join(SUFFIXES)}, by the suffix")
        self.path, self._columnar = path, path.suffix == ".parquet"
        self.journal = path.with_name(f"{path.name}.jsonl") if self._columnar else path
        self.done: set[str] = set()

    def __enter__(self) -> Results:
        if self._columnar:
            self.done |= set(_table(self.path).column("key").to_pylist())
        try:
            self._file = self._opened()
        except OSError as error:
            raise InputError(f"cannot write {self.journal}: {error.strerror or error}") from error
        return self

    def add(self, row: dict[str, Any]) -> None:
        """Keep one row; InputError where the disk does not allow it."""
        try:
            self._file.write(json.dumps(row, sort_keys=True) + "\n")
            self._file.flush()
        except OSError as error:
            raise InputError(
                f"cannot write {self.journal}: {error.strerror or error}; the rows before it are kept"
            ) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if self._columnar and kind is None:
                rows, _ = _read(self.journal)
                write_whole(self.path, _parquet(_table(self.path), rows), "results")
                self.journal.unlink()
        finally:
            try:
                self._file.close()
            except OSError:
                if kind is None:
                    raise  # what was refused before has been said before

    def _opened(self) -> TextIO:
        """The journal, ours alone, without failed rows (they are tried again) and without a line cut short."""
        file = self.journal.open("a", encoding="utf-8")
        _lock(file, self.journal)
        rows, size = _read(self.journal)
        file.truncate(size)
        kept = [row for row in rows if "error" not in row]
        self.done |= {row["key"] for row in kept}
        if len(kept) == len(rows):
            return file
        write_whole(self.journal, "".join(json.dumps(row, sort_keys=True) + "\n" for row in kept), "results")
        file.close()
        file = self.journal.open("a", encoding="utf-8")
        _lock(file, self.journal)
        return file


def _read(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The rows of JSON lines, and the bytes that they take: a last line without its end was cut short."""
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    try:
        rows = [json.loads(line) for line in whole.splitlines()]
        if any(not isinstance(row["key"], str) for row in rows) or (text and not rows and not text.startswith(b"{")):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} holds something else than the results of a sweep; give another file") from error
    return rows, len(whole)


def _lock(file: TextIO, path: Path) -> None:
    """Keep other sweeps off until the file is closed, or this process is gone."""
    try:
        import fcntl
    except ImportError:  # not POSIX: two writers are the user's to avoid
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(f"another sweep is writing {path}; wait for it, or give another file") from error


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'neutralmodes[distributed]'") from error
    return pa, pq


def _schema() -> Any:
    pa, _ = _arrow()
    text, whole, number, flag = pa.string(), pa.int64(), pa.float64(), pa.bool_()
    kinds = {
        "key": text,
        "system": text,
        "parameters": pa.map_(text, text),
        "seed": whole,
        "evidence": flag,
        "digits": whole,
        "time": number,
        "conclusion": text,
        "zero_exponents": whole,
        "zero_exponents_if": whole,
        "scope": text,
        "consistent": flag,
        "exponents": pa.list_(number),
        "digest": text,
        "seconds": number,
        "error": text,
    }
    return pa.schema(list(kinds.items()))


def _table(path: Path) -> Any:
    """The successful rows of a Parquet file, none where it is not there."""
    pa, pq = _arrow()
    if not path.exists():
        return _schema().empty_table()
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path} holds something else than the results of a sweep; give another file") from error
    if table.schema != _schema():
        raise InputError(f"{path} has other columns than the results of a sweep; give another file")
    return table.filter(pa.compute.is_null(table.column("error")))


def _parquet(before: Any, rows: list[dict[str, Any]]) -> bytes:
    """The bytes of a Parquet file with the rows from before and new ones, numbers as numbers."""
    pa, pq = _arrow()
    typed = [
        row
        | {
            "parameters": list(row["parameters"].items()),
            "exponents": row.get("exponents") and [float(e) for e in row["exponents"]],
            "seconds": float(row["seconds"]) if "seconds" in row else None,
        }
        for row in rows
    ]
    whole, into = pa.concat_tables([before, pa.Table.from_pylist(typed, schema=_schema())]), io.BytesIO()
    pq.write_table(whole, into)
    return into.getvalue()
