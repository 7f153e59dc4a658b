"""The labels of the rooms below that the tenants’ pages show, so that each language can say them.

They are closed lists: what a rule of law or a paper says in sentences of its own stays in French, marked as such.
"""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from django.utils.translation import gettext

from palier.admission.operations.sending import SENTENCES as CODE_SENT
from palier.adoption.questionnaire import QUESTIONS
from palier.attribution.rules.words import CONTINGENTS, CONTINGENTS_SHORT, OFFER_REFUSALS
from palier.banking.models.cards import REASONS as CARD_REASONS
from palier.demandes.models import RADIATION_MOTIVES
from palier.demandes.rules.words import HOUSING, NEEDS, PRIORITIES, WORK
from palier.demandes.rules.words import MOTIVES as APPLICATION_MOTIVES
from palier.dispatch.adapters.notices import SENTENCES as NOTICE_SENT
from palier.exchanges import words as exchanges
from palier.home.refusals import REFUSALS
from palier.leases.consents import FAMILIES_FR, MEANS_FR
from palier.leases.queries.tenant import PLACE
from palier.ledger.models import PAYMENT_MEANS
from palier.mail import notice, receipt
from palier.mail.models import DEPOSIT_FAMILIES, DOCUMENT_KINDS
from palier.maintenance import words as repairs
from palier.maintenance.guide import PROBLEMS
from palier.people.facts.kinds import CONTEST_ANSWERS, CONTEST_GROUNDS, KINDS, LANGUAGES, SOURCE_LABELS
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS
from palier.recovery.models import REFUSALS as DELAY_REFUSALS
from palier.retention.clocks import words_of_clocks
from palier.retention.queries import declared_rules
from palier.rights.models import REASONS
from palier.rights.rules.answers import WORDS
from palier.rights.wording import words_told
from palier.screening.shown import LABELS
from palier.web.rights_words import NARROWED, OPENED_LABEL, SCOPES

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
    yield from words_of_clocks(declared_rules())
    yield from SCOPES.values()
    yield from (NARROWED, OPENED_LABEL)
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
    yield from MEANS_FR.values()
    for said in (APPLICATION_MOTIVES, PRIORITIES, NEEDS, WORK):
        yield from said.values()
    for known in (CONTINGENTS, CONTINGENTS_SHORT, HOUSING, OFFER_REFUSALS, FAMILIES_FR):
        yield from known.values()
    yield from (problem.label for problem in PROBLEMS.values())
    for listed in (*_REPAIRS, exchanges.SUBJECTS, exchanges.MOTIVES, LABELS):
        yield from listed.values()
    yield from (refusal.sentence() for refusal in REFUSALS)
    for question in QUESTIONS:
        yield question.text
        yield from (label for _, label in question.choices)
    yield from words_told()
    yield PLACE
    yield from (*notice.HEADLINES, *get_args(notice.Term), *receipt.TITLES)
    yield from (sentence for _, sentence in exchanges.SENTENCES.values())
    yield from (label for _, label in CARD_REASONS)
    for right in WORDS.values():
        yield from (right.label, right.plain_words)


def told(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """A closed list of a room below as choices, in the person's language."""
    return [(code, gettext(label)) for code, label in labels.items()]
