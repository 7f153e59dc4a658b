"""Replay of a sitting: from what it froze, held against itself and against what the database says today."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from palier.attribution.models import Candidate, Frozen, Item, Recusal, Sheet, Sitting, Vote
from palier.attribution.operations.closing import verdicts_of
from palier.attribution.operations.freezing import bonds_today, frozen_seats, named_by_rank, numbers_of_seats, opened
from palier.attribution.operations.opinions import opinions_differ
from palier.attribution.queries.dwellings import dwelling_facts
from palier.attribution.queries.seats import presences_of, seats_of
from palier.attribution.rules.changed_grid import changed_criteria, grid_fr
from palier.attribution.rules.frozen import FrozenCandidate, FrozenItem, FrozenSeat, FrozenSitting, plain
from palier.attribution.rules.replay import Difference, Replayed, compared, name_of_grid, told_of
from palier.attribution.rules.voting import unheard
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.facts import Facts
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
    sheets = {
        (sheet.item.rank, sheet.pseudonym): sheet
        for sheet in Sheet.objects.filter(item__sitting=sitting).select_related("item")
    }
    verdicts = verdicts_of(sheets.values())
    applications: dict[int, int | None] = dict(
        Candidate.objects.filter(pk__in=[sheet.candidate_id for sheet in sheets.values()]).values_list(
            "pk", "application_id"
        )
    )
    facts = facts_of([number for number in applications.values() if number], on=frozen.held_on)
    votes = _votes(sitting)
    yield from _grids(frozen)
    yield from _held(frozen, sitting)
    yield from _seats(frozen, sitting)
    yield from opinions_differ(sitting, frozen)
    held = {(item.rank, each.pseudonym): each for item in frozen.items for each in item.candidates}
    # One that was drawn and never decided is that of a candidate who left before.
    decided = {key for key, sheet in sheets.items() if sheet.pk in verdicts}
    for key in sorted(held.keys() | decided):
        candidate, sheet = held.get(key), sheets.get(key)
        if candidate is None or sheet is None:
            said = ("absente", "présente") if candidate is None else ("présente", "absente")
            yield Difference(where=key[1], what="fiche", frozen=said[0], found=said[1])
            continue
        # A candidacy that is hidden from who reads is not one that lost its application.
        application = applications.get(sheet.candidate_id, 0)
        yield from _sheet(candidate, sheet, facts=facts.get(application or 0), is_ended=application is None)
        yield from compared(
            candidate.pseudonym,
            "voix",
            {f"siège {seat}": choice for seat, choice in candidate.votes},
            votes.get(sheet.pk, {}),
        )
        verdict = verdicts.get(sheet.pk)
        # With the sheet, the law erases the facts that a decision said.
        is_erased = application is None and not sheet.content
        before = replace(candidate.verdict, precision="") if is_erased else candidate.verdict
        now = None if verdict is None else plain(asdict(verdict))
        yield from compared(candidate.pseudonym, "décision en base", plain(asdict(before)), now)


def _votes(sitting: Sitting) -> dict[int, dict[str, str]]:
    numbers = numbers_of_seats(seats_of(sitting.pk))
    votes: dict[int, dict[str, str]] = {}
    for sheet_id, member, choice in Vote.objects.filter(sheet__item__sitting=sitting).values_list(
        "sheet_id", "member_id", "choice"
    ):
        votes.setdefault(sheet_id, {})[f"siège {numbers.get(member, 0)}"] = choice
    return votes


def _sheet(candidate: FrozenCandidate, sheet: Sheet, *, facts: Facts | None, is_ended: bool) -> Iterator[Difference]:
    """The file and the sheet made of it. Retention empties the sheet with the link to the application."""
    if facts is not None:
        yield from compared(candidate.pseudonym, "dossier", plain(asdict(candidate.facts)), plain(asdict(facts)))
    if is_ended and not sheet.content:
        return
    if is_ended:
        yield Difference(where=candidate.pseudonym, what="demande", frozen="présente", found="absente")
    yield from compared(candidate.pseudonym, "fiche en base", dict(candidate.sheet), sheet.content)


def _held(frozen: FrozenSitting, sitting: Sitting) -> Iterator[Difference]:
    """When and how it was held; its agenda; what its points, and the rules that it names, stand for."""
    where = f"séance {frozen.number}"
    yield from compared(where, "jour", frozen.held_on.isoformat(), sitting.held_on.isoformat())
    # Retention empties the presidency with the attendance.
    if sitting.president_id is None and presences_of(sitting.pk):
        yield Difference(where=where, what="présidence", frozen="présente", found="absente")
    items = {item.rank: item for item in Item.objects.filter(sitting=sitting)}
    agenda = {item.rank: item.exception for item in frozen.items}
    examined = {item.rank for item in items.values() if not item.is_postponed}
    for rank in sorted(examined ^ agenda.keys()):
        said = ("examiné", "non examiné") if rank in agenda else ("non examiné", "examiné")
        yield Difference(where=named_by_rank(rank), what="ordre du jour", frozen=said[0], found=said[1])
    for rank in sorted(examined & agenda.keys()):
        yield from compared(named_by_rank(rank), "exception", agenda[rank], items[rank].exception)
    for item in frozen.items:
        if item.rank in items:
            yield from _dwelling(item, items[item.rank])
    if not frozen.has_opinions:
        return
    yield from compared(where, "tenue", frozen.mode, sitting.mode)
    yield from compared(where, "points renvoyés", list(frozen.postponed), sorted(items.keys() - examined))
    today = bonds_today(sitting.pk)
    for name, bond in frozen.bonds:
        if today.get(name, bond) != bond:
            yield Difference(where=name, what="ce qu’il désigne", frozen=bond[:12], found=today[name][:12])


def _dwelling(frozen: FrozenItem, item: Item) -> Iterator[Difference]:
    # Nobody had it: it may have been oriented to another since.
    before, now = (
        {name: value for name, value in asdict(each).items() if name != "contingent"}
        for each in (frozen.dwelling, dwelling_facts(item.vacancy_id))
    )
    yield from compared(named_by_rank(item.rank), "logement", plain(before), plain(now))


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
