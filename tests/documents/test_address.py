"""The address block of NF Z10-011: shortened by the standard's rules, never cut."""

from dataclasses import replace

import pytest

from palier.mail.address import (
    AddressIncomplete,
    AddressLineNotPostal,
    AddressLineTooLong,
    PostalAddress,
    PostcodeMalformed,
    TooManyAddressLines,
    building_line,
    name_line,
    postal_lines,
    refuse_unpostable,
    street_lines,
)

HOME = PostalAddress(
    name="Mme Camille Exemple",
    unit="Appartement 204, 2e étage",
    building="Résidence Les Spécimens",
    number="8 bis",
    street="rue de l’Échelle",
    postcode="00000",
    town="Villefictive-sur-Œuf",
)


def test_the_lines_follow_each_other_in_capitals_without_punctuation() -> None:
    assert postal_lines(HOME) == (
        "MME CAMILLE EXEMPLE",
        "APPARTEMENT 204 2E ETAGE",
        "RESIDENCE LES SPECIMENS",
        "8 BIS RUE DE L ECHELLE",
        "00000 VILLEFICTIVE SUR OEUF",
    )


def test_an_empty_part_leaves_no_blank_line() -> None:
    assert postal_lines(replace(HOME, unit="", building="")) == (
        "MME CAMILLE EXEMPLE",
        "8 BIS RUE DE L ECHELLE",
        "00000 VILLEFICTIVE SUR OEUF",
    )


def test_all_six_lines_are_kept() -> None:
    assert postal_lines(replace(HOME, locality="Lieu-dit Le Brouillon"))[4] == "LIEU DIT LE BROUILLON"


@pytest.mark.parametrize(
    ("number", "street", "line"),
    [
        # 32 characters: left whole.
        ("1", "boulevard du général de la Forêt", "1 BOULEVARD DU GENERAL DE LA FORET"),
        # 33: the kind of way is shortened, and that is enough.
        ("1", "boulevard du général de la Forêts", "1 BD DU GENERAL DE LA FORETS"),
        # 27 are left after "112 BIS " and 38: the whole line counts too.
        ("112 bis", "avenue du Général de la Fiction", "112 BIS AV DU GENERAL DE LA FICTION"),
        # Way, then title.
        ("3", "avenue du Maréchal de Lattre de Tassigny", "3 AV DU MAL DE LATTRE DE TASSIGNY"),
        # The last word is the name: never shortened.
        ("3", "chemin des anciens combattants de la Place", "3 CHE DES ANCIENS COMBATTANTS DE LA PLACE"),
    ],
)
def test_the_street_is_shortened_only_past_32_characters(number: str, street: str, line: str) -> None:
    address = replace(HOME, number=number, street=street)
    if len(line) > 38:
        with pytest.raises(AddressLineTooLong, match=line):
            postal_lines(address)
    else:
        assert postal_lines(address)[3] == line


def test_a_long_flat_line_uses_the_short_words() -> None:
    lines = postal_lines(replace(HOME, unit="Appartement 1204 étage 12 escalier 3 bis B"))
    assert lines[1] == "APT 1204 ETAGE 12 ESCALIER 3 BIS B"


@pytest.mark.parametrize("part", ["name", "unit", "building", "street", "locality", "town"])
def test_a_line_that_cannot_fit_is_refused_and_never_cut(part: str) -> None:
    with pytest.raises(AddressLineTooLong):
        postal_lines(replace(HOME, **{part: "Interminablement" * 3}))


@pytest.mark.parametrize("part", ["name", "street", "town"])
def test_a_name_a_street_and_a_town_are_required(part: str) -> None:
    with pytest.raises(AddressIncomplete):
        postal_lines(replace(HOME, **{part: " "}))


@pytest.mark.parametrize("postcode", ["", "7501", "750011", "75O01", "٧٥٠٠١"])
def test_a_postcode_has_five_digits(postcode: str) -> None:
    with pytest.raises(PostcodeMalformed):
        postal_lines(replace(HOME, postcode=postcode))


def test_a_name_in_another_alphabet_stays_and_a_street_in_one_is_refused() -> None:
    assert postal_lines(replace(HOME, name="Олександр Коваль"))[0] == "ОЛЕКСАНДР КОВАЛЬ"
    assert postal_lines(replace(HOME, name="Nguyễn Thị Ánh"))[0] == "NGUYEN THI ANH"
    with pytest.raises(AddressLineNotPostal):
        postal_lines(replace(HOME, street="вулиця"))


def test_seven_lines_or_a_lower_case_town_are_refused() -> None:
    with pytest.raises(TooManyAddressLines):
        refuse_unpostable(["A"] * 7)
    with pytest.raises(AddressLineNotPostal):
        refuse_unpostable(["MME EXEMPLE", "8 RUE DU MODELE", "00000 Villefictive"])


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        ("8 rue des Échantillons", ("8 RUE DES ECHANTILLONS", "")),
        (
            "10 rue Achille Luchaire Groupe Porte de Montrouge",
            ("10 RUE ACHILLE LUCHAIRE", "GROUPE PORTE DE MONTROUGE"),
        ),
        ("2-42 avenue de la Porte des Poissonniers (Aphp)", ("2 42 AV DE LA PORTE DES POISSONNIERS", "APHP")),
        (
            "Groupes Berthier Courcelles et Gouvion Saint Cyr",
            ("GROUPES BERTHIER COURCELLES ET GOUVION", "ST CYR"),
        ),
    ],
)
def test_a_long_street_goes_on_to_the_next_line_without_losing_a_word(street: str, lines: tuple[str, str]) -> None:
    assert street_lines(street) == lines


def test_a_street_that_two_lines_do_not_hold_is_refused_whole() -> None:
    street, more = street_lines(" ".join(["Avenue"] + ["Interminable"] * 8))
    assert more == ""
    with pytest.raises(AddressLineTooLong):
        postal_lines(PostalAddress(name="Mme Exemple", street=street, postcode="00000", town="Villefictive"))


def test_an_envelope_names_its_people_title_first_and_the_residence() -> None:
    rosa = ("Mme", "Rosa", "Lilas")
    assert name_line([rosa]) == "Mme Rosa Lilas"
    assert name_line([rosa, ("M.", "Jean", "Drapeau-de-la-Rivière")]) == "Mme Lilas ET M. Drapeau-de-la-Rivière"
    assert building_line(residence="Les Tilleuls", building="A", address="1 rue du Modèle") == (
        "RESIDENCE Les Tilleuls BATIMENT A"
    )
    assert building_line(residence="Les Tilleuls", building="A", address="1 rue Les Tilleuls") == "BATIMENT A"
