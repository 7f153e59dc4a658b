"""The text of a letter: what is markup, what is refused and where, what a passage keeps."""

import pytest

from palier.correspondence.composing import FieldEmpty, Values, composed, sample_values
from palier.correspondence.rules.fields import FIELDS, categories_of
from palier.correspondence.rules.markup import TextRefused, read_text
from palier.mail.report import Grid, Heading, Lines, Rich, RichItems, Run

NOTHING = Values(words={}, yes=frozenset())


def refused(source: str) -> str:
    with pytest.raises(TextRefused) as caught:
        read_text(source)
    return str(caught.value).replace("\u00a0", " ")


def test_headings_lists_bold_italic_and_tables_become_blocks() -> None:
    source = "# Titre\n\nUn **mot** et *deux*.\\\nFin\n\n- a\n- b\n\n| A | B |\n|---|--:|\n| 1 | 2 |"
    assert composed(read_text(source), NOTHING) == (
        Heading("Titre", 1),
        Rich(
            (
                Run("Un "),
                Run("mot", bold=True),
                Run(" et "),
                Run("deux", italic=True),
                Run("."),
                Run("", is_break=True),
                Run("Fin"),
            )
        ),
        RichItems(((Run("a"),), (Run("b"),))),
        Grid(columns=("A", "B"), rows=(("1", "2"),), figures=frozenset({1})),
    )


def test_a_value_is_never_read_as_markup() -> None:
    values = Values(words={"locataire.nom": "**Ana** {{ fin }} <b>#set"}, yes=frozenset())
    assert composed(read_text("{{ locataire.nom }}"), values) == (Rich((Run("**Ana** {{ fin }} <b>#set"),)),)


def test_a_passage_keeps_one_of_its_two_sides() -> None:
    text = read_text("{{ si compte.doit }}\nOui.\n{{ sinon }}\nNon.\n{{ fin }}\n{{ adresse.bailleur }}")
    assert text.fields == {"compte.doit", "adresse.bailleur"}
    words = {"adresse.bailleur": "1 rue\n2 ville"}
    assert composed(text, Values(words=words, yes=frozenset({"compte.doit"}))) == (
        Rich((Run("Oui."),)),
        Lines(("1 rue", "2 ville")),
    )
    assert composed(text, Values(words=words, yes=frozenset()))[0] == Rich((Run("Non."),))


def test_a_field_left_aside_by_its_passage_may_be_empty() -> None:
    text = read_text("{{ si bail.preavis }}\nFin : {{ bail.fin }}\n{{ fin }}")
    assert composed(text, NOTHING) == ()
    with pytest.raises(FieldEmpty):
        composed(text, Values(words={}, yes=frozenset({"bail.preavis"})))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Bonjour,\nle {{ bail.debu }}", "Ligne 2, colonne 4 : « bail.debu » n’est pas un champ de la liste. "),
        ("a\n{{ si compte.doit }}\nx", "Ligne 2, colonne 1 : le passage « si compte.doit » n’est pas fermé"),
        ("{{ fin }}", "ne ferme aucun passage"),
        ("{{ si bail.debut }}\nx\n{{ fin }}", "n’est pas un champ oui ou non"),
        ("{{ si compte.doit }}\n{{ si compte.doit }}\n{{ fin }}", "Ligne 2, colonne 1 : un passage ne s’ouvre pas"),
        ("{{ bail.debut", "accolades"),
        ("x" * 40_000, "40000 signes"),
        ("|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n|" + "b|" * 30, "30 colonnes"),
        ("Bonjour <b>vous</b>", "Ligne 1, colonne 9 : du HTML"),
        ("#set text(red)", "commande de mise en page"),
        ("[ici](http://exemple.test)", "lien ou une image"),
        ("Bonjour 山田", "Ligne 1, colonne 9 : « 山 » (U+5C71) ne se dessine pas"),
        ("## Seul", "un sous-titre ## vient après un titre #"),
        ("{{ si compte.doit }}\n# T\n{{ fin }}\n## S", "Ligne 4, colonne 1 : un sous-titre"),
        ("- a\n  - b", "une liste ne contient que des phrases"),
        ("   ", "le texte est vide"),
    ],
)
def test_what_a_text_may_not_hold_is_told_by_line_and_column(source: str, told: str) -> None:
    assert told in refused(source)


def test_the_nearest_fields_are_named() -> None:
    assert "Les plus proches : bail.debut" in refused("{{ bail.debu }}")


def test_every_field_has_a_sample_and_the_journal_knows_what_it_reads() -> None:
    assert set(sample_values().words) == set(FIELDS)
    assert all(each.sample and each.source and each.purpose for each in FIELDS.values())
    assert categories_of(["bail.debut"]) == ("BAIL", "IDENTITE")
    assert categories_of(["compte.du"]) == ("BAIL", "COMPTE", "IDENTITE")
