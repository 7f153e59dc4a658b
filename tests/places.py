"""Where the tests put a server of their own, what stands beside the project, what only an administrator may do.

Nothing else is a reason to skip a test.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

_ROOM: Final = 4 * 1024**3
_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="needs root: accounts of the machine are made, or taken")
as_user = pytest.mark.skipif(IS_ROOT, reason="root reads and writes anywhere")


def _place() -> str:
    """Memory, where it has room and lets a program run: a database is a thousand files, and most tests clone one."""
    memory = Path("/dev") / "shm"
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM and not os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return str(memory)
    return str(Path("/") / "tmp")


PLACE: Final = _place()


def shared_data(place: str) -> Path:
    """A file or folder of the reference data, which is not part of the project."""
    path = _SHARED / place
    if not path.exists():
        pytest.skip(f"../shared/data/{place} is not beside the project")
    return path


@contextmanager
def disk_of_one_megabyte(place: Path) -> Iterator[Path]:
    """A file system of its own at that place, which only an administrator may mount."""
    place.mkdir(mode=0o700, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
