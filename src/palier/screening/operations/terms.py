"""The landlord's own words: added after the same tests as the core, taken away; the core stays."""

from datetime import datetime

from palier.foundation.errors import Refusal
from palier.screening.engine import BadTerm, tried
from palier.screening.models import SEVERITIES, LandlordTerm
from palier.screening.queries import TermRow, term_of
from palier.screening.rules.pattern import PatternFault
from palier.screening.rules.verdict import CATEGORIES


class WordUnreadable(Refusal):
    """« {word} » ne peut pas être ajouté : {fault}."""


class WordWithoutProof(Refusal):
    """Donnez une phrase où le mot doit être trouvé et une où il ne doit pas l’être."""


class WordAlreadyThere(Refusal):
    """« {word} » est déjà sur la liste du bailleur."""


class WordUnknown(Refusal):
    """Ce mot n’est pas sur la liste du bailleur ; les mots du noyau ne s’enlèvent pas."""


def add_term(*, word: str, category: str, severity: str, hit: str, look_alike: str, at: datetime) -> None:
    """Add a word, tried on its two texts first.

    Raises WordUnreadable, WordWithoutProof, WordAlreadyThere, BadTerm.
    """
    row = TermRow(
        id=0, word=word.strip(), category=category, severity=severity, hit=hit.strip(), look_alike=look_alike.strip()
    )
    if category not in CATEGORIES or severity not in SEVERITIES:
        raise WordUnreadable(word=row.word, fault="choisissez la catégorie et la gravité dans les listes")
    if not row.hit or not row.look_alike:
        raise WordWithoutProof
    if len(row.word) > 40 or "@" in row.word:
        raise WordUnreadable(word=row.word[:40], fault="un mot ou une courte suite de mots suffit")
    if row.word.count("...") > 1:
        # Each gap multiplies what a long text costs: the core's are measured, a typed one is not.
        raise WordUnreadable(word=row.word, fault="un seul « ... » au plus")
    try:
        tried((term_of(row),))
    except PatternFault as fault:
        raise WordUnreadable(word=row.word, fault=str(fault)) from fault
    except BadTerm as fault:
        raise WordUnreadable(word=row.word, fault=str(fault.facts["fault"])) from fault
    _, created = LandlordTerm.objects.get_or_create(
        word=row.word,
        defaults={
            "category": category,
            "severity": severity,
            "hit": row.hit,
            "look_alike": row.look_alike,
            "added_at": at,
        },
    )
    if not created:
        raise WordAlreadyThere(word=row.word)


def remove_term(term_id: int) -> None:
    """Take a landlord's word away. Raises WordUnknown."""
    deleted, _ = LandlordTerm.objects.filter(id=term_id).delete()
    if not deleted:
        raise WordUnknown
