"""Which territories of reservation a dwelling is in: its département, and its commune."""

import re
from typing import Final

PARIS: Final = "75056"
_CORSICA_SOUTH: Final = ("200", "201")
_DEPARTMENT: Final = re.compile(r"[0-9]{2}|2[AB]|9[78][0-9]")
_COMMUNE: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")


def territories_of(postcode: str, commune: str = "") -> tuple[str, ...]:
    """The codes that a convention may name: the département, then the commune (INSEE) when it is known.

    Paris is one commune whatever the arrondissement, and its postcodes are enough to know it.
    """
    if postcode.startswith("75") or commune.startswith("751"):
        return ("75", PARIS)
    department = department_of(commune) if commune else _of_postcode(postcode)
    return (department, commune) if commune else (department,)


def department_of(territory: str) -> str:
    """The département of a territory: itself, or that of the commune."""
    return territory[:3] if territory[:2] in {"97", "98"} else territory[:2]


def _of_postcode(postcode: str) -> str:
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in _CORSICA_SOUTH else "2B"
    return department_of(postcode)


def is_territory(code: str) -> bool:
    """Whether a code is that of a département or of a commune."""
    return _DEPARTMENT.fullmatch(code) is not None or _COMMUNE.fullmatch(code) is not None
