"""The memory of this process, or of another."""

import re
from contextlib import suppress
from pathlib import Path


def peak_rss_mb(process: int | str = "self") -> int:
    """The most that a process has held, in MB; 0 when it is gone.

    Read from its own address space: getrusage would count the parent's, as it was when this process was started.
    """
    with suppress(OSError):
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        found = re.search(r"VmHWM:\s+(\d+) kB", told)
        return int(found.group(1)) // 1024 if found else 0
    return 0


def descendants_of(process: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]
