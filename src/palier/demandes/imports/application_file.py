"""The exchange file interfaceNuu 02.00: its demandes one by one, each read whole or refused with its lines.

Written from a public example: the State's own specification is not public, and no real file was tried.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lxml import etree

from palier.demandes.imports.codes import NAMESPACE, PAID, RECEIVED
from palier.demandes.imports.complement import asked_of, housing_of, stays_of
from palier.demandes.imports.markup import elements
from palier.demandes.imports.reading import Reader
from palier.demandes.imports.record import Adult, Demande, Dwelling, Income, Money, Other
from palier.demandes.rules.identity import (
    ApplicantTooYoung,
    BirthImpossible,
    NotACommune,
    TownMissing,
    check_birth,
    written_address,
    written_commune,
    written_contact,
)
from palier.foundation.errors import Refusal
from palier.foundation.tabular.checking import Remark

_PREFIX = f"{{{NAMESPACE}}}"
# Opaque, and never made here: its length, its signs and its month alone are judged.
_NUMBER = re.compile(r"[0-9A-Z]{3}(?:0[1-9]|1[0-2])[0-9]{8}[0-9A-Z]{5}")
_FIRST_FILING = date(1980, 1, 1)
_LAST_DUE = date(2100, 12, 31)
_MOST_PEOPLE = 30
_MOST_ROOMS, _MOST_M2 = 30, 999
_LONGEST_NAME, _LONGEST_CONTACT = 80, 120
_NOT_A_PERSON = "demande d’une personne morale : Palier ne reçoit que celles des personnes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A demande and what was said of it; without a demande, it is refused. `file_on` is the day of the file."""

    record: int
    line: int
    demande: Demande | None
    remarks: tuple[Remark, ...]
    file_on: date


def readings(path: Path, *, on: date) -> Iterator[Reading]:
    """Every demande of the file in its order, one in memory at a time. `on` is today: nothing was filed later.

    Raises the refusals of `elements`: of a file that is not sound, nothing should then be kept.
    """
    file_on, record = on, 0
    for name, element in elements(path):
        if name == "entete":
            file_on = min(_day_of_file(element) or on, on)
            continue
        housing = list(element.iterchildren(f"{_PREFIX}demandeLogement")) or [None]
        for one in housing:
            record += 1
            yield _reading(one, record, element.sourceline or 0, file_on=file_on, on=on)


def _day_of_file(header: etree._Element) -> date | None:
    """The day of the file; a header that does not say it is no reason to refuse anything."""
    told = (header.findtext(f"{_PREFIX}dateFichier") or "").strip()[:10]
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _reading(element: etree._Element | None, record: int, line: int, *, file_on: date, on: date) -> Reading:
    reader = Reader(record, line)
    demande = _demande(element, reader, on=on)
    kept = None if reader.is_refused else demande
    return Reading(record=record, line=line, demande=kept, remarks=tuple(reader.remarks), file_on=file_on)


def _demande(element: etree._Element | None, reader: Reader, *, on: date) -> Demande | None:
    if element is None:
        reader.refuse(None, "demandeLogement", "", "la demande est vide : « demandeLogement » manque.")
        return None
    whole = reader.children(element, "demandeLogement")
    number = reader.text(whole, "numUnique", longest=60)
    if not number:
        reader.refuse(whole.get("numUnique"), "numUnique", "", "le numéro unique manque : il ne s’invente pas.")
    elif not _NUMBER.fullmatch(number):
        reader.refuse(
            whole["numUnique"], "numUnique", number, "ce n’est pas un numéro unique : dix-huit lettres et chiffres."
        )
    filed_on = reader.day(whole, "dateCreationDemande", last=on, first=_FIRST_FILING)
    if filed_on is None and not reader.is_refused:
        reader.refuse(whole.get("dateCreationDemande"), "dateCreationDemande", "", "la date de dépôt manque.")
    person = whole.get("personnePhysique")
    if person is None:
        is_legal = element.find(f"{_PREFIX}personneMorale") is not None
        reader.refuse(None, "personnePhysique", "", _NOT_A_PERSON if is_legal else "la personne qui demande manque.")
    if person is None or filed_on is None:
        return None
    return _of_person(reader, number, filed_on, element, reader.children(person, "personnePhysique"), on)


def _of_person(
    reader: Reader, number: str, filed_on: date, element: etree._Element, person: dict[str, etree._Element], on: date
) -> Demande | None:
    applicant = person.get("demandeur")
    if applicant is None:
        reader.refuse(None, "demandeur", "", "le demandeur manque.")
        return None
    everyone = [applicant, *reader.items(person, "listeCotitulaire", "cotitulaire")]
    stays = stays_of(element, reader, on)
    adults: list[Adult] = []
    incomes: list[Income] = []
    money: list[Money] = []
    for rank, one in enumerate(everyone):
        children = reader.children(one, "demandeur")
        adults.append(_adult(reader, one, children, stays.get(rank, ("", None)), on))
        if not rank and (born := adults[0].birth_date) is not None:
            _refuse_too_young(reader, children, born, on)
        incomes.extend(_incomes(reader, children))
        money.extend(_money(reader, children, rank))
    unborn, due_on = _unborn(reader, person)
    others = (*_dependants(reader, person, on), *_in_custody(reader, person, on))
    if len(adults) + len(others) + unborn > _MOST_PEOPLE:
        reader.refuse(None, "personnePhysique", "", f"plus de {_MOST_PEOPLE} personnes dans un foyer.")
    address = _address(reader, applicant.find(f"{_PREFIX}adressePostale"))
    dwelling = _dwelling(reader, person.get("logementActuel"))
    return Demande(
        number=number,
        filed_on=filed_on,
        adults=tuple(adults),
        others=others,
        unborn=unborn,
        due_on=due_on,
        address=address,
        dwelling=housing_of(element, reader, dwelling),
        incomes=tuple(incomes),
        money=tuple(money),
        asked=asked_of(element, reader),
        unknown=tuple(dict.fromkeys(reader.unknown)),
    )


def _refuse_too_young(reader: Reader, children: dict[str, etree._Element], born: date, on: date) -> None:
    try:
        check_birth(born, on=on, is_applicant=True)
    except ApplicantTooYoung as refusal:
        reader.refuse(children["dateNaissance"], "dateNaissance", str(born), str(refusal))
    except BirthImpossible:
        # Refused as a day already.
        return


def _adult(
    reader: Reader,
    element: etree._Element,
    children: dict[str, etree._Element],
    stay: tuple[str, date | None],
    on: date,
) -> Adult:
    last_name = reader.name(children, "nom", longest=_LONGEST_NAME) or reader.name(
        children, "nomPatronymique", longest=_LONGEST_NAME
    )
    first_name = reader.name(children, "prenom", longest=_LONGEST_NAME)
    if (not last_name or not first_name) and not reader.is_refused:
        reader.refuse(element, "prenom" if last_name else "nom", "", "le nom et le prénom de chaque adulte manquent.")
    # Known or told; what it means here is nothing that the rules read.
    reader.code(children, "situationFamiliale")
    work, work_commune = _work(reader, children)
    return Adult(
        title=reader.code(children, "civilite"),
        first_name=first_name,
        last_name=last_name,
        birth_date=reader.day(children, "dateNaissance", last=on),
        tie=reader.code(children, "lienDemandeur"),
        nationality=reader.code(children, "nationalite"),
        phone=_contact(reader, children, "telPortable", "PHONE"),
        email=_contact(reader, children, "mel", "EMAIL"),
        stay=stay[0],
        stay_until=stay[1],
        work=work,
        work_commune=work_commune,
    )


def _work(reader: Reader, children: dict[str, etree._Element]) -> tuple[str, str]:
    """The kind of work and its commune; neither the trade nor the employer is read."""
    if (element := children.get("situationProfessionnelle")) is None:
        return "", ""
    told = reader.children(element, "situationProfessionnelle")
    status, place = reader.code(told, "typeContratTravail"), told.get("commune")
    code = (place.get("code") or "").strip() if place is not None else ""
    try:
        return status, written_commune(code) if code else ""
    except NotACommune as refusal:
        reader.tell(place, "commune", code, f"{refusal} Elle n’est pas reprise.")
        return status, ""


def _contact(reader: Reader, children: dict[str, etree._Element], name: str, channel: str) -> str:
    """A way to reach an adult; one that reaches nobody is told, and left out."""
    if not (told := reader.text(children, name, longest=_LONGEST_CONTACT)):
        return ""
    try:
        return written_contact(channel, told)
    except Refusal as refusal:
        reader.tell(children[name], name, told, f"{refusal} Il n’est pas repris.")
        return ""


def _incomes(reader: Reader, children: dict[str, etree._Element]) -> Iterator[Income]:
    told = children.get("revenuFiscal")
    if told is None:
        return
    found = reader.children(told, "revenuFiscal")
    for rank in ("1", "2"):
        year = reader.count(found, f"anneeMoins{rank}", most=2100)
        cents = reader.cents(found, f"montantMoins{rank}")
        if year is None:
            if cents is not None:
                reader.tell(told, f"montantMoins{rank}", "", "un revenu sans son année : il n’est pas repris.")
            continue
        if year < _FIRST_FILING.year:
            reader.refuse(told, f"anneeMoins{rank}", str(year), "cette année n’est pas celle d’un revenu.")
        if cents is None:
            reader.tell(told, f"montantMoins{rank}", str(year), "l’année est dite sans son montant : à demander.")
        yield Income(year=year, cents=cents, is_n2=rank == "2")


def _money(reader: Reader, children: dict[str, etree._Element], rank: int) -> Iterator[Money]:
    for name, adult, direction, known in (
        ("listeRessourceRecue", rank, "RECEIVED", RECEIVED),
        ("listeRessourceRecuePersACharge", None, "RECEIVED", RECEIVED),
        ("listeRessourceVersee", rank, "PAID", PAID),
        ("listeRessourceVerseePersACharge", None, "PAID", PAID),
    ):
        for element in reader.items(children, name, "detailRessource"):
            detail = reader.children(element, "detailRessource")
            kind = detail.get("ressource")
            code = (kind.get("code") or "").strip() if kind is not None else ""
            cents = reader.cents(detail, "montant")
            if not code or cents is None:
                reader.tell(element, name, code, "une ressource sans sa sorte ou sans son montant : à demander.")
                continue
            if code not in known:
                reader.keep_unknown(kind, "ressource", code)
            yield Money(adult=adult, direction=direction, code=code, cents=cents)


def _dependants(reader: Reader, person: dict[str, etree._Element], on: date) -> Iterator[Other]:
    for element in reader.items(person, "listePersonneACharge", "personneACharge"):
        children = reader.children(element, "personneACharge")
        reader.code(children, "sexe")
        yield Other(
            role="DEPENDANT",
            first_name=reader.name(children, "prenom", longest=_LONGEST_NAME),
            last_name=reader.name(children, "nom", longest=_LONGEST_NAME),
            birth_date=reader.day(children, "dateNaissance", last=on),
            tie=reader.code(children, "lienParente"),
        )


def _in_custody(reader: Reader, person: dict[str, etree._Element], on: date) -> Iterator[Other]:
    for element in reader.items(person, "listePersonneEnGarde", "personneEnGarde"):
        children = reader.children(element, "personneEnGarde")
        reader.code(children, "sexe")
        yield Other(
            # A custody that no list knows weighs the least, until someone asks.
            role=reader.code(children, "coParentalite") or "VISITING",
            first_name="",
            last_name="",
            birth_date=reader.day(children, "dateNaissance", last=on),
            tie="ENFANT",
        )


def _unborn(reader: Reader, person: dict[str, etree._Element]) -> tuple[int, date | None]:
    if (element := person.get("personneANaitre")) is None:
        return 0, None
    children = reader.children(element, "personneANaitre")
    due_on = reader.day(children, "dateNaissancePrevue", last=_LAST_DUE)
    number = reader.count(children, "nombre", most=9)
    return (1 if due_on else 0) if number is None else number, due_on


def _address(reader: Reader, element: etree._Element | None) -> tuple[str, str, str]:
    if element is None:
        return "", "", ""
    children = reader.children(element, "adressePostale")
    number, way = reader.text(children, "numero", longest=20), reader.text(children, "voie", longest=99)
    city = children.get("commune")
    named = reader.text(children, "commune", longest=80) if city is not None else ""
    line, postcode = f"{number} {way}".strip(), reader.text(children, "codePostal", longest=10)
    try:
        written_address(line=line, postcode=postcode, city=named)
    except TownMissing:
        # Its code says the town; its name is to be asked before a letter.
        pass
    except Refusal as refusal:
        reader.tell(element, "adressePostale", line, f"{refusal} L’adresse est reprise telle quelle, à corriger.")
    return line, postcode, named


def _dwelling(reader: Reader, element: etree._Element | None) -> Dwelling:
    if element is None:
        return Dwelling()
    children = reader.children(element, "logementActuel")
    reader.code(children, "categorieLogement")
    rooms = reader.code(children, "typeLogementActuel")
    models = [
        reader.code({"modeleLogement": model}, "modeleLogement")
        for model in reader.items(children, "listeModeleLogement", "modeleLogement")
    ]
    area = reader.count(children, "surface", most=_MOST_M2)
    return Dwelling(
        housing=next((model for model in models if model), ""),
        rooms=int(rooms) if rooms else None,
        floor_area_m2=area or None,
        occupants=reader.count(children, "nombreHabitant", most=_MOST_PEOPLE),
        cost_cents=reader.cents(children, "montantMensuelLoyer"),
    )
