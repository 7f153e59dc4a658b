"""An instant as an operator writes it."""

from datetime import datetime

from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal


class InstantMalformed(Refusal):
    """« {text} » n’est pas un instant : écrivez-le comme 2026-11-22T10:30:00, à l’heure de Paris."""


def parse_instant(text: str) -> datetime:
    """An aware instant, in Paris time unless an offset is given. Raises InstantMalformed."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise InstantMalformed(text=text) from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=PARIS)
