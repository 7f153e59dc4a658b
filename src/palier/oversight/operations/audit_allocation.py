"""The auditor's pack on allocation: what weighs, what does not, what a sitting froze and whether it comes out the same.

« Des critères subjectifs pèsent-ils ? » was asserted in 2012; here the stock itself answers, on the day of the pack.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from palier.attribution.models import Frozen
from palier.attribution.operations.freezing import opened
from palier.attribution.operations.proving import Proved, exchanged_columns, prove
from palier.attribution.operations.replaying import replay
from palier.attribution.rules.frozen import FrozenBroken, FrozenSitting
from palier.attribution.rules.replay import told_of
from palier.demandes.queries.facts import stream_facts
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.cotation import REFUSED_OFFERS, score
from palier.demandes.rules.grids import Criterion, Grid, Mode
from palier.foundation.periods import day_fr
from palier.mail.keys import KeyUnreadable
from palier.mail.report import Block, Heading, Items, Text
from palier.mail.report import Grid as Table
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.screening.engine import screen

Rows = list[tuple[str, ...]]

PROOF = "non-interference"
EXCHANGED = "champs-echanges"
WEIGHTS = "poids-des-criteres"
SITTINGS = "seances"
CHANGES = "seances-differences"
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    PROOF: ("resultat", "empreinte_avant", "empreinte_apres", "identique"),
    EXCHANGED: ("table", "colonne"),
    WEIGHTS: ("grille", "rubrique", "critere", "points_au_plus", "compte", "part_des_points_donnes_pour_cent"),
    SITTINGS: (
        "seance", "tenue_le", "candidats", "rejeu_des_donnees_figees", "base_d_aujourd_hui", "precisions",
        "precisions_signalees", "empreinte",
    ),
    CHANGES: ("seance", "quoi"),
}  # fmt: skip
# What makes each again, beside `palier audit figure`.
_COMMANDS: Final[dict[str, str]] = {
    PROOF: "palier allocation prove --json",
    EXCHANGED: f"palier audit figure {EXCHANGED}",
    WEIGHTS: f"palier audit figure {WEIGHTS}",
    SITTINGS: f"palier audit figure {SITTINGS}",
    CHANGES: "palier allocation replay SÉANCE",
}
_ROWS_ON_PAPER: Final = 40
# The first signs of a digest, on paper: its CSV has them all.
_SHORT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationTold:
    """The rows of each file, and what failed: a field that weighs, a sitting that does not come out the same."""

    on: date
    proved: Proved
    rows: dict[str, Rows]
    faults: tuple[str, ...]


def allocation_told(*, operator: str, on: date) -> AllocationTold:
    """Prove, weigh and replay, each under the job that may; nothing is written."""
    with batch(Batch.IMPORT, operator=operator, motive="AUDIT", command="audit, non-interférence"):
        proved = prove(on=on)
    with batch(Batch.ALLOCATION, operator=operator, motive="AUDIT", command="audit, commissions"):
        weights = weights_of_criteria(on)
        sittings, changes, faults = _sittings()
    weighing = tuple(f"Un champ qui n’est pas un critère pèse sur\u00a0: {name}." for name in proved.changed)
    return AllocationTold(
        on=on,
        proved=proved,
        rows={
            PROOF: _proof_rows(proved),
            EXCHANGED: exchanged_rows(),
            WEIGHTS: weights,
            SITTINGS: sittings,
            CHANGES: changes,
        },
        faults=(*weighing, *faults),
    )


def again(code: str, *, operator: str, on: date) -> Rows | None:
    """The rows of one of these files, computed again; None when the code is not one of them."""
    made: dict[str, Callable[[], Rows]] = {
        EXCHANGED: exchanged_rows,
        WEIGHTS: lambda: weights_of_criteria(on),
        SITTINGS: lambda: _sittings()[0],
        CHANGES: lambda: _sittings()[1],
    }
    if code not in made:
        return None
    with batch(Batch.ALLOCATION, operator=operator, motive="AUDIT", command="audit figure"):
        return made[code]()


def recipes() -> list[dict[str, str]]:
    """How each is made again, for recalculer.json."""
    return [{"chiffre": code, "commande": command} for code, command in _COMMANDS.items()]


def exchanged_rows() -> Rows:
    """Every column that the proof exchanges among applications."""
    return sorted((table, column) for table, columns in exchanged_columns().items() for column in columns)


def exchanged_digest() -> str:
    """What tells that two proofs exchanged the same columns."""
    return sha256("\n".join(".".join(row) for row in exchanged_rows()).encode()).hexdigest()


def weights_of_criteria(on: date) -> Rows:
    """By criterion of each grid in force: the most it gives, and its share of all the points given over the stock."""
    grids = grids_on(on)
    given: dict[tuple[str, str, str], int] = {}
    for _number, facts in stream_facts(on=on):
        for grid in grids:
            if grid.weighs(facts):
                for line in score(facts, grid, on).lines:
                    key = (name_of(grid), line.rubric, line.criterion)
                    given[key] = given.get(key, 0) + abs(line.points)
    rows: Rows = []
    for grid in grids:
        whole = sum(points for (name, _, _), points in given.items() if name == name_of(grid))
        for rubric in grid.rubrics:
            mode = "le meilleur seul" if rubric.mode is Mode.MAX else "s’ajoute"
            rows += [
                (name_of(grid), rubric.label, each.label, str(_most(each)), mode,
                 _share(given.get((name_of(grid), rubric.code, each.code), 0), whole))
                for each in rubric.criteria
            ]  # fmt: skip
        refused = given.get((name_of(grid), REFUSED_OFFERS, REFUSED_OFFERS), 0)
        most = grid.refusal.points * grid.refusal.most
        rows.append((name_of(grid), "Propositions refusées", "", str(most), "retire", _share(refused, whole)))
    return rows


def name_of(grid: Grid) -> str:
    """Territory, path and version, and whether the grid is one of a demonstration."""
    fictive = ", fictive" if grid.status.value == "FICTIVE" else ""
    return f"{grid.territory}/{grid.path.value}/{grid.version}{fictive}"


def blocks_of(told: AllocationTold, *, motives: Rows) -> tuple[Block, ...]:
    """The part of the report. `motives`: decisions, those with a motive, those whose motive is not in the list."""
    proved = told.proved
    answer = "rien n’a changé" if proved.identical else f"ont changé\u00a0: {', '.join(proved.changed)}"
    (decisions, with_motive, outside) = motives[0]
    sittings = told.rows[SITTINGS]
    texts, flagged = sum(int(row[5] or 0) for row in sittings), sum(int(row[6] or 0) for row in sittings)
    return (
        Heading("3. Qu’est-ce qui pèse dans une attribution ?"),
        Heading("Non-interférence, prouvée sur tout le stock", 2),
        Text(
            f"Le {day_fr(told.on)}, noms, nationalités et tout ce qui n’est pas un critère déclaré ont été échangés "
            f"entre {proved.applications} demandes ({proved.fields_permuted} champs), puis l’éligibilité, les points "
            f"et les ordres recalculés : {answer}."
        ),
        Text(f"Champs échangés : {EXCHANGED}.csv, empreinte {exchanged_digest()}."),
        Table(COLUMNS[PROOF], tuple((row[0], row[1][:_SHORT], row[2][:_SHORT], row[3]) for row in told.rows[PROOF])),
        Heading("Poids de chaque critère", 2),
        Text("Ce qu’un critère donne au plus, et sa part des points donnés aujourd’hui à toutes les demandes."),
        *_weights_on_paper(told.rows[WEIGHTS]),
        Heading("Motifs hors de la liste", 2),
        Text(
            f"Décisions en vigueur : {decisions}, dont {with_motive} avec un motif. Motifs cherchés hors de la liste "
            f"fermée : {outside}. La base n’en admet pas d’autre."
        ),
        Text(
            f"Précisions écrites à côté d’un motif, relues par le filtre d’aujourd’hui dans les séances qui s’ouvrent "
            f"encore : {texts}, dont {flagged} signalées."
        ),
        Heading("Séances rejouées", 2),
        Text(
            "Chaque séance est recalculée à partir de ce qu’elle a figé, puis comparée à la base. Un dossier mis à "
            "jour depuis la séance compte comme un changement de la base ; une voix, une décision et un avis ne "
            "changent plus."
        ),
        *_sittings_on_paper(sittings),
        *([Items(told.faults[:20])] if told.faults else []),
    )


def _sittings_on_paper(rows: Rows) -> tuple[Block, ...]:
    if not rows:
        return (Text("Aucune séance n’a encore été levée."),)
    shown = tuple((*row[:5], row[7][:_SHORT]) for row in rows[:_ROWS_ON_PAPER])
    return (Table(("séance", "tenue le", "candidats", "rejeu", "base d’aujourd’hui", "empreinte (début)"), shown),)


def _proof_rows(proved: Proved) -> Rows:
    before, after = proved.before, proved.after
    return [
        (label, first, second, "oui" if first == second else "non")
        for label, first, second in (
            ("éligibilité", before.eligibility, after.eligibility),
            ("points", before.points, after.points),
            ("ordres", before.orders, after.orders),
            ("rapprochements", before.shortlists, after.shortlists),
        )
    ]


def _sittings() -> tuple[Rows, Rows, tuple[str, ...]]:
    rows: Rows = []
    changes: Rows = []
    faults: list[str] = []
    for kept in Frozen.objects.select_related("sitting").order_by("sitting__held_on", "sitting__number"):
        number, held_on = kept.sitting.number, kept.sitting.held_on.isoformat()
        if kept.sealed is None:
            rows.append((number, held_on, "", "effacée", "", "", "", kept.digest))
            continue
        try:
            frozen = opened(kept.sitting_id)
        except (FrozenBroken, KeyUnreadable) as refusal:
            faults.append(f"Séance {number}\u00a0: {refusal}")
            rows.append((number, held_on, "", "ne s’ouvre pas", "", "", "", kept.digest))
            continue
        alone, beside = told_of(frozen), replay(number)
        moved = [each for each in beside.differences if each not in alone.differences]
        faults += [f"Séance {number}\u00a0: {each.named}." for each in alone.differences]
        changes += [(number, each.named) for each in beside.differences]
        texts = _precisions(frozen)
        rows.append(
            (
                number, held_on, str(alone.candidates), "identique" if alone.identical else "différente",
                f"{len(moved)} changements" if moved else "identique", str(len(texts)),
                str(sum(screen(text).decision != "accept" for text in texts)), kept.digest,
            )
        )  # fmt: skip
    return rows, changes, tuple(faults)


def _precisions(frozen: FrozenSitting) -> list[str]:
    return [each.verdict.precision for item in frozen.items for each in item.candidates if each.verdict.precision]


def _most(criterion: Criterion) -> int:
    return max((step.points for step in criterion.steps), default=criterion.points)


def _share(points: int, whole: int) -> str:
    return f"{100 * points / whole:.1f}".replace(".", ",") if whole else "0"


def _weights_on_paper(rows: Rows) -> tuple[Block, ...]:
    shown = tuple(rows[:_ROWS_ON_PAPER])
    left = len(rows) - len(shown)
    more = (Text(f"Lignes de plus dans {WEIGHTS}.csv : {left}."),) if left else ()
    heads = ("grille", "rubrique", "critère", "au plus", "compte", "part, %")
    return Table(heads, shown, (4, 4, 5, 2, 3, 2), frozenset({3, 5})), *more
