"""The labels of the rooms below that the tenants’ pages show, so that each language can say them.

They are closed lists: what a rule of law or a paper says in sentences of its own stays in French, marked as such.
"""

from collections.abc import Iterator

from palier.attribution.rules.words import CONTINGENTS, CONTINGENTS_SHORT, OFFER_REFUSALS
from palier.demandes.models import RADIATION_MOTIVES
from palier.demandes.rules.words import HOUSING
from palier.ledger.models import PAYMENT_MEANS
from palier.mail.models import DOCUMENT_KINDS
from palier.people.facts.kinds import CONTEST_ANSWERS, CONTEST_GROUNDS, KINDS, LANGUAGES, SOURCE_LABELS
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS
from palier.recovery.models import REFUSALS
from palier.rights.models import REASONS
from palier.rights.rules.answers import WORDS


def labels() -> Iterator[str]:
    """Each label as it is written in its room."""
    yield from (category.label for category in CATEGORIES.values())
    yield from (purpose.plain_words for purpose in PURPOSES.values())
    yield from ROLE_LABELS.values()
    yield from MOTIVES.values()
    yield from (kind.label for kind in KINDS.values())
    yield from SOURCE_LABELS.values()
    yield from LANGUAGES.values()
    yield from CONTEST_GROUNDS.values()
    yield from (answer for answer, *_ in CONTEST_ANSWERS.values())
    for choices in (REASONS, RADIATION_MOTIVES, PAYMENT_MEANS, DOCUMENT_KINDS, REFUSALS):
        yield from (label for _, label in choices)
    for known in (CONTINGENTS, CONTINGENTS_SHORT, HOUSING, OFFER_REFUSALS):
        yield from known.values()
    for right in WORDS.values():
        yield from (right.label, right.plain_words)
