"""The screen of free text: what it must find, what it must leave alone, and how it says so."""

import json
from multiprocessing import Pipe
from pathlib import Path

import pytest
from tests.places import shared_data

from palier.screening.engine import BadLexicon, BadTerm, core_screen, lexicon_file, screen
from palier.screening.rules.words import folded, one_edit_apart, sound, words_of
from palier.screening.shown import pieces, reasons

# Quoted by the press in 2012 from the CNIL's first public formal notice (décision 2012-013).
QUOTED = (
    "alcoolique",
    "personne très difficile à vivre de tempérament agressif et violent très procédurier",
    "violence conjugale",
    "ancien SDF addiction boisson",
    "n'est pas de nationalité française",
    "séropositif",
    "cancer",
    "personne cardiaque",
    "sous chimiothérapie",
    "Alzheimer aveugle",
    "maladie de parkinson",
    "souffrant d'une pathologie respiratoire et chronique",
    "dépression hôpital psychiatrique",
    "fils cancer Mme malade des poumons",
    "cancer des intestins opération du cerveau",
)
EVERYDAY = (
    ("il boit", "addiction"),
    ("sort de prison", "offence"),
    ("touche le RSA", "social"),
    ("ne parle pas français", "origin"),
    ("elle est enceinte", "health"),
    ("en instance de divorce", "family"),
    ("sous tutelle", "social"),
    ("DEPRESSIF", "health"),
    ("femme voilée", "religion"),
    ("algérien sans papiers", "origin"),
    ("cas soc", "social"),
    ("pas commode", "judgement"),
    ("bipo", "health"),
    ("parano", "health"),
    ("milite au NPA", "politics"),
    ("couple homo", "sex"),
    ("Fils autiste", "disability"),
    ("alcolique", "addiction"),
    ("epileptik", "health"),
    ("locataire omosexuel", "sex"),
)
LEFT_ALONE = (
    "Mme Cancer a rendu les clés",
    "M. Sourd technicien venu",
    "rue des Martyrs, digicode HS",
    "impasse de la Synagogue éclairage",
    "mur aveugle côté cour",
    "bruit sourd dans la VMC",
    "carrelage noir cassé",
    "interrupteur bipolaire à remplacer",
    "police d'assurance à jour",
    "boulevard des Italiens",
    "cuisine américaine, hotte à raccorder",
    "Il y a des traces d'eau dans la pièce",
    "facture 0145 du 12/03/2024",
    "Mme Martin signale un bruit dans la colonne",
    "PRM 09145872036518 relevé pour la mise en service",
    "",
    "   ",
)


@pytest.mark.parametrize("text", QUOTED)
def test_every_comment_quoted_in_2012_is_caught(text: str) -> None:
    assert screen(text).decision == "block"


@pytest.mark.parametrize(("text", "category"), EVERYDAY)
def test_everyday_words_are_caught_in_their_category(text: str, category: str) -> None:
    assert category in {finding.category for finding in screen(text).findings}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_words_of_the_trade_are_left_alone(text: str) -> None:
    assert screen(text).findings == ()


@pytest.mark.parametrize(
    ("text", "term"),
    [
        # NIR, IBAN and card made for tests: their check digits are right, the persons are not.
        ("dossier 2 63 03 67 985 388 34 reçu", "NIR"),
        ("rembourser sur FR1420041010050500013M02606", "IBAN"),
        ("a laissé 4970 1000 4823 6190 au comptoir pour la carte", "CARD"),
        ("rappeler au 06 39 98 41 27", "PHONE"),
        ("+33 6 39 98 77 03 le matin", "PHONE"),
        ("mail : nadege.morvan arobase example point net", "MAIL"),
        ("née le 14/02/1951", "BIRTH"),
        ("ddn 03.11.87", "BIRTH"),
        ("Digicode hall B 47A91", "CODE"),
        ("Clio grise GF-482-KL sur la place 18", "PLATE"),
        ("carte identité 880692310285", "PAPER"),
        ("carte d’identité X4RTBPFW4 perdue", "PAPER"),
        ("titre de séjour 9912345678", "PAPER"),
        ("passeport algérien n° 178554412", "PAPER"),
        ("identifiant impots 3012447789561", "TAX"),
        ("mdp Soleil!75 pour l’espace locataire", "SECRET"),
        ("code carte 4512 laissé au comptoir", "SECRET"),
        # Announced by its word: an identifier even when miscopied.
        ("sécu 1 85 13 75 116 001 42", "NIR"),
        ("IBAN FR76 1111 2222 3333 4444 5555 666", "IBAN"),
    ],
)
def test_identifiers_are_known_by_their_shape_and_their_check_digits(text: str, term: str) -> None:
    assert term in {finding.term for finding in screen(text).findings}


@pytest.mark.parametrize(
    "text",
    [
        "PCE 21436587092145 communiqué à l'exploitant gaz",
        "SIRET entreprise 41230987600025 à saisir",
        "Détecteur DF-210-XS, pile lithium",
        "Code article 4B729, joint fibre 12/17",
        "Bail signé le 01/07/1998, copie archivée",
        "Chèque de 639,98 € encaissé",
        "numéro de série 2630367985388",
        "mot de passe oublié, lien envoyé",
        "mot de passe du portail renvoyé à 14h30",
        "permis de construire 07512024V0012",
        "taxe foncière 1234567890123",
    ],
)
def test_the_numbers_of_things_are_not_identifiers_of_persons(text: str) -> None:
    assert screen(text).findings == ()


def test_offsets_are_those_of_the_text_as_given_whatever_its_accents() -> None:
    text = "Porte réparée\u202f; l’œil de Mme… e\u0301pileptique, à revoir"
    found = [finding for finding in screen(text).findings if finding.category == "health"]
    assert [text[each.start : each.end] for each in found] == ["e\u0301pileptique"]


def test_a_word_cut_by_invisible_marks_is_still_read() -> None:
    assert screen("al\u00adcoo\u200blique").decision == "block"


@pytest.mark.parametrize("text", ["a l c o o l i q u e", "alc00lique", "S.D.F. depuis mars", "sch1zo", "dépr€ssif"])
def test_a_word_in_disguise_is_still_read(text: str) -> None:
    assert screen(text).findings


@pytest.mark.parametrize("text", ["cages A B C D nettoyées", "réf. AB12CD, joint fibre", "bât. A.B. : hall lavé"])
def test_the_letters_of_a_list_or_of_a_reference_make_no_word(text: str) -> None:
    assert screen(text).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "colonne montante malade, à remplacer",
        "commande de béquilles de porte",
        "PTE FOLLE CAVE 3",
        "odeur de gaz, photo jointe",
        "MME DROGUET RENDU CLES",
        "Boiteux (ent.) passe lundi",
        "Mutation demandée vers Saint-Étienne",
        "sa fille récupère les clés vendredi à la loge",
        "M. Tessier s’est excusé de son retard",
    ],
)
def test_a_thing_a_name_an_errand_are_left_alone(text: str) -> None:
    assert screen(text).findings == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("tapine porte Dauphine", "sex"),
        ("marche avec une canne", "disability"),
        ("Son mari l’a quittée pour la voisine", "family"),
    ],
)
def test_what_looks_like_a_thing_or_an_errand_but_is_said_of_someone_is_caught(text: str, category: str) -> None:
    assert category in {finding.category for finding in screen(text).findings}


def test_what_is_said_of_a_thing_from_afar_is_left_alone_but_not_what_is_said_of_someone() -> None:
    assert screen("la porte du local vélo est complètement folle").findings == ()
    assert screen("la porte du voisin complètement fou").findings


def test_the_offsets_of_a_word_spelt_out_are_those_of_the_text() -> None:
    text = "Mr est a l c o o l o, porte 3"
    assert "a l c o o l o" in {text[each.start : each.end] for each in screen(text).findings}


def test_a_finding_inside_another_of_its_category_is_said_once() -> None:
    found = [finding for finding in screen("cancer du poumon").findings if finding.category == "health"]
    assert all(
        not (one is not other and one.start >= other.start and one.end <= other.end) for one in found for other in found
    )


def test_a_verdict_crosses_two_processes() -> None:
    verdict = screen("il boit")
    here, there = Pipe()
    with here, there:
        here.send(verdict)
        assert there.recv() == verdict


def test_a_very_long_text_is_read_in_a_moment() -> None:
    assert screen("porte palière à régler, " * 4_000 + "il boit").decision == "block"


def test_a_text_is_shown_whole_with_its_findings_underlined() -> None:
    text = "Fuite sdb, Mr est cardiaque, prévenir avant"
    shown = pieces(text, screen(text))
    assert "".join(piece.text for piece in shown) == text
    assert "cardiaque" in "".join(piece.text for piece in shown if piece.is_found)
    assert any("art. 9" in reason.law for reason in reasons(text, screen(text)))


@pytest.mark.parametrize("name", ["comments-dev.jsonl", "comments-dev-2.jsonl"])
def test_both_sets_of_comments_are_told_apart(name: str) -> None:
    path = shared_data(f"comments/{name}")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    to_find = [row["text"] for row in rows if row["labels"]]
    to_leave = [row["text"] for row in rows if not row["labels"]]
    found = sum(bool(screen(text).findings) for text in to_find)
    wrong = sum(bool(screen(text).findings) for text in to_leave)
    assert found / len(to_find) >= 0.95
    assert wrong / len(to_leave) <= 0.04


@pytest.mark.parametrize(
    ("left", "right", "is_near"),
    [
        ("alcoolique", "alcolique", True),
        ("religieux", "religeiux", True),
        ("alcoolique", "alcoolique", True),
        ("cancer", "chancre", False),
        ("abcd", "abdce", False),
    ],
)
def test_two_words_are_one_edit_apart(left: str, right: str, is_near: bool) -> None:
    assert one_edit_apart(left, right) is is_near


def test_words_are_folded_and_heard() -> None:
    assert folded("Œdème") == "oedeme"
    assert folded("CONNNNARD") == "connard"
    assert sound("epileptik") == sound("epileptique")
    assert [word.raw for word in words_of("M. Le Goff, l’été")] == ["M", "Le", "Goff", "l", "été"]


GOOD = """category = "judgement"
suggestion = "Écrivez le fait."
[[term]]
id = "essai"
severity = "block"
words = "zigomar+"
hit = ["un zigomar"]
look_alike = ["la vis"]
"""


def lexicon(tmp_path: Path, source: str) -> Path:
    path = tmp_path / "essai.toml"
    path.write_text(source, encoding="utf-8")
    return path


def test_a_lexicon_of_ones_own_is_read_and_tried(tmp_path: Path) -> None:
    (term,) = lexicon_file(lexicon(tmp_path, GOOD))
    assert (term.id, term.line) == ("essai", 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('hit = ["un zigomar"]', ""), "aucun exemple à trouver"),
        (('look_alike = ["la vis"]', ""), "aucun faux ami"),
        (("un zigomar", "une porte"), "ne trouve pas son exemple"),
        (("la vis", "zigomars"), "prend son faux ami"),
        (('severity = "block"', 'severity = "block"\ncouleur = "rouge"'), "« couleur » est inconnue"),
        (('severity = "block"', 'severity = "grave"'), "gravité"),
        (("zigomar+", "zig*"), "trop court"),
        (("zigomar+", "@inconnue"), "n’existe pas"),
        (('words = "zigomar+"', 'words = ""'), "aucun mot"),
    ],
)
def test_a_bad_term_is_refused_with_its_file_its_line_and_its_name(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(BadTerm, match=r"essai\.toml.*ligne 3.*essai") as refused:
        lexicon_file(lexicon(tmp_path, GOOD.replace(*change)))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (GOOD.replace("judgement", "humeur"), "catégorie « humeur » est inconnue"),
        ("category = [", "TOML"),
        ('category = "judgement"', "aucun terme"),
        (GOOD.replace("suggestion", "conseil"), "« conseil » est inconnue"),
    ],
)
def test_a_bad_lexicon_is_refused_in_french(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(BadLexicon, match=r"essai\.toml") as refused:
        lexicon_file(lexicon(tmp_path, source))
    assert said in str(refused.value)


def test_the_core_is_read_once_a_process() -> None:
    assert core_screen() is core_screen()
