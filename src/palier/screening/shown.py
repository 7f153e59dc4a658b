"""A screened text as a page shows it: each finding underlined, with its reason, its law and what to write instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from palier.screening.rules.verdict import Finding, Verdict

LABELS = {
    "health": "Santé",
    "disability": "Handicap",
    "addiction": "Addictions",
    "offence": "Infractions et violences",
    "origin": "Origine et nationalité",
    "religion": "Religion",
    "politics": "Opinions et engagement syndical",
    "sex": "Vie sexuelle et orientation",
    "judgement": "Jugement sur la personne",
    "family": "Vie familiale",
    "social": "Difficultés sociales",
    "ids": "Identifiants et coordonnées",
}
_SPECIAL = "RGPD, art. 9 : donnée sensible, interdite ici"
_MINIMAL = "RGPD, art. 5-1-c : rien d’excessif ni de subjectif (CNIL, décision 2012-013)"
LAWS = {
    **dict.fromkeys(("health", "disability", "addiction", "origin", "religion", "politics", "sex"), _SPECIAL),
    "offence": "RGPD, art. 10 : les infractions ne se notent pas ici",
    **dict.fromkeys(("judgement", "family", "social", "ids"), _MINIMAL),
}
READ_BY_THE_PERSON = "La personne pourra lire ce texte."


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text; `is_found` is underlined."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a piece cannot be kept, and what to write instead."""

    words: str
    label: str
    law: str
    suggestion: str
    term: str
    blocks: bool


def pieces(text: str, verdict: Verdict) -> list[Piece]:
    """The text cut at its findings, overlapping ones joined."""
    return list(_pieces(text, verdict.findings))


def _pieces(text: str, findings: tuple[Finding, ...]) -> Iterator[Piece]:
    done = 0
    for finding in sorted(findings, key=lambda each: (each.start, -each.end)):
        if finding.end <= done:
            continue
        start = max(finding.start, done)
        if start > done:
            yield Piece(text=text[done:start], is_found=False)
        yield Piece(text=text[start : finding.end], is_found=True)
        done = finding.end
    if done < len(text):
        yield Piece(text=text[done:], is_found=False)


def reasons(text: str, verdict: Verdict) -> list[Reason]:
    """One reason a finding, in the order of the text."""
    return [
        Reason(
            words=text[each.start : each.end],
            label=LABELS[each.category],
            law=LAWS[each.category],
            suggestion=each.suggestion,
            term=each.term,
            blocks=each.severity == "block",
        )
        for each in verdict.findings
    ]
