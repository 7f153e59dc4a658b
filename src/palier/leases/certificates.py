"""Certificates that a tenant takes by themself: their rent is paid, the lease is theirs. Only what a row proves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.periods import day_fr
from palier.mail.report import Block, Facts, Report, Sender, Text

PAID: Final = "ATTEST_PAIEMENT"
RESIDENCE: Final = "ATTEST_RESIDENCE"
TITLES: Final = {PAID: "Attestation de paiement du loyer", RESIDENCE: "Attestation de résidence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a certificate says of a lease: its holders by name, its home, its days."""

    number: str
    on: date
    reference: str
    is_contract: bool
    holders: Sequence[str]
    place: tuple[str, ...]
    starts_on: date
    ends_on: date | None

    @property
    def has_ended(self) -> bool:
        return self.ends_on is not None and self.ends_on < self.on


def certificate(kind: str, said: Certified, *, sender: Sender, reach: str) -> Report:
    """The paper of one certificate, of the day it is taken."""
    return Report(
        number=said.number,
        title=TITLES[kind],
        issued_on=said.on,
        sender=sender,
        blocks=(
            _paid(said, sender) if kind == PAID else _lives(said, sender),
            Facts(
                (
                    ("Contrat d’occupation" if said.is_contract else "Bail", said.reference),
                    ("Titulaire" if len(said.holders) == 1 else "Titulaires", ", ".join(said.holders)),
                    ("Logement", ", ".join(said.place)),
                    ("Dates", _days(said)),
                )
            ),
            *_closing(kind),
            Text(reach),
        ),
    )


def _paid(said: Certified, sender: Sender) -> Block:
    return Text(
        f"{sender.name} atteste que, le {day_fr(said.on)}, aucune somme échue ne reste due au titre de ce "
        f"{'contrat' if said.is_contract else 'bail'}."
    )


def _lives(said: Certified, sender: Sender) -> Block:
    many = len(said.holders) > 1
    if said.has_ended:
        verb = "ont été titulaires" if many else "a été titulaire"
    else:
        verb = "sont titulaires" if many else "est titulaire"
    names = " et ".join(said.holders) if many else said.holders[0]
    what = "contrat d’occupation" if said.is_contract else "bail"
    return Text(f"{sender.name} atteste, le {day_fr(said.on)}, que {names} {verb} d’un {what} pour ce logement.")


def _closing(kind: str) -> tuple[Block, ...]:
    if kind == PAID:
        return (Text("Une somme dont la date de paiement n’est pas encore venue n’est pas comptée."),)
    return (Text("Cette attestation ne dit pas qui d’autre habite le logement."),)


def _days(said: Certified) -> str:
    if said.ends_on is None:
        return f"depuis le {day_fr(said.starts_on)}"
    return f"du {day_fr(said.starts_on)} au {day_fr(said.ends_on)}"
