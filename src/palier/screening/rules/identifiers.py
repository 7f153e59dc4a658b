"""Identifiers that have no place in a comment: known by their shape, and by their check digits where they have some.

A number that says what it is (« n° sécu », « RIB ») is an identifier even when miscopied; one that says nothing must
pass its check digits. Sums: NIR modulo 97 (arrêté du 16 octobre 1985), IBAN ISO 13616, card ISO/IEC 7812 (Luhn).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import nir

from palier.screening.rules.verdict import Finding

_GAP = r"[ .\-]?"
_NIR = (
    rf"[1-478]{_GAP}\d\d{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}(?:\d\d|2[ABab]){_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d\d)?"
)
_MONTHS = r"(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[uû]t|sept|oct|nov|d[ée]c)\w*\.?"
_DATE = rf"\d{{1,2}}(?:er)? ?[/.\- ] ?(?:\d{{1,2}} ?[/.\- ] ?|{_MONTHS} ?)(?:19|20)?\d\d\b"
_SAFE = {
    "NIR": "N’écrivez pas de numéro de sécurité sociale : il n’a sa place que dans la demande de logement.",
    "IBAN": "Le compte bancaire se saisit dans le mandat de prélèvement, jamais dans un texte.",
    "CARD": "Aucun numéro de carte ne se garde : faites payer par le lien sécurisé.",
    "PHONE": "Le téléphone se saisit dans les coordonnées de la personne, avec son accord.",
    "MAIL": "L’adresse électronique se saisit dans les coordonnées de la personne, avec son accord.",
    "BIRTH": "La date de naissance est dans la fiche : désignez la personne par le numéro de bail.",
    "CODE": "Un code d’accès se range dans les accès de la résidence, visible des seuls intervenants.",
    "PLATE": "L’immatriculation se saisit dans le titre de stationnement.",
    "SECRET": "Un mot de passe ou un code secret ne se note jamais : effacez-le et invitez la personne à le changer.",
    "TAX": "Le numéro fiscal se lit sur l’avis d’imposition : notez « avis reçu » dans la liste des pièces.",
    "PAPER": "N’écrivez pas de numéro de pièce : notez « pièce vérifiée » dans la liste des pièces.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """`near`: one of these must be in the text in lower case, and `least` digits, or the search is not worth it."""

    term: str
    regex: re.Pattern[str]
    sure: Callable[[str], bool] | None = None
    severe: bool = True
    near: tuple[str, ...] = ()
    least: int = 0


def _digits(text: str) -> str:
    return re.sub(r"\W", "", text)


def _is_nir(text: str) -> bool:
    number = _digits(text).upper()
    return len(number) == 15 and _valid(nir.validate, number)


def _is_iban(text: str) -> bool:
    return _valid(iban.validate, _digits(text))


def _is_card(text: str) -> bool:
    number = _digits(text)
    return len(number) in (15, 16) and number[0] in "3456" and _valid(luhn.validate, number)


def _valid(check: Callable[[str], str], number: str) -> bool:
    try:
        check(number)
    except ValidationError:
        return False
    return True


def _said(words: str, number: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b[^\d\n]{{0,40}}?({number})", re.IGNORECASE)


_CARD = r"\d{4}(?:[ .\-]?\d{4}){3}"
_AT = ("@", "(at)", "[at]", "(a)", "arobas")
_SECRET = ("mdp", "pass", "code", "pin")
_ENTRY = ("code", "digi", "clavier", "combinaison", "cadenas", "alarme")
_VEHICLE = (
    "voiture", "vehicule", "véhicule", "auto", "scoot", "moto", "camion", "plaque", "immat", "gare", "garé", "stationn",
    "parking", "place", "box", "ventouse", "epave", "épave",
)  # fmt: skip
_MODEL = (
    "voiture", "vehicule", "véhicule", "scoot", "moto", "clio", "twingo", "kangoo", "megane", "golf", "polo", "206",
    "208", "307", "308", "c3", "camion", "plaque", "immat", "peugeot", "renault", "citro", "bmw", "audi", "mercedes",
    "ford", "fiat", "opel", "toyota", "dacia", "berline", "utilitaire", "fourgon", "garé", "stationn",
)  # fmt: skip
_PAPER = (
    "identit", "cni", "cin", "dni", "nie", "kimlik", "passeport", "jour", "resident", "résident", "consulaire", "piss",
    "permis", "allocataire", "caf", "etranger", "étranger", "agdref", "msa", "fiscal", "emploi", "travail", "unique",
    "nur",
)  # fmt: skip
_SHAPES: tuple[_Shape, ...] = (
    _Shape(
        term="NIR",
        least=13,
        regex=_said(
            r"s[ée]cu\w*|ss|nir|assur[ée]\w*|immat\w*|matricule|vitale|cpam|ameli|caisse|insee",
            rf"{_NIR}|\d(?:{_GAP}\d){{12,14}}",
        ),
    ),
    _Shape(term="NIR", least=13, regex=re.compile(rf"(?<![\w.])({_NIR})(?!\w)"), sure=_is_nir),
    _Shape(
        term="IBAN",
        least=8,
        regex=re.compile(r"\b(FR ?\d\d(?:[ .\-]?[0-9A-Z]){23})\b", re.IGNORECASE),
    ),
    _Shape(
        term="IBAN",
        least=8,
        regex=re.compile(r"\b([A-Z]{2}\d\d(?:[ ]?[0-9A-Z]{4}){2,7}(?:[ ]?[0-9A-Z]{1,3})?)\b"),
        sure=_is_iban,
    ),
    _Shape(
        term="IBAN",
        least=8,
        regex=_said(
            r"rib|iban|compte bancaire|num[ée]ro de compte|n° de compte",
            r"[A-Z]{0,2}\d(?:[ .\-]?[0-9A-Z]){12,29}",
        ),
    ),
    _Shape(
        term="CARD",
        least=15,
        regex=_said(r"carte|cb|visa|mastercard|amex", r"\d{4}(?:[ .\-]?\d{4}){3}"),
    ),
    _Shape(term="CARD", least=15, regex=re.compile(rf"(?<![\w.])({_CARD})(?!\w)"), sure=_is_card),
    _Shape(
        term="PHONE",
        least=9,
        regex=re.compile(r"(?<![\w.,])((?:\+|00)33[ .\-]?(?:\(0\))?[ .\-]?[1-9](?:[ .\-]?\d\d){4})(?!\w)"),
    ),
    _Shape(
        term="PHONE",
        least=9,
        regex=re.compile(r"(?<![\w.,\-/])(0[1-9](?:([ .\-/]?)\d\d)(?:\2\d\d){3})(?![\w]|[ .\-/]?\d)"),
    ),
    _Shape(
        term="PHONE",
        least=9,
        regex=_said(
            r"t[ée]l\w*|portable|port|mob\w*|appeler|joindre|num[ée]ro",
            r"0[1-9](?:[ .\-/]{0,2}\d\d){4}",
        ),
    ),
    _Shape(
        term="MAIL",
        near=_AT,
        regex=re.compile(
            r"([\w.+\-]+ ?(?:@|\(at\)|\[at\]|\barobas\w*\b|\(a\)) ?[\w\-]+(?: ?(?:\.|\bpoint\b|\(dot\)) ?[\w\-]+)+)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        term="BIRTH",
        least=3,
        regex=re.compile(
            rf"\b((?:n[ée]+(?:\(e\))?s?|naiss\w*\.?|ddn|dn)\b[^\d\n]{{0,20}}?{_DATE})",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        term="SECRET",
        near=_SECRET,
        regex=re.compile(
            r"\b((?:mdp|mots? de passe|passwords?|code (?:du )?(?:wifi|wi-fi|box))\b[^\n]{0,30}?(?<![\w/])"
            r"(?!\d+[\s,;.hH/:€%-])(?:(?=[^\s,;]*[A-Za-z])(?=[^\s,;]*\d)|(?=[^\s,;]*[!$#*@]))[^\s,;]{5,})",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        term="SECRET",
        near=_SECRET,
        regex=re.compile(
            r"\b((?:code (?:secret|confidentiel|pin|cb|(?:de )?(?:la |sa )?carte(?: (?:bleue|bancaire|vitale))?)|pin)\b"
            r"[^\d\n]{0,15}\d{4,6})(?!\w)",
            re.IGNORECASE,
        ),
    ),
    _Shape(
        term="CODE",
        least=1,
        near=_ENTRY,
        regex=re.compile(
            r"\b((?:digicode|digi|code|clavier|combinaison|cadenas|alarme)\b(?![^\d\n]{0,24}\b(?:article|erreur|postal|"
            r"barre|produit|insee|naf|ape|couleur|ral|civil|p[ée]nal|travail|cch)\b)"
            r"(?:(?! ?(?:article|erreur|postal|barre|produit|ral)\b)[^\d\n.;]){0,30}?[#*]?\d{4,6}[A-Za-z]?)(?!\w)",
            re.IGNORECASE,
        ),
        severe=False,
    ),
    _Shape(
        term="CODE",
        least=1,
        near=_ENTRY,
        regex=re.compile(
            r"\b((?:digicode|digi|code)\b(?! ?(?:article|erreur|postal|produit|ral))[^\n.;]{0,20}?(?<!\w)"
            r"(?=[\dA-F#*]*\d)(?:\d{1,3}[A-F]\d{1,3}|[A-F]\d{3,5}|\d{2}[A-F]\d{2}))(?!\w)",
            re.IGNORECASE,
        ),
        severe=False,
    ),
    _Shape(
        term="PLATE",
        least=3,
        regex=re.compile(r"(?<![\w\-])([A-HJ-NP-TV-Z]{2}[ .\-]?\d{3}[ .\-]?[A-HJ-NP-TV-Z]{2})(?![\w\-])"),
        severe=False,
        near=_VEHICLE,
    ),
    _Shape(
        term="PLATE",
        least=3,
        near=_MODEL,
        regex=re.compile(
            r"\b(?:voiture|v[ée]hicule|scoot\w*|moto\w*|clio|twingo|kangoo|megane|golf|polo|206|208|307|308|c3|camion\w*|"
            r"plaque|immat\w*|peugeot|renault|citro[ëe]n|bmw|audi|mercedes|ford|fiat|opel|toyota|dacia|berline|utilitaire|"
            r"fourgon\w*|garé\w*|stationn\w*)\b"
            r"[^\n]{0,30}?(?<!\w)([a-z]{2}[ .\-]?\d{3}[ .\-]?[a-z]{2}|\d{2,4} ?[a-z]{2,3} ?\d{2,3})(?!\w)",
            re.IGNORECASE,
        ),
        severe=False,
    ),
    _Shape(
        term="TAX",
        least=13,
        regex=_said(r"fiscal|fiscale|imp[oô]ts?|spi|dgfip", rf"[0-3](?:{_GAP}\d){{12}}(?!\d)"),
    ),
    _Shape(
        term="PAPER",
        least=2,
        near=_PAPER,
        regex=re.compile(
            r"\b((?:carte (?:nationale )?(?:d.?)?identit[ée]|cni|cin|dni|nie|kimlik|passeport|"
            r"(?:titre|carte|num[ée]ro|n°) (?:de )?s[ée]jour|carte (?:de )?(?:r[ée]sident|consulaire)|"
            r"r[ée]c[ée]piss[ée]|permis(?: de conduire)?(?! de construire)|allocataire(?: caf| msa)?|"
            r"(?:n°|num[ée]ro|num|matricule|identifiant) (?:d.|de )?(?:caf|allocataire|[ée]tranger|agdref|msa|fiscal|"
            r"p[ôo]le emploi|france travail)|agdref|num[ée]ro unique|nur)\b[^\d\n]{0,20}?"
            r"(?:[0-9A-Z]*\d{5,}[0-9A-Z]*|(?<!\w)(?=(?:[A-Z]*\d){2})[0-9A-Z]{8,12}(?!\w)))",
            re.IGNORECASE,
        ),
    ),
)
TERMS = frozenset(_SAFE)
_DIGIT = re.compile(r"\d")


def identifiers_in(text: str) -> Iterator[Finding]:
    """Every identifier of a text; overlapping ones are said once, the surest first."""
    taken: list[tuple[int, int]] = []
    digits = len(_DIGIT.findall(text))
    lower = text.lower()
    for shape in _SHAPES:
        if digits < shape.least or (shape.near and not _holds(lower, shape.near)):
            continue
        for match in shape.regex.finditer(text):
            start, end = match.span(1)
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            if shape.sure is not None and not shape.sure(match.group(1)):
                continue
            taken.append((start, end))
            yield Finding(
                start=start,
                end=end,
                category="ids",
                severity="block" if shape.severe else "warn",
                term=shape.term,
                rule="IDENTIFIER",
                suggestion=_SAFE[shape.term],
            )


def _holds(text: str, words: tuple[str, ...]) -> bool:
    # No generator, which would cost as much as the search that this spares.
    return any(map(text.__contains__, words))
