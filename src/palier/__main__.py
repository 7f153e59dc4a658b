"""`python -m palier`: the same program as the `palier` command."""

import sys

from palier.cli import main

sys.exit(main())
