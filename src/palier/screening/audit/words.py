"""French words of the audit: categories as the board reads them, and the one that an erased text leaves."""

import re

CATEGORIES = {
    "health": "Santé",
    "disability": "Handicap",
    "addiction": "Addictions",
    "offence": "Infractions et violences",
    "origin": "Origine et nationalité",
    "religion": "Religion",
    "politics": "Opinions et engagement syndical",
    "sex": "Vie sexuelle",
    "judgement": "Jugements de valeur",
    "family": "Vie familiale",
    "social": "Situation sociale",
    "ids": "Numéros d’identification",
}
SHORT = {
    "health": "santé",
    "disability": "handicap",
    "addiction": "addiction",
    "offence": "infraction",
    "origin": "origine",
    "religion": "religion",
    "politics": "opinion",
    "sex": "vie sexuelle",
    "judgement": "jugement",
    "family": "vie familiale",
    "social": "situation sociale",
    "ids": "identifiant",
}
SEVERITIES = {"block": "à effacer", "warn": "à vérifier"}

# What an erased text leaves behind: never read again as a comment, or « [effacé : handicap] » would be flagged in turn.
MARK = re.compile(r"\[effacé : [^\]\n]{1,200}\]")


def mark_of(categories: set[str]) -> str:
    """What stands where a text was: « [effacé : santé et addiction] ». No comma: a CSV cell stays one cell."""
    return f"[effacé : {' et '.join(SHORT[name] for name in SHORT if name in categories)}]"


def without_marks(text: str) -> str:
    """The text with each mark replaced by as many full stops: positions hold, and no word is left to read."""
    return MARK.sub(lambda mark: "." * len(mark[0]), text) if "[effacé : " in text else text
