"""Which territories of reservation a dwelling is in: its département, and Paris which is both."""

from typing import Final

_CORSICA_SOUTH: Final = ("200", "201")
PARIS: Final = "75056"


def territories_of(postcode: str) -> tuple[str, ...]:
    """The codes of territories that a convention may name: the département, and Paris as a commune.

    Another commune has no code that a postcode gives: a convention of a commune covers Paris only, for now.
    """
    if postcode.startswith("20"):
        return ("2A",) if postcode[:3] in _CORSICA_SOUTH else ("2B",)
    if postcode.startswith(("97", "98")):
        return (postcode[:3],)
    return (postcode[:2], PARIS) if postcode.startswith("75") else (postcode[:2],)


def is_territory(code: str) -> bool:
    """Whether a code is one that `territories_of` may give."""
    if code in {PARIS, "2A", "2B"}:
        return True
    return code.isdigit() and code.isascii() and (len(code) == 2 or (len(code) == 3 and code[:2] in {"97", "98"}))
