"""Files written whole or not at all: a temporary name in the same folder, then a rename."""

from __future__ import annotations

import tempfile
from pathlib import Path

from neutralmodes.errors import InputError


def write_whole(target: Path, text: str, what: str) -> Path:
    """Write ``text`` to ``target`` and return it; what was there stays until the new file is complete.

    Of two writers at once, the last one's file stands, whole. Raises InputError, which names ``what``,
    where the folder or the disk does not allow it.
    """
    try:
        with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".", delete=False, encoding="utf-8") as f:
            unfinished = Path(f.name)
            try:
                f.write(text)
                f.close()
                unfinished.chmod(0o644)
                unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write the {what} {target}: {error.strerror or error}") from error
    return target
