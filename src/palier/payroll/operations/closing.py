"""Announcing that the service closes: some months before, and told on every employee's page (D3243-8)."""

from datetime import date

from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.foundation.turns import take_turns
from palier.payroll.models import ServiceClosing
from palier.payroll.rules.electronic import closing_months, earliest_closing


class ClosingTooSoon(Refusal):
    """Les salariés sont prévenus {months} mois avant : le service peut fermer le {day} au plus tôt."""


class ClosingAnnounced(Refusal):
    """Une fermeture est déjà annoncée pour le {day} : retirez-la d’abord."""


class NoClosingAnnounced(Refusal):
    """Aucune fermeture n’est annoncée."""


def announce_closing(*, closes_on: date, by: int, on: date) -> ServiceClosing:
    """Announce the closing. Raises ClosingTooSoon, ClosingAnnounced."""
    take_turns("payroll closing")
    running = ServiceClosing.objects.filter(withdrawn_on=None).first()
    if running is not None:
        raise ClosingAnnounced(day=day_fr(running.closes_on))
    earliest = earliest_closing(on)
    if closes_on < earliest:
        raise ClosingTooSoon(months=closing_months(on), day=day_fr(earliest))
    return ServiceClosing.objects.create(announced_on=on, closes_on=closes_on, announced_by=by)


def withdraw_closing(*, by: int, on: date) -> None:
    """Take the announcement back. Raises NoClosingAnnounced."""
    if not ServiceClosing.objects.filter(withdrawn_on=None).update(withdrawn_on=on, withdrawn_by=by):
        raise NoClosingAnnounced
