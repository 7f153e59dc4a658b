"""What a reader lets out, counted and shown: a drill goes on to its next file."""

import sys
import traceback
from types import TracebackType


class Tracebacks:
    """`with tracebacks.of(name):` prints and counts whatever error leaves the block."""

    def __init__(self) -> None:
        self.count = 0
        self._name = ""

    def of(self, name: str) -> "Tracebacks":
        self._name = name
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.count += 1
        print(f"{self._name}:", file=sys.stderr)
        traceback.print_exception(error)
        return True
