"""Processes that help another one, and end when it does."""

import os
from multiprocessing import parent_process
from multiprocessing.connection import wait


def end_with_the_parent() -> None:
    """To run in a thread of a helping process, which ends as soon as its parent is gone.

    A killed parent closes no pool: without this its processes would wait for it, and hold their rows, for ever.
    """
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
