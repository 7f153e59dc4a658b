"""The end of a sitting: each item whole, each sheet still what its file says, then what the rules read is frozen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from palier.attribution.models import Candidate, Decision, Item, Sheet, Sitting, Vacancy, Vote
from palier.attribution.operations.agenda import contents_of, digest_of, examined_sheets, refuse_unready_item
from palier.attribution.operations.freezing import numbers_of_seats
from palier.attribution.queries.dwellings import dwelling_facts, place_of, scores_of
from palier.attribution.queries.seats import voting_seats
from palier.attribution.rules.deciding import ALLOCATING, Verdict, refuse_against_votes, refuse_unfinished_item
from palier.attribution.rules.frozen import FrozenCandidate, FrozenItem, Used
from palier.attribution.rules.replay import control_points, name_of_grid, rules_used
from palier.attribution.rules.voting import Seat, Ways, counted
from palier.attribution.rules.words import REHOUSING
from palier.demandes.models import Event
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on
from palier.foundation.errors import Refusal


class SheetOutdated(Refusal):
    """{pseudonym} : sa fiche ne dit plus ce que dit son dossier. Établissez-la de nouveau avant de lever la séance."""


class NothingExamined(Refusal):
    """Tous les logements sont renvoyés : annulez la séance plutôt que de la lever."""


def close_items(
    sitting: Sitting, *, seats: Mapping[int, Seat], ways: Ways, by: int, at: datetime, may_be_none: bool = False
) -> list[FrozenItem]:
    """Check every item that was examined, and give what the rules read of it. Raises what an unfinished item raises.

    `may_be_none`: the sitting gave opinions on occupations.
    """
    items = list(Item.objects.filter(sitting=sitting, is_postponed=False).order_by("rank"))
    if not items and not may_be_none:
        raise NothingExamined
    frozen = []
    for item in items:
        refuse_unready_item(item, sitting)
        sheets = examined_sheets(item)
        verdicts = verdicts_of(sheets)
        refuse_unfinished_item({sheet.pseudonym: verdicts.get(sheet.pk) for sheet in sheets}, place=place_of(item))
        _refuse_outdated(item, sitting, sheets)
        frozen.append(_frozen_item(item, sitting, sheets, verdicts, seats=seats, ways=ways))
        _tell_applications(sheets, verdicts, sitting, by=by, at=at)
        if not any(verdict.kind in ALLOCATING for verdict in verdicts.values()):
            # Nobody has it: it waits for other candidates. One out of the flow was oriented to no holder.
            waiting = Vacancy.objects.filter(pk=item.vacancy_id, state="AGENDA")
            waiting.filter(withdrawn_for__in=REHOUSING).update(state="MATCHED")
            waiting.update(state="ORIENTED")
    return frozen


def verdicts_of(sheets: Iterable[Sheet]) -> dict[int, Verdict]:
    """The decision in force on each sheet, by number of sheet."""
    found = Decision.objects.filter(sheet__in=list(sheets), replaced_at__isnull=True)
    return {
        each.sheet_id: Verdict(
            kind=each.kind,
            rank=each.rank,
            condition_piece=each.condition_piece,
            condition_due_on=each.condition_due_on,
            motive=each.motive,
            other_motive=each.other_motive,
            precision=each.precision,
        )
        for each in found
    }


def what_was_used(on: date, *, opinions: bool) -> list[Used]:
    """The rules that make a sheet, and `opinions`, with their legal values, by digest; the grids of that day, whole."""
    grids = (Used(kind="grid", name=name_of_grid(grid), digest=grid.digest, text=grid.text) for grid in grids_on(on))
    return [*rules_used(opinions=opinions), *grids]


def _refuse_outdated(item: Item, sitting: Sitting, sheets: Iterable[Sheet]) -> None:
    now = contents_of(item, sitting)
    for sheet in sheets:
        content = now.get(sheet.candidate_id)
        if content is None or digest_of(content) != sheet.digest:
            raise SheetOutdated(pseudonym=sheet.pseudonym)


def _frozen_item(
    item: Item,
    sitting: Sitting,
    sheets: list[Sheet],
    verdicts: Mapping[int, Verdict],
    *,
    seats: Mapping[int, Seat],
    ways: Ways,
) -> FrozenItem:
    dwelling = dwelling_facts(item.vacancy_id)
    voting = voting_seats(item, seats)
    numbers, votes = numbers_of_seats(seats), _votes(sheets)
    applications = dict(
        Candidate.objects.filter(pk__in=[sheet.candidate_id for sheet in sheets]).values_list("pk", "application_id")
    )
    facts = facts_of([number for number in applications.values() if number], on=sitting.held_on)
    scores, grids = scores_of(facts.keys()), grids_on(sitting.held_on)
    candidates = []
    for sheet in sheets:
        count = counted(votes[sheet.pk], voting, ways, places=dwelling.places)
        refuse_against_votes(verdicts[sheet.pk], count, pseudonym=sheet.pseudonym)
        application = applications[sheet.candidate_id] or 0
        candidates.append(
            FrozenCandidate(
                pseudonym=sheet.pseudonym,
                facts=facts[application],
                scores=scores.get(application, ()),
                control=control_points(facts[application], grids, on=sitting.held_on),
                sheet=sheet.content,
                votes=tuple(sorted((numbers[member], choice) for member, choice in votes[sheet.pk].items())),
                verdict=verdicts[sheet.pk],
            )
        )
    return FrozenItem(
        rank=item.rank,
        exception=item.exception,
        dwelling=dwelling,
        recused=tuple(sorted(numbers[member] for member in seats.keys() - voting.keys())),
        candidates=tuple(candidates),
    )


def _votes(sheets: Iterable[Sheet]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for sheet, member, choice in Vote.objects.filter(sheet__in=list(sheets)).values_list(
        "sheet_id", "member_id", "choice"
    ):
        found[sheet][member] = choice
    return found


def _tell_applications(
    sheets: Iterable[Sheet], verdicts: Mapping[int, Verdict], sitting: Sitting, *, by: int, at: datetime
) -> None:
    """A line in the life of each application: the decision's code."""
    of_candidates = dict(
        Candidate.objects.filter(pk__in=[sheet.candidate_id for sheet in sheets]).values_list("pk", "application_id")
    )
    Event.objects.bulk_create(
        Event(
            application_id=of_candidates[sheet.candidate_id],
            kind="DECISION",
            detail=verdicts[sheet.pk].kind,
            on=sitting.held_on,
            at=at,
            agent_id=by,
        )
        for sheet in sheets
    )
