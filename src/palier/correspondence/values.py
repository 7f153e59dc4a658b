"""What each field says for one lease: the only place where a fact becomes words in a letter."""

from dataclasses import dataclass
from datetime import date

from palier.correspondence.composing import Values
from palier.correspondence.queries.facts import LeaseFacts
from palier.foundation.money import decimal_fr, euros_fr
from palier.foundation.periods import day_with_name_fr
from palier.leases.queries.addressees import Addressee
from palier.mail.report import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Landlord:
    """The landlord as a letter names it."""

    sender: Sender
    phone: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What the sending itself gives: its day, what was typed for it, the letter it withdraws."""

    on: date
    event_on: date | None = None
    slot: str = ""
    number: str = ""
    withdrawn_number: str = ""
    withdrawn_on: date | None = None


def values_for(home: Addressee, facts: LeaseFacts, *, landlord: Landlord, occasion: Occasion) -> Values:
    """The words of every field, and the flags that say yes. What is not known is an empty word."""
    words = {
        "locataire.nom": home.name,
        "locataire.noms": home.holders,
        "bail.reference": home.reference,
        "bail.debut": _day(facts.starts_on),
        "bail.fin": _day(facts.ends_on),
        "bail.conge": _day(facts.notice_given_on),
        "logement.residence": facts.residence,
        "logement.rue": home.address,
        "logement.ville": f"{home.postcode} {home.city}",
        "logement.batiment": home.building,
        "logement.porte": home.door,
        "logement.surface": f"{decimal_fr(facts.floor_area_m2)} m²" if facts.floor_area_m2 is not None else "",
        "adresse.logement": f"{home.address}\n{home.postcode} {home.city}",
        "loyer.mensuel": euros_fr(facts.rent_cents),
        "charges.mensuelles": euros_fr(facts.provision_cents),
        "compte.reference": facts.account_reference,
        "compte.du": euros_fr(max(facts.owed_cents, 0)),
        "agence.nom": facts.agency,
        "bailleur.nom": landlord.sender.name,
        "bailleur.telephone": landlord.phone,
        "bailleur.horaires": landlord.hours,
        "adresse.bailleur": "\n".join((landlord.sender.name, *landlord.sender.address)),
        "lettre.numero": occasion.number,
        "lettre.date": _day(occasion.on),
        "envoi.jour": _day(occasion.event_on),
        "envoi.creneau": occasion.slot,
        "retrait.numero": occasion.withdrawn_number,
        "retrait.date": _day(occasion.withdrawn_on),
    }
    flags = {
        "bail.preavis": facts.notice_given_on is not None,
        "bail.preleve": facts.is_debited,
        "bail.plusieurs_titulaires": len(home.person_ids) > 1,
        "logement.ascenseur": facts.has_lift,
        "compte.doit": facts.owed_cents > 0,
    }
    return Values(words=words, yes=frozenset(code for code, is_so in flags.items() if is_so))


def _day(day: date | None) -> str:
    return "" if day is None else day_with_name_fr(day)
