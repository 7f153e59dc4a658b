"""Addresses as open data writes them: the main street is found, nothing is lost."""

import pytest

from palier.estate.imports.address import normalised, parse_address


@pytest.mark.parametrize(
    ("raw", "main", "streets"),
    [
        ("16-20 RUE DES MEUNIERS", "16-20 rue des Meuniers", 1),
        ("9, BD SERURIER - 10, RUE DU LEMAN", "9 boulevard Serurier", 2),
        ("15-17, RUE DE L'EGLISE 101-101 TER, RUE SAINT CHARLES", "15-17 rue de l’Eglise", 2),
        ("61, RUE DU FAUBOURG SAINT MARTIN\n47 RUE DU CHÂTEAU D'EAU", "61 rue du Faubourg Saint Martin", 2),
        ("58 BD LEFEBVRE, 25-27 AV ALBERT BARTHOLOME, 4-10 RUE ANDRE THEURIET", "58 boulevard Lefebvre", 3),
        ("8 A 10, RUE DES LILAS 27-33 RUE DU PRE-SAINT GERVAIS", "8 à 10 rue des Lilas", 2),
        ("1, BIS RUE CADET", "1, bis rue Cadet", 1),
        ("VILLA DES BUTTES CHAUMONT 70BIS-72 RUE BOTZARIS", "70 bis - 72 rue Botzaris", 2),
        ("77-79, RUE LAUGIER ET 12, RUE GALVANI", "77-79 rue Laugier", 2),
        ("LOT 3 - 6, IMP GROSSE BOUTEILLE", "6 impasse Grosse Bouteille", 1),
        ("RUE MOROT", "Rue Morot", 1),
        ("GROUPE WURTZ", "Groupe Wurtz", 0),
        ("12, PLACE DE LA PORTE DE VANVES", "12 place de la Porte de Vanves", 1),
        ("16-22, RUE FERNAND LEGER (FOYER MURIERS)", "16-22 rue Fernand Leger (Foyer Muriers)", 1),
        ("10 BIS A 14, QUAI HENRI IV", "10 bis à 14 quai Henri IV", 1),
    ],
)
def test_the_main_street_is_the_first_with_a_number(raw: str, main: str, streets: int) -> None:
    address = parse_address(raw)
    assert address.main == main
    assert len(address.streets) == streets
    assert address.raw == raw


def test_a_block_gives_its_name_before_its_street() -> None:
    assert (
        parse_address("ZAC BEDIER - 8-12, PLACE DU DOCTEUR YERSIN").name == "ZAC Bedier, 8-12 place du Docteur Yersin"
    )


def test_two_writings_of_one_address_have_one_key() -> None:
    assert normalised("43 , Bd de Clichy") == normalised("43, BOULEVARD DE CLICHY") == "43 BOULEVARD DE CLICHY"
    assert normalised("208 rue du Fg Saint-Denis") == normalised("208, RUE DU FAUBOURG SAINT DENIS")
    assert normalised("47 RUE DU CHÂTEAU\nD'EAU") == "47 RUE DU CHATEAU D EAU"
