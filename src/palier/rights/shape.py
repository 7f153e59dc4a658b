"""What a chapter of a copy is: one table, the columns shown, and what narrows it beyond row security."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of the copy. `shown`: the columns of the readable page, with their heading; the JSON has them all.

    `where` narrows beyond row security, for a table that the job also reads for another reason.
    """

    table: str
    title: str
    shown: Mapping[str, str]
    where: str = ""
    # What could endanger someone who shares the screen is handed over in person, never fetched online.
    in_person_only: bool = False
