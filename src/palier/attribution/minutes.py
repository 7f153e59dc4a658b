"""The papers of a sitting: the convocation with its agenda, then the minutes (CCH R441-9). By pseudonym."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from palier.attribution.minutes_occupation import PRESIDED_BY, OpinionTold, opinion_blocks, opinions_due, voices
from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.voting import Count, counted_fr
from palier.attribution.rules.words import CONTINGENTS, DECISIONS, EXCEPTIONS, REFUSAL_MOTIVES
from palier.demandes.rules.pieces import PIECES
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import day_fr
from palier.foundation.text import in_eights
from palier.mail.report import Block, Facts, Grid, Heading, Report, Sender, Text, Together

# Rows of a table that stay with the signature: a page holds them whatever they say.
_ROWS_SIGNED: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingTold:
    """What heads each paper."""

    number: str
    held_on: date
    # « à 14 h 30, en salle : 3 rue des Arbres ».
    meeting: str
    is_remote: bool
    rules_version: str
    quorum: int
    quorum_in_person: bool
    president: str
    secretary: str
    opened: str
    closed: str
    # Of what the sitting froze: the one that a replay prints. Empty until it is closed.
    digest: str = ""
    # Who took the sitting over, from whom and when.
    handovers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTold:
    """A member, by name and quality: they sit in public office."""

    name: str
    quality: str
    has_vote: bool
    state: str
    proxy_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTold:
    """A candidate by pseudonym, and what was decided."""

    pseudonym: str
    verdict: Verdict | None
    count: Count | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTold:
    """A dwelling of the agenda and what was decided on it."""

    rank: int
    address: str
    door: str
    rooms: int | None
    floor_area_m2: str
    financing: str
    rent_cents: Cents
    charges_cents: Cents
    contingent: str
    is_qpv: bool
    exception: str
    is_postponed: bool
    recused: tuple[str, ...]
    candidates: tuple[CandidateTold, ...]
    # The president takes no part in it: no rule says who presides then.
    without_president: bool = False


def convocation(
    sitting: SittingTold, items: Sequence[ItemTold], *, sender: Sender, on: date, opinions: int = 0
) -> Report:
    """The call of the members, with the agenda: the préfet receives the same (CCH R441-9)."""
    return Report(
        number=f"CONVOCATION-{sitting.number}",
        title="Convocation de la commission d’attribution",
        subtitle=f"Séance {sitting.number}",
        issued_on=on,
        sender=sender,
        blocks=(
            Text(
                f"La commission d’attribution des logements se réunit le {day_fr(sitting.held_on)}, {sitting.meeting}. "
                f"{'Le lien de connexion est envoyé aux membres à part. ' if sitting.is_remote else ''}"
                "Cette convocation et son ordre du jour sont adressés aux membres et au préfet."
            ),
            Heading("Ordre du jour"),
            *((_agenda(items),) if items else ()),
            *((Text(opinions_due(opinions)),) if opinions else ()),
            Text(
                "Les fiches des candidats, sans nom, se consultent dans l’espace des membres à partir de ce jour. "
                "Un membre qui connaît un candidat le signale au secrétaire, sans dire lequel ni pourquoi."
            ),
        ),
    )


def _agenda(items: Sequence[ItemTold]) -> Grid:
    return Grid(
        ("Point", "Logement", "Type", "Financement", "Contingent", "Candidats"),
        tuple(
            (
                str(item.rank),
                f"{item.address}, porte {item.door}",
                f"T{item.rooms}" if item.rooms else "à préciser",
                item.financing,
                CONTINGENTS.get(item.contingent, item.contingent),
                str(len(item.candidates)),
            )
            for item in items
        ),
        (1, 4, 2, 3, 4, 2),
        frozenset({0, 5}),
    )


def minutes_report(
    sitting: SittingTold,
    members: Sequence[MemberTold],
    items: Sequence[ItemTold],
    *,
    sender: Sender,
    on: date,
    opinions: Sequence[OpinionTold] = (),
) -> Report:
    """The minutes: who sat, the quorum, then each dwelling, its candidates by pseudonym and the five decisions."""
    apart = {"absent", "convoqué", *(("représenté",) if sitting.quorum_in_person else ())}
    here = [each for each in members if each.has_vote and each.state not in apart]
    counted = counted_fr(in_person=sitting.quorum_in_person)
    blocks: list[Block] = [
        Facts(
            (
                ("Séance", f"{sitting.number}, le {day_fr(sitting.held_on)}, {sitting.meeting}"),
                ("Ouverte à", sitting.opened),
                ("Levée à", sitting.closed),
                ("Président", sitting.president),
                ("Secrétaire", sitting.secretary),
                *(("Séance reprise", told) for told in sitting.handovers),
                ("Règlement intérieur", f"version {sitting.rules_version}"),
                ("Quorum", f"{len(here)} voix {counted}, {sitting.quorum} demandées"),
                *((("Empreinte des données figées", in_eights(sitting.digest)),) if sitting.digest else ()),
            )
        ),
        Heading("Les membres"),
        Grid(
            ("Membre", "Qualité", "Voix", "Présence"),
            tuple(
                (
                    each.name,
                    each.quality,
                    "délibérative" if each.has_vote else "consultative",
                    f"représenté par {each.proxy_to}" if each.proxy_to else each.state,
                )
                for each in members
            ),
            (3, 5, 2, 3),
        ),
        Text(
            "Les candidats sont désignés par le numéro de leur fiche. Leur identité est dans la liste nominative, que "
            "le secrétaire garde à part."
        ),
    ]
    for item in items:
        blocks += _item(item)
    blocks += opinion_blocks(opinions)
    signature = (Heading("Signature"), Facts((("Le président", sitting.president), ("Date et signature", " "))))
    return Report(
        number=f"PV-{sitting.number}",
        title="Procès-verbal de la commission d’attribution",
        subtitle=f"Séance du {day_fr(sitting.held_on)}",
        issued_on=on,
        sender=sender,
        blocks=(*blocks[:-1], *_signed(blocks[-1], signature)),
    )


def _signed(last: Block, signature: Sequence[Block]) -> list[Block]:
    """The signature with the end of what is signed: a page never holds it alone."""
    if isinstance(last, Grid) and len(last.rows) > _ROWS_SIGNED:
        head, tail = last.rows[:-_ROWS_SIGNED], last.rows[-_ROWS_SIGNED:]
        return [replace(last, rows=head), Together((replace(last, rows=tail), *signature))]
    return [Together((last, *signature))]


def _item(item: ItemTold) -> list[Block]:
    total = item.rent_cents + item.charges_cents
    facts = [
        ("Logement", f"{item.address}, porte {item.door}"),
        ("Type", ", ".join([f"T{item.rooms}"] if item.rooms else []) or "à préciser"),
        ("Surface", f"{item.floor_area_m2} m²" if item.floor_area_m2 else "à préciser"),
        ("Financement", item.financing),
        ("Loyer et charges", f"{euros_fr(item.rent_cents)} + {euros_fr(item.charges_cents)}, soit {euros_fr(total)}"),
        ("Contingent", CONTINGENTS.get(item.contingent, item.contingent)),
        ("Quartier prioritaire", "oui" if item.is_qpv else "non"),
    ]
    if item.exception:
        facts.append(("Moins de trois candidats", EXCEPTIONS[item.exception]))
    if item.recused:
        facts.append(("Déport", ", ".join(item.recused)))
    if item.without_president:
        facts.append(("Présidence de ce point", PRESIDED_BY))
    # A heading follows what comes after it to the next page.
    heading, dwelling = Heading(f"Point {item.rank}"), Facts(tuple(facts))
    if item.is_postponed:
        return [heading, Together((dwelling, Text("Ce logement est renvoyé à une autre séance.")))]
    rows = tuple(
        (each.pseudonym, *_decided(each.verdict), voices(each.count))
        for each in sorted(item.candidates, key=_by_rank)
        if each.verdict is not None
    )
    decided = Grid(("Fiche", "Décision", "Rang", "Motif ou condition", "Voix"), rows, (2, 4, 1, 6, 3))
    if len(rows) > _ROWS_SIGNED:
        return [heading, Together((dwelling,)), decided]
    return [heading, Together((dwelling, decided))]


def _by_rank(candidate: CandidateTold) -> tuple[int, str]:
    rank = candidate.verdict.rank if candidate.verdict else None
    return (rank or 1_000, candidate.pseudonym)


def _decided(verdict: Verdict) -> tuple[str, str, str]:
    return DECISIONS[verdict.kind], str(verdict.rank or "–"), why_of(verdict)


def why_of(verdict: Verdict) -> str:
    """The condition or the motives of a decision, with the factual precision."""
    if verdict.condition_due_on is not None:
        piece = PIECES[verdict.condition_piece].label if verdict.condition_piece in PIECES else verdict.condition_piece
        return f"{piece}, au plus tard le {day_fr(verdict.condition_due_on)}"
    motives = [REFUSAL_MOTIVES[each] for each in (verdict.motive, verdict.other_motive) if each]
    return "\u00a0; ".join([*motives, *([verdict.precision] if verdict.precision else [])]) or "–"
