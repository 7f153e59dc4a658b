"""Texts that were not kept, and what people say of the screen."""

from datetime import date, datetime

from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.screening.engine import core_terms
from palier.screening.models import JUSTIFICATIONS, FalseAlarm, JustifiedWarning, ScreenRefusal
from palier.screening.queries import landlord_terms, term_of
from palier.screening.rules.identifiers import TERMS
from palier.screening.rules.verdict import Verdict


class UnknownTerm(Refusal):
    """Ce terme n’est dans aucun lexique : revenez au formulaire et signalez de nouveau."""


class UnknownJustification(Refusal):
    """Ce motif n’est pas dans la liste : choisissez-en un, ou reformulez le texte."""


def note_refusal(verdict: Verdict, *, field: str, site: str, actor: Actor, at: datetime) -> None:
    """Keep that a text was refused: what kind, by which term, where, by whom. Never the text."""
    seen = {(finding.category, finding.term) for finding in verdict.findings}
    ScreenRefusal.objects.bulk_create(
        ScreenRefusal(
            category=category,
            term=term[:40],
            field=field,
            site=site,
            agent_id=actor.agent_id,
            agency_id=actor.agency_id,
            at=at,
        )
        for category, term in sorted(seen)
    )


def note_justified(verdict: Verdict, *, justification: str, field: str, site: str, actor: Actor, at: datetime) -> None:
    """Keep that a warning was answered: what kind, which term, which reason of the list, by whom. Never the text.

    Raises UnknownJustification.
    """
    if justification not in JUSTIFICATIONS:
        raise UnknownJustification
    seen = {(finding.category, finding.term) for finding in verdict.findings}
    JustifiedWarning.objects.bulk_create(
        JustifiedWarning(
            category=category,
            term=term[:40],
            field=field,
            site=site,
            justification=justification,
            agent_id=actor.agent_id,
            agency_id=actor.agency_id,
            at=at,
        )
        for category, term in sorted(seen)
    )


def report_false_alarm(term: str, *, on: date) -> None:
    """Count a term as wrong, with neither the text nor the author. Raises UnknownTerm."""
    known = {each.id for each in core_terms()} | {term_of(row).id for row in landlord_terms()} | TERMS
    if term not in known:
        raise UnknownTerm
    FalseAlarm.objects.create(term=term, reported_on=on)
