"""The closed list of what a letter may say of its tenant: each field with its source, its purpose and its category."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final


class Gives(StrEnum):
    """What a field gives: words, a yes or a no, or an address over several lines."""

    WORDS = "WORDS"
    YES_NO = "YES_NO"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `category`: that of the personal data read, or empty; `sample`: what a fictional tenant's says."""

    code: str
    label: str
    source: str
    purpose: str
    sample: str
    category: str = ""
    gives: Gives = Gives.WORDS


def _words(code: str, label: str, source: str, purpose: str, sample: str, category: str = "") -> Field:
    return Field(code=code, label=label, source=source, purpose=purpose, sample=sample, category=category)


def _yes_no(code: str, label: str, source: str, purpose: str, category: str) -> Field:
    return Field(
        code=code, label=label, source=source, purpose=purpose, sample="oui", category=category, gives=Gives.YES_NO
    )


def _address(code: str, label: str, source: str, purpose: str, sample: str, category: str = "") -> Field:
    return Field(
        code=code, label=label, source=source, purpose=purpose, sample=sample, category=category, gives=Gives.ADDRESS
    )


_LEASE, _OCCUPANTS, _TERMS = "leases_lease", "leases_occupant", "leases_term"
_DWELLING, _RESIDENCE, _LANDLORD = "estate_dwelling", "estate_residence", "estate_landlord"
_ACCOUNT, _SENDING, _LETTER = "ledger_posting", "correspondence_sending", "correspondence_letter"

FIELDS: Final[dict[str, Field]] = {
    each.code: each
    for each in (
        _words("locataire.nom", "premier titulaire", _OCCUPANTS, "nommer la personne", "Camille Exemple", "IDENTITE"),
        _words(
            "locataire.noms", "tous les titulaires", _OCCUPANTS, "nommer les titulaires du bail",
            "Camille Exemple, Dominique Modèle", "IDENTITE",
        ),
        _words("bail.reference", "numéro du bail", _LEASE, "désigner le bail", "B-000000", "BAIL"),
        _words("bail.debut", "début du bail", _LEASE, "dater le bail", "vendredi 1er mars 2019", "BAIL"),
        _words("bail.fin", "dernier jour du bail", _LEASE, "dater le départ", "dimanche 31 janvier 2027", "BAIL"),
        _words("bail.conge", "jour du congé reçu", _LEASE, "répondre à un congé", "vendredi 30 octobre 2026", "BAIL"),
        _yes_no("bail.preavis", "un congé est reçu", _LEASE, "répondre à un congé", "BAIL"),
        _yes_no("bail.preleve", "le loyer est prélevé", _LEASE, "dire comment payer", "BAIL"),
        _yes_no("bail.plusieurs_titulaires", "le bail a plusieurs titulaires", _OCCUPANTS, "s’adresser à tous", "BAIL"),
        _words("logement.residence", "nom de la résidence", _RESIDENCE, "désigner le lieu", "Les Modèles", "BAIL"),
        _words("logement.rue", "numéro et rue", _RESIDENCE, "désigner le lieu", "1 place du Modèle", "BAIL"),
        _words("logement.ville", "code postal, commune", _RESIDENCE, "désigner le lieu", "00000 Villefictive", "BAIL"),
        _words("logement.batiment", "bâtiment", "estate_building", "désigner le lieu", "A", "BAIL"),
        _words("logement.porte", "porte", _DWELLING, "désigner le lieu", "12", "BAIL"),
        _words("logement.surface", "surface habitable", _DWELLING, "décrire le logement", "64,20 m²", "BAIL"),
        _yes_no("logement.ascenseur", "l’escalier a un ascenseur", "estate_staircase", "prévenir d’une panne", "BAIL"),
        _address(
            "adresse.logement", "adresse du logement, en bloc", _RESIDENCE, "désigner le lieu",
            "1 place du Modèle\n00000 Villefictive", "BAIL",
        ),
        _words("loyer.mensuel", "loyer du logement, par mois", _TERMS, "dire le loyer", "412,30 €", "BAIL"),
        _words("charges.mensuelles", "avances sur charges, par mois", _TERMS, "dire les charges", "98,40 €", "BAIL"),
        _words(
            "compte.reference", "référence à rappeler", "ledger_account", "reconnaître un paiement", "RF00 0000",
            "COMPTE",
        ),
        _words("compte.du", "ce qui reste dû", _ACCOUNT, "dire ce qui est dû", "123,45 €", "COMPTE"),
        _yes_no("compte.doit", "le compte doit quelque chose", _ACCOUNT, "n’écrire à personne à tort", "COMPTE"),
        _words("agence.nom", "agence", "estate_agency", "dire qui répond", "Agence du Modèle"),
        _words("bailleur.nom", "nom de l’organisme", _LANDLORD, "dire qui écrit", "Habitat du Modèle"),
        _words("bailleur.telephone", "téléphone", _LANDLORD, "dire où appeler", "01 00 00 00 00"),
        _words("bailleur.horaires", "horaires", _LANDLORD, "dire quand appeler", "du lundi au vendredi, de 9 h à 17 h"),
        _address(
            "adresse.bailleur", "adresse de l’organisme, en bloc", _LANDLORD, "dire où répondre",
            "1 place du Modèle\n00000 Villefictive",
        ),
        _words("lettre.numero", "numéro au registre", _LETTER, "désigner la lettre", "COURRIER-0000-000000"),
        _words("lettre.date", "date de la lettre", _SENDING, "dater la lettre", "lundi 2 novembre 2026"),
        _words("envoi.jour", "jour donné pour cet envoi", _SENDING, "dire un jour", "lundi 7 décembre 2026"),
        _words("envoi.creneau", "moment donné pour cet envoi", _SENDING, "dire un moment", "le matin, de 8 h à 12 h"),
        _words("retrait.numero", "lettre retirée", _LETTER, "désigner ce qui ne vaut plus", "COURRIER-0000-000000"),
        _words(
            "retrait.date", "date de la lettre retirée", _LETTER, "désigner ce qui ne vaut plus",
            "lundi 26 octobre 2026",
        ),
    )
}  # fmt: skip
# Every letter has its envelope: the holders' names and the home.
ALWAYS_READ: Final = ("IDENTITE", "BAIL")
_NEAREST: Final = 3


def nearest(code: str, *, among: Iterable[str]) -> list[str]:
    """The fields whose names look most like this one, three at most."""
    wanted = code.strip().lower()
    known = list(among)
    close = get_close_matches(wanted, known, n=_NEAREST, cutoff=0.5)
    tail = wanted.rsplit(".", 1)[-1]
    by_tail = [each for each in known if tail and tail in each.rsplit(".", 1)[-1].replace("_", "")]
    return list(dict.fromkeys([*close, *by_tail]))[:_NEAREST]


def categories_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The categories of personal data that a letter with these fields reads, its envelope included."""
    read = {FIELDS[code].category for code in codes if FIELDS[code].category}
    return tuple(sorted({*ALWAYS_READ, *read}))
