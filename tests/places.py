"""Where the tests put a server of their own."""

import os
import shutil
from pathlib import Path
from typing import Final

_ROOM: Final = 4 * 1024**3


def _place() -> str:
    """Memory, where it has room and lets a program run: a database is a thousand files, and most tests clone one."""
    memory = Path("/dev") / "shm"
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM and not os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return str(memory)
    return str(Path("/") / "tmp")


PLACE: Final = _place()
