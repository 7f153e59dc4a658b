"""`python -m palier`: the same program as the `palier` command."""

import sys

from palier.cli import main

# A process that the program starts reads this file again, under another name: it must not run the command twice.
if __name__ == "__main__":
    sys.exit(main())
