"""Replay of a sitting: from what it froze, held against itself and against what the database says today."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from palier.attribution.models import Candidate, Frozen, Recusal, Sheet, Sitting, Vote
from palier.attribution.operations.closing import verdicts_of
from palier.attribution.operations.freezing import frozen_seats, numbers_of_seats, opened
from palier.attribution.operations.opinions import opinions_differ
from palier.attribution.queries.seats import presences_of, seats_of
from palier.attribution.rules.changed_grid import changed_criteria, grid_fr
from palier.attribution.rules.frozen import FrozenSeat, FrozenSitting, plain
from palier.attribution.rules.replay import Difference, Replayed, compared, name_of_grid, told_of
from palier.attribution.rules.voting import unheard
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.grids import parse_grid
from palier.foundation.errors import Refusal


class SittingUnknown(Refusal):
    """Aucune séance ne porte le numéro « {number} »."""


class NothingFrozen(Refusal):
    """La séance {number} n’a rien figé : elle n’a pas été levée."""


def replay(number: str) -> Replayed:
    """Recompute a sitting and hold it against the database. Raises SittingUnknown, NothingFrozen, FrozenBroken."""
    sitting = Sitting.objects.filter(number=number).first()
    if sitting is None:
        raise SittingUnknown(number=number)
    kept = Frozen.objects.filter(sitting=sitting).first()
    if kept is None:
        raise NothingFrozen(number=number)
    if kept.sealed is None:
        return Replayed(
            session=number, candidates=0, identical=None, differences=(), digest=kept.digest, erased_on=kept.erased_on
        )
    frozen = opened(sitting.pk)
    return told_of(frozen, beside=_against_database(frozen, sitting))


def export_sitting(number: str) -> dict[str, Any]:
    """What an export holds: what the sitting froze, by pseudonym, and its digest. Raises as `replay`, InputsErased."""
    sitting = Sitting.objects.filter(number=number).first()
    if sitting is None:
        raise SittingUnknown(number=number)
    frozen = opened(sitting.pk)
    return {"digest": frozen.digest, "sitting": frozen.said()}


def _against_database(frozen: FrozenSitting, sitting: Sitting) -> Iterator[Difference]:
    numbers = numbers_of_seats(seats_of(sitting.pk))
    sheets = {
        (sheet.item.rank, sheet.pseudonym): sheet
        for sheet in Sheet.objects.filter(item__sitting=sitting).select_related("item")
    }
    verdicts = verdicts_of(sheets.values())
    applications = dict(
        Candidate.objects.filter(pk__in=[sheet.candidate_id for sheet in sheets.values()]).values_list(
            "pk", "application_id"
        )
    )
    facts = facts_of([number for number in applications.values() if number], on=frozen.held_on)
    votes: dict[int, dict[int, str]] = {}
    for sheet_id, member, choice in Vote.objects.filter(sheet__item__sitting=sitting).values_list(
        "sheet_id", "member_id", "choice"
    ):
        votes.setdefault(sheet_id, {})[numbers.get(member, 0)] = choice
    yield from _grids(frozen)
    yield from _seats(frozen, sitting)
    yield from opinions_differ(sitting, frozen)
    for item in frozen.items:
        for candidate in item.candidates:
            sheet = sheets.get((item.rank, candidate.pseudonym))
            if sheet is None:
                yield Difference(where=candidate.pseudonym, what="fiche", frozen="présente", found="absente")
                continue
            now = facts.get(applications.get(sheet.candidate_id) or 0)
            if now is not None:
                yield from compared(candidate.pseudonym, "dossier", plain(asdict(candidate.facts)), plain(asdict(now)))
            yield from compared(candidate.pseudonym, "fiche en base", dict(candidate.sheet), sheet.content)
            yield from compared(
                candidate.pseudonym,
                "voix",
                {f"siège {seat}": choice for seat, choice in candidate.votes},
                {f"siège {seat}": choice for seat, choice in votes.get(sheet.pk, {}).items()},
            )
            verdict = verdicts.get(sheet.pk)
            yield from compared(
                candidate.pseudonym,
                "décision en base",
                plain(asdict(candidate.verdict)),
                None if verdict is None else plain(asdict(verdict)),
            )


def _seats(frozen: FrozenSitting, sitting: Sitting) -> Iterator[Difference]:
    """Who came, who gave their voice to whom and who presided; then who took no part in a dwelling."""
    seats, presences = seats_of(sitting.pk), presences_of(sitting.pk)
    numbers, where = numbers_of_seats(seats), f"séance {frozen.number}"
    yield from compared(where, "sièges", _came(frozen.seats), _came(frozen_seats(seats, presences)))
    if not frozen.has_opinions:
        # Frozen before whom a recused member represents was set aside with them.
        return
    recused: dict[int, set[int]] = {}
    for rank, member in Recusal.objects.filter(item__sitting=sitting).values_list("item__rank", "member_id"):
        recused.setdefault(rank, set()).add(member)
    for item in frozen.items:
        silent = unheard(recused.get(item.rank, ()), presences)
        found = sorted(numbers.get(member, 0) for member in silent)
        yield from compared(f"logement {item.rank}", "voix non comptées", list(item.recused), found)


def _came(seats: Iterable[FrozenSeat]) -> dict[str, dict[str, object]]:
    # What a mandate says of a seat may be corrected later: that is not the sitting's.
    return {
        f"siège {seat.number}": {"state": seat.state, "proxy_to": seat.proxy_to, "is_president": seat.is_president}
        for seat in seats
    }


def _grids(frozen: FrozenSitting) -> Iterator[Difference]:
    now = {name_of_grid(grid): grid for grid in grids_on(frozen.held_on)}
    for used in frozen.used:
        here = now.get(used.name)
        if used.kind != "grid" or (here is not None and here.digest == used.digest):
            continue
        where = f"grille du {grid_fr(used.name)}"
        changed = [] if here is None else list(changed_criteria(parse_grid(used.text, file=used.name), here))
        # Neither points nor thresholds: its days, its communes, a comment of the file.
        if not changed:
            found = "absent" if here is None else here.digest[:12]
            changed = [("fichier en place", used.digest[:12], found)]
        for what, before, found in changed:
            yield Difference(where=where, what=what, frozen=before, found=found)
