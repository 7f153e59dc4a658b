"""What the minutes say of the opinions on occupations (CCH L442-5-2): by pseudonym, with the voices."""

from collections.abc import Sequence
from dataclasses import dataclass

from palier.attribution.rules.voting import Count
from palier.attribution.rules.words import OPINIONS, PROTECTIONS, SITUATIONS
from palier.mail.report import Block, Grid, Heading, Text

# Written by hand on the paper: the rules of the commission name nobody.
PRESIDED_BY = "le président s’est déporté\u00a0; a présidé à sa place\u00a0: " + "." * 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionTold:
    """A review that was examined: its situations by code, the opinion, the voices."""

    pseudonym: str
    city: str
    rooms: int | None
    situations: tuple[str, ...]
    protections: tuple[str, ...]
    opinion: str
    count: Count
    recused: tuple[str, ...] = ()
    without_president: bool = False


def opinions_due(number: int) -> str:
    """What the convocation says of them."""
    plural = "s" if number > 1 else ""
    return (
        f"La commission donne aussi son avis sur {number} examen{plural} triennal{'' if number == 1 else 's'} "
        "d’occupation (CCH, art. L442-5-2)."
    ).replace("triennals", "triennaux")


def opinion_blocks(opinions: Sequence[OpinionTold]) -> list[Block]:
    """Nothing when the sitting gave none."""
    if not opinions:
        return []
    rows = tuple(
        (
            each.pseudonym,
            f"{each.city}, T{each.rooms}" if each.rooms else each.city,
            "\u00a0; ".join(SITUATIONS[code] for code in each.situations),
            "\u00a0; ".join(PROTECTIONS[code] for code in each.protections) or "–",
            OPINIONS.get(each.opinion, "à rendre"),
            voices(each.count),
        )
        for each in opinions
    )
    return [
        Heading("Avis sur l’occupation des logements"),
        Text(
            "Examen triennal (CCH, art. L442-5-2). La commission constate la situation et donne un avis\u00a0: le "
            "bailleur revoit ensuite le locataire. Un avis ne met fin à aucun droit."
        ),
        Grid(("Dossier", "Logement", "Situation", "Protection", "Avis", "Voix"), rows, (2, 3, 4, 3, 3, 3)),
        *(
            Text(
                f"Déport pour le dossier {each.pseudonym}\u00a0: {', '.join(each.recused)}."
                + (f" Présidence\u00a0: {PRESIDED_BY}" if each.without_president else "")
            )
            for each in opinions
            if each.recused
        ),
    ]


def voices(count: Count | None) -> str:
    """The voices in words."""
    if count is None or count.votes_for + count.against + count.abstained == 0:
        return "sans vote"
    told = f"{count.votes_for} pour, {count.against} contre"
    if count.abstained:
        told += f", {count.abstained} abstention{'s' if count.abstained > 1 else ''}"
    return f"{told}, voix prépondérante" if count.by_casting else told
