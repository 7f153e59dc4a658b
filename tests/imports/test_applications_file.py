"""The exchange file read without a database: what a demande says, and each wrong file's sentence with its line."""

from datetime import date
from pathlib import Path

import pytest
from tests.imports.application_samples import (
    APPLICANT,
    ASKED,
    CHILDREN,
    COHOLDER,
    DWELLING,
    demande,
    exchange,
    written,
)

from palier.demandes.imports.application_file import Reading, readings
from palier.demandes.imports.markup import (
    ExchangeBroken,
    ExchangeEncodingUnknown,
    ExchangeTooHeavy,
    ExchangeTrapped,
    NotAnExchangeFile,
    OtherVersion,
)
from palier.foundation.errors import Refusal
from palier.foundation.tabular.checking import Severity
from palier.foundation.tabular.recognise import EmptyFile, FileNotThere

TODAY = date(2026, 11, 23)


def _read(folder: Path, content: str | bytes) -> list[Reading]:
    return list(readings(written(folder, content), on=TODAY))


def _refused(reading: Reading) -> list[tuple[int, str]]:
    assert reading.demande is None
    return [(remark.line, remark.column) for remark in reading.remarks if remark.severity is Severity.HARD]


def test_a_household_is_counted_as_the_file_tells_it(tmp_path: Path) -> None:
    (reading,) = _read(tmp_path, exchange(demande(asked=ASKED)))
    told = reading.demande
    assert told is not None
    assert (len(told.adults), told.children, told.shared_custody, told.unborn) == (2, 1, 2, 1)
    assert (told.dwelling.rooms, told.dwelling.floor_area_m2, told.dwelling.occupants) == (3, 60, 4)
    assert told.filed_on == date(2024, 5, 12)
    assert [adult.nationality for adult in told.adults] == ["FR", "UE"]
    # The year before is told without its amount: the other year is kept.
    assert [(income.year, income.cents) for income in told.incomes] == [(2025, None), (2024, 1_800_000)]
    assert [(line.direction, line.code, line.cents) for line in told.money] == [
        ("RECEIVED", "SAL", 150_000),
        ("RECEIVED", "AF", 14_199),
        ("PAID", "PAV", 20_000),
    ]
    assert told.asked.priorities == (("HABITAT_INDIGNE", "PROVED"),)
    assert told.unknown == ()
    assert reading.file_on == date(2026, 11, 1)


def test_one_person_without_anything_else_is_read(tmp_path: Path) -> None:
    alone = "<demandeur><nom>Ng</nom><prenom>Ó</prenom><listeRessourceRecue/></demandeur><listeCotitulaire/>"
    (reading,) = _read(tmp_path, exchange(demande(person=alone)))
    told = reading.demande
    assert told is not None
    assert (len(told.adults), told.children, told.shared_custody, told.unborn) == (1, 0, 0, 0)
    assert (told.dwelling.rooms, told.dwelling.housing, told.incomes) == (None, "", ())


@pytest.mark.parametrize(
    ("list_", "known", "told"),
    [
        ("civilite", 'civilite code="2"', 'civilite code="9"'),
        ("nationalite", 'nationalite code="1"', 'nationalite code="7"'),
        ("situationFamiliale", 'situationFamiliale code="M"', 'situationFamiliale code="Z"'),
        ("typeContratTravail", 'code="CDI"', 'code="CDD"'),
        ("ressource", 'code="SAL"', 'code="NEUF"'),
        ("ressource", 'code="PAV"', 'code="SAL"'),
        ("lienParente", 'lienParente code="E"', 'lienParente code="P"'),
        ("lienDemandeur", 'lienDemandeur code="M"', 'lienDemandeur code="C"'),
        ("coParentalite", 'coParentalite code="G"', 'coParentalite code="X"'),
        ("sexe", 'sexe code="F"', 'sexe code="N"'),
        ("modeleLogement", 'code="LP"', 'code="ZZ9"'),
        ("categorieLogement", 'code="A"', 'code="M"'),
        ("typeLogementActuel", 'code="T3"', 'code="CHB"'),
    ],
)
def test_a_code_of_no_list_is_kept_and_told(tmp_path: Path, list_: str, known: str, told: str) -> None:
    sound = exchange(demande())
    assert known in sound
    (reading,) = _read(tmp_path, sound.replace(known, told, 1))
    assert reading.demande is not None
    code = told.split('"')[1]
    assert reading.demande.unknown == (f"{list_}={code}",)
    assert [remark.value for remark in reading.remarks if remark.column == list_] == [code]


def test_the_social_security_number_is_never_read(tmp_path: Path) -> None:
    content = exchange(demande(person=APPLICANT.replace("<nom>", "<nir>291047500100042</nir><nom>") + DWELLING))
    (reading,) = _read(tmp_path, content)
    assert "291047500100042" not in repr(reading)
    assert "nir" in [remark.column for remark in reading.remarks]


@pytest.mark.parametrize(
    ("line", "column", "was", "is_"),
    [
        (4, "numUnique", "<numUnique>1110524000123TEST0</numUnique>", ""),
        (6, "numUnique", "1110524000123TEST0", "1111324000123TEST0"),
        (6, "numUnique", "1110524000123TEST0", "1110524000123TEST"),
        (6, "numUnique", "1110524000123TEST0", "1110524000123test0"),
        (6, "dateCreationDemande", "2024-05-12", "2024-02-30"),
        (6, "dateCreationDemande", "2024-05-12", "2031-01-01"),
        (6, "dateCreationDemande", "2024-05-12", "12/05/2024"),
        (4, "dateCreationDemande", "<dateCreationDemande>2024-05-12</dateCreationDemande>", ""),
        (9, "dateNaissance", "1991-04-17", "0191-04-17"),
        (9, "dateNaissance", "1991-04-17", "1991-13-17"),
        (15, "montantMoins2", "18000", "NaN"),
        (15, "montantMoins2", "18000", "1e9"),
        (15, "montantMoins2", "18000", "-18000"),
        (17, "montant", "1500", "beaucoup"),
        (35, "montantMensuelLoyer", "700", "1" * 12),
        (35, "nombreHabitant", "<nombreHabitant>4", "<nombreHabitant>4000"),
        (36, "surface", "<surface>60", "<surface>60000"),
        (9, "nom", "Jujubier", "J" * 81),
    ],
)
def test_a_wrong_value_refuses_its_demande_at_its_line(
    tmp_path: Path, line: int, column: str, was: str, is_: str
) -> None:
    sound = exchange(demande(), demande(number="1110524000124TEST0"))
    assert was in sound
    first, second = _read(tmp_path, sound.replace(was, is_, 1))
    found = _refused(first)
    assert [named for _, named in found] == [column]
    # An element that is not there is told at the line of its demande.
    assert abs(found[0][0] - line) <= 1
    assert second.demande is not None


def test_a_demande_without_its_person_or_of_a_company_is_refused(tmp_path: Path) -> None:
    empty = "<demande/>\n"
    nobody = demande().replace(APPLICANT, "")
    company = demande().replace("personnePhysique>", "personneMorale>")
    first, second, third = _read(tmp_path, exchange(empty, nobody, company))
    assert [named for _, named in _refused(first)] == ["demandeLogement"]
    assert [named for _, named in _refused(second)] == ["demandeur"]
    assert "personne morale" in third.remarks[-1].reason


def test_days_may_carry_an_hour_and_a_zone(tmp_path: Path) -> None:
    content = exchange(demande(filed_on="2024-05-12T09:30:00.000+02:00"))
    content = content.replace("1991-04-17", "1991-04-17+01:00")
    (reading,) = _read(tmp_path, content)
    assert reading.demande is not None
    assert reading.demande.filed_on == date(2024, 5, 12)
    assert reading.demande.adults[0].birth_date == date(1991, 4, 17)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "iso-8859-1", "utf-16", "windows-1252"])
def test_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    content = exchange(demande(person=APPLICANT.replace("l’", "l'"))).replace("UTF-8", declared)
    (reading,) = _read(tmp_path, content.encode(encoding))
    assert reading.demande is not None
    assert reading.demande.adults[0].first_name == "Aïcha"


BOMB = (
    '<!DOCTYPE interfaceNuu [<!ENTITY a "dix"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE interfaceNuu [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ("", EmptyFile),
        ("nom;prénom\nNg;Ó\n", NotAnExchangeFile),
        (b"%PDF-1.7\n", NotAnExchangeFile),
        (b"PK\x03\x04" + bytes(60), NotAnExchangeFile),
        ("<!DOCTYPE html><html></html>", NotAnExchangeFile),
        (exchange(root="autre"), NotAnExchangeFile),
        (exchange(namespace="http://nuu.application.i3/"), NotAnExchangeFile),
        (exchange(namespace=""), NotAnExchangeFile),
        (exchange(version="01.00"), OtherVersion),
        (exchange(version=""), OtherVersion),
        (exchange().replace(HEAD, HEAD + BOMB), ExchangeTrapped),
        (exchange().replace(HEAD, HEAD + BOMB).replace("Jujubier", "&c;", 1), ExchangeTrapped),
        (exchange().replace(HEAD, HEAD + OUTSIDE).replace("Jujubier", "&x;", 1), ExchangeTrapped),
        (exchange().replace(HEAD, HEAD + BOMB).encode("utf-16"), ExchangeTrapped),
        (exchange().replace("UTF-8", "EBCDIC-FR"), ExchangeEncodingUnknown),
        (exchange()[:-30], ExchangeBroken),
        (exchange().replace("</demande>", "</demand>", 1), ExchangeBroken),
        (exchange().replace("Jujubier", "&inconnue;", 1), ExchangeBroken),
        (exchange().encode().replace("ï".encode(), b"\xef", 1), ExchangeBroken),
        (exchange() + "<encore/>", ExchangeBroken),
    ],
)
def test_a_file_that_is_not_sound_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        _read(tmp_path, content)
    said = str(refused.value)
    assert said.startswith(("Ligne ", "Le fichier "))
    assert "/etc" not in said


def test_a_doctype_behind_a_long_comment_is_still_seen(tmp_path: Path) -> None:
    hidden = exchange().replace(HEAD, HEAD + f"<!--{'x' * 200_000}-->" + OUTSIDE)
    with pytest.raises(ExchangeTrapped):
        _read(tmp_path, hidden)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotThere):
        list(readings(tmp_path / "absent.xml", on=TODAY))


def test_a_text_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    endless = exchange().replace("Jujubier", "J" * 9_000_000, 1)
    with pytest.raises((ExchangeTooHeavy, ExchangeBroken)):
        _read(tmp_path, endless)


def test_thousands_of_demandes_stream(tmp_path: Path) -> None:
    many = exchange(*(demande(number=f"1110524{rank:06d}TEST0", person=APPLICANT) for rank in range(3_000)))
    path = written(tmp_path, many)
    coming = readings(path, on=TODAY)
    assert next(coming).demande is not None
    assert sum(1 for _ in coming) == 2_999


def test_what_the_complement_says_wrong_refuses_or_tells(tmp_path: Path) -> None:
    wrong = ASKED.replace('code="75113"', 'code="Paris"').replace('max="4"', 'max="beaucoup"')
    (reading,) = _read(tmp_path, exchange(demande(person=APPLICANT + COHOLDER + CHILDREN, asked=wrong)))
    assert sorted(named for _, named in _refused(reading)) == ["commune", "pieces"]
    odd = ASKED.replace("HABITAT_INDIGNE", "AUTRE_LISTE")
    (reading,) = _read(tmp_path, exchange(demande(asked=odd)))
    assert reading.demande is not None
    assert reading.demande.unknown == ("priorite=AUTRE_LISTE",)
