"""The law of the month: the yearly revision, the solidarity reduction, and the pricing of one lease."""

from hashlib import sha256
from importlib.resources import files

from palier.foundation.rulebook import Rule
from palier.quittancement.rules.revision import RENT_REVISION
from palier.quittancement.rules.rls import SOLIDARITY_REDUCTION
from palier.quittancement.rules.sls import SLS

RULES: tuple[Rule, ...] = (RENT_REVISION, SOLIDARITY_REDUCTION, SLS)

# What priced a month: kept on the run, so that a bill can be told again by the rules that made it.
DIGEST = sha256((files(__package__) / "month.py").read_bytes()).hexdigest()
