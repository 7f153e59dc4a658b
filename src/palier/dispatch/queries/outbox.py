"""What left in a month: how many by channel and state, what stopped and what to do, what came back to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch

SHOWN_RETURNS: Final = 200
_COUNTS = """
SELECT channel, state, count(*)::int AS sendings FROM dispatch_sending WHERE month = %(month)s GROUP BY channel, state
"""
_FAULTS = """
SELECT channel, state, code, count(*)::int AS sendings, min(due_at) AS due_at FROM dispatch_sending
WHERE month = %(month)s AND (state IN ('UNKNOWN', 'REFUSED') OR (state = 'WAITING' AND code <> '')
                             OR (state = 'ACCEPTED' AND code = 'LOST'))
GROUP BY channel, state, code ORDER BY channel, state, code LIMIT 50
"""
_RETURNS = """
SELECT s.id, d.number, s.kind, s.return_reason, s.returned_at, t.reference AS lease, s.lease_id, r.name AS residence,
       (SELECT count(*)::int FROM dispatch_sending AS e WHERE e.print_lot_id = s.print_lot_id
          AND e.print_rank = s.print_rank AND e.print_place > 0 AND e.state = 'RETURNED') AS with_it
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
JOIN leases_lease AS t ON t.id = s.lease_id JOIN estate_residence AS r ON r.id = s.residence_id
WHERE s.state = 'RETURNED' AND s.checked_at IS NULL AND s.print_place = 0
ORDER BY s.returned_at DESC, s.id DESC LIMIT %(limit)s
"""
# From one month to the one before, by the index: what is distinct would be looked for in every row.
_MONTHS = """
WITH RECURSIVE m AS (
    SELECT (SELECT max(month) FROM dispatch_sending) AS month
    UNION ALL SELECT (SELECT max(s.month) FROM dispatch_sending AS s WHERE s.month < m.month) FROM m
    WHERE m.month IS NOT NULL
)
SELECT month FROM m WHERE month IS NOT NULL LIMIT 13
"""
# What whoever is at the desk does about it; nothing leaves again by itself.
TO_DO: Final[Mapping[tuple[str, str], str]] = {
    ("UNKNOWN", ""): "On demande au prestataire s’il l’a, avant tout nouvel envoi. Rien à faire, sauf si cela dure.",
    ("REFUSED", ""): "Le prestataire n’en veut pas. Ce qu’il devait imprimer attend dans vos lots à imprimer.",
    ("REFUSED", "NO_ADDRESS"): "Aucun courriel connu : à lire dans « Mes documents ». Une invitation part sur papier.",
    ("REFUSED", "NO_VAULT"): "Aucun coffre choisi : le document reste lisible dans « Mes documents ».",
    ("REFUSED", "GONE"): "L’appareil n’existe plus : il est oublié. Le document reste lisible dans « Mes documents ».",
    ("WAITING", "DOCUMENT"): "Le document ne se relit pas : lancez « palier documents check ». Les autres partent.",
    ("UNKNOWN", "DOCUMENT"): "Le document ne se relit pas : lancez « palier documents check ». Les autres partent.",
    ("ACCEPTED", "LOST"): "Le prestataire l’avait accepté et ne le connaît plus : demandez-lui. Rien n’est renvoyé.",
    ("WAITING", ""): "Le prestataire demande d’attendre : cela reprend de soi-même.",
    ("WAITING", "HTTP_403"): "Le prestataire refuse votre compte : vérifiez votre contrat et le secret.",
    ("WAITING", "HTTP_401"): "Le prestataire refuse votre compte : vérifiez le secret.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Sendings of a month on one channel in one state."""

    channel: str
    state: str
    sendings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Sendings that stopped for one reason, and when they are taken up again."""

    channel: str
    state: str
    code: str
    sendings: int
    due_at: datetime | None

    @property
    def to_do(self) -> str:
        """The sentence that says what to do."""
        return TO_DO.get((self.state, self.code)) or TO_DO[self.state, ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """A letter that came back, whose address nobody looked at yet. `with_it`: sheets of its envelope."""

    id: int
    number: str
    kind: str
    return_reason: str
    returned_at: datetime
    lease: str
    lease_id: int
    residence: str
    with_it: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _MonthRow:
    month: date


def sendings_of_month(month: date) -> list[CountRow]:
    """How many by channel and state, of those that whoever asks may see."""
    return fetch(CountRow, _COUNTS, {"month": month})


def faults_of_month(month: date) -> list[FaultRow]:
    """What stopped, by channel and reason."""
    return fetch(FaultRow, _FAULTS, {"month": month})


def months_sent() -> list[date]:
    """The last months of which something left, the last first."""
    return [row.month for row in fetch(_MonthRow, _MONTHS, {})]


def returns_to_check() -> list[ReturnRow]:
    """The letters that came back and wait for someone to look at the address."""
    return fetch(ReturnRow, _RETURNS, {"limit": SHOWN_RETURNS})
