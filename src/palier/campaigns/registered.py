"""Registered mail: the one gateway to its carrier. No carrier is connected yet: numbers are simulated, and say so."""

from collections.abc import Sequence
from typing import Final, Protocol


class RegisteredMail(Protocol):
    """A carrier of registered letters. The same letter handed over twice has the same number."""

    label: str

    def hand_over(self, letters: Sequence[str]) -> dict[str, str]:
        """Give letters, named by their number in the register; the carrier's number of each."""


class SimulatedMail:
    """Stands in for a carrier: nothing leaves, and each number says that it was never a carrier's."""

    label = "simulé"

    def hand_over(self, letters: Sequence[str]) -> dict[str, str]:
        return {letter: f"SIMULE-{letter}" for letter in letters}


CARRIER: Final[RegisteredMail] = SimulatedMail()
