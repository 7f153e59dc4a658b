"""The short survey that comes first: three questions, closed answers, nothing that tells who answered."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `several`: more than one answer may be ticked."""

    code: str
    text: str
    choices: tuple[tuple[str, str], ...]
    several: bool = False


QUESTIONS: Final = (
    Question(
        code="DEVICE",
        text="Avec quoi allez-vous sur internet\u202f?",
        choices=(
            ("PHONE", "un téléphone"),
            ("COMPUTER", "un ordinateur ou une tablette"),
            ("SOMEONE", "l’appareil d’un proche ou d’un lieu d’accueil"),
            ("NONE", "je n’y vais pas"),
        ),
    ),
    Question(
        code="EASE",
        text="Faire une démarche en ligne, pour vous, c’est…",
        choices=(("EASY", "facile"), ("HELPED", "possible avec de l’aide"), ("HARD", "difficile")),
    ),
    Question(
        code="WISH",
        text="Qu’aimeriez-vous faire en ligne\u202f?",
        choices=(
            ("PAY", "payer mon loyer"),
            ("DOCUMENTS", "retrouver mes documents"),
            ("REPORT", "signaler une panne"),
            ("NOTHING", "rien\u00a0: je préfère le papier et l’accueil"),
        ),
        several=True,
    ),
)
