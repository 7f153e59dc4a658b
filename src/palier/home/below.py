"""The labels of the rooms below that the tenants’ pages show, so that each language can say them.

They are closed lists: what a rule of law or a paper says in sentences of its own stays in French, marked as such.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext

from palier.admission.operations.sending import SENTENCES as CODE_SENT
from palier.adoption.questionnaire import QUESTIONS
from palier.attribution.rules.words import CONTINGENTS, CONTINGENTS_SHORT, OFFER_REFUSALS
from palier.demandes.models import RADIATION_MOTIVES
from palier.demandes.rules.words import HOUSING
from palier.dispatch.adapters.notices import SENTENCES as NOTICE_SENT
from palier.exchanges import words as exchanges
from palier.home.refusals import REFUSALS
from palier.leases.consents import FAMILIES_FR
from palier.ledger.models import PAYMENT_MEANS
from palier.mail.models import DEPOSIT_FAMILIES, DOCUMENT_KINDS
from palier.maintenance import words as repairs
from palier.maintenance.guide import PROBLEMS
from palier.people.facts.kinds import CONTEST_ANSWERS, CONTEST_GROUNDS, KINDS, LANGUAGES, SOURCE_LABELS
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS
from palier.recovery.models import REFUSALS as DELAY_REFUSALS
from palier.retention.clocks import told_without_date
from palier.retention.queries import declared_rules
from palier.rights.models import REASONS
from palier.rights.rules.answers import WORDS
from palier.screening.shown import LABELS

_REPAIRS: Final = (
    repairs.CATEGORIES,
    repairs.CATEGORIES_SHORT,
    repairs.PLACES,
    repairs.EQUIPMENT,
    repairs.SYMPTOMS,
    repairs.TRADES,
    repairs.CLOSINGS,
    repairs.DANGERS,
    repairs.SINCE,
    repairs.ACCESS,
    repairs.WISHES,
    repairs.MOVES,
    repairs.RATINGS,
    repairs.COMPLAINTS,
    repairs.STEPS,
)


def labels() -> Iterator[str]:
    """Each label as it is written in its room."""
    # What is written to them outside of the pages.
    yield from (*CODE_SENT, *NOTICE_SENT)
    yield from (category.label for category in CATEGORIES.values())
    yield from told_without_date({rule.code: rule for rule in declared_rules()})
    yield from (purpose.plain_words for purpose in PURPOSES.values())
    yield from ROLE_LABELS.values()
    yield from MOTIVES.values()
    yield from (kind.label for kind in KINDS.values())
    yield from SOURCE_LABELS.values()
    yield from LANGUAGES.values()
    yield from CONTEST_GROUNDS.values()
    yield from (answer for answer, *_ in CONTEST_ANSWERS.values())
    for choices in (REASONS, RADIATION_MOTIVES, PAYMENT_MEANS, DOCUMENT_KINDS, DEPOSIT_FAMILIES, DELAY_REFUSALS):
        yield from (label for _, label in choices)
    for known in (CONTINGENTS, CONTINGENTS_SHORT, HOUSING, OFFER_REFUSALS, FAMILIES_FR):
        yield from known.values()
    yield from (problem.label for problem in PROBLEMS.values())
    for listed in (*_REPAIRS, exchanges.SUBJECTS, exchanges.MOTIVES, LABELS):
        yield from listed.values()
    yield from (refusal.sentence() for refusal in REFUSALS)
    for question in QUESTIONS:
        yield question.text
        yield from (label for _, label in question.choices)
    for right in WORDS.values():
        yield from (right.label, right.plain_words)


def told(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """A closed list of a room below as choices, in the person's language."""
    return [(code, gettext(label)) for code, label in labels.items()]
