"""The memory of this process."""

import re
from pathlib import Path


def peak_rss_mb() -> int:
    """The most that this process has held, in MB.

    Read from its own address space: getrusage would count the parent's, as it was when this process was started.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) // 1024 if found else 0
