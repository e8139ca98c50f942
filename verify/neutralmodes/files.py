"""Files written whole or not at all: a temporary name in the same folder, then a rename."""

from __future__ import annotations

import tempfile
from pathlib import Path

from neutralmodes.errors import InputError


def write_whole(target: Path, content: str | bytes, what: str) -> Path:
    """Write ``content`` (text as UTF-8) to ``target`` and return it; the old file stays until the new one is complete.

    Of two writers at once, the last one's file stands, whole. Raises InputError, which names ``what``,
    where the folder or the disk does not allow it.
    """
    try:
        with tempfile.NamedTemporaryFile("wb", dir=target.parent, prefix=".", delete=False) as f:
            unfinished = Path(f.name)
            try:
                f.write(content.encode() if isinstance(content, str) else content)
                f.close()
                unfinished.chmod(0o644)
                unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write the {what} {target}: {error.strerror or error}") from error
    return target
