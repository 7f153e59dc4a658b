"""Python's cyclic garbage collector, held still where it only costs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop looking for cycles in a loop that makes millions of rows and no cycle: half of its time went there.

    Rows are freed by their reference counts as before; memory was measured flat.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
