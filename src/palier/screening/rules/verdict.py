"""What the screen says of a text."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Decision: TypeAlias = Literal["accept", "warn", "block"]
Severity: TypeAlias = Literal["warn", "block"]

CATEGORIES: tuple[str, ...] = (
    "health",
    "disability",
    "addiction",
    "offence",
    "origin",
    "religion",
    "politics",
    "sex",
    "judgement",
    "family",
    "social",
    "ids",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a text; `start` and `end` are offsets in the text as given.

    `term` is the id of the lexicon's entry, `rule` how it was found (WORD, PHRASE, TYPO, IDENTIFIER).
    """

    start: int
    end: int
    category: str
    severity: Severity
    term: str
    rule: str
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`block` must not be kept; `warn` is for a person to confirm; `accept` means that nothing was found, no more."""

    decision: Decision
    findings: tuple[Finding, ...]


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """The gravest finding decides."""
    if not findings:
        return Verdict(decision="accept", findings=())
    gravest: Decision = "block" if any(finding.severity == "block" for finding in findings) else "warn"
    return Verdict(decision=gravest, findings=findings)
