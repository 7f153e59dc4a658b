"""The agenda: dwellings and their candidates, the sheets drawn for them, the exceptions of the law."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max, Q

from palier.attribution.access import (
    ItemNotFound,
    item_as_read,
    item_to_change,
    refuse_moved,
    refuse_of_another,
    sitting_to_change,
)
from palier.attribution.models import Candidate, Decision, Item, Sheet, Sitting, Vacancy, Vote
from palier.attribution.operations.matching import propose, takes_candidates
from palier.attribution.queries.dwellings import dwelling_facts, place_of, scores_of
from palier.attribution.rules.deciding import refuse_too_few
from palier.attribution.rules.sheets import Json, established_by, sheet_of
from palier.demandes.queries.facts import facts_of
from palier.demandes.rules.eligibility import refused_fr
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor


class VacancyNotReady(Refusal):
    """Ce logement n’est pas à examiner : il est {state}."""


class AlreadyOnAgenda(Refusal):
    """Ce logement est déjà à l’ordre du jour de cette séance."""


class AgendaClosed(Refusal):
    """L’ordre du jour ne change plus, l’état de la séance est « {state} »."""


class NoLongerVacant(Refusal):
    """Point {rank} : le locataire a repris son congé, ce logement n’est plus à louer. Retirez-le, ou renvoyez-le."""


class SheetsMissing(Refusal):
    """Point {rank} : établissez les fiches de ses candidats avant de convoquer."""


class NobodyToExamine(Refusal):
    """Point {rank} : ce logement n’a pas de candidat. Ajoutez des candidats à ce point, ou retirez-le."""


class NoFactsYet(Refusal):
    """Une demande de ce logement n’a pas encore de composition ni de situation : complétez-la, puis établissez les
    fiches."""


@transaction.atomic
def put_on_agenda(*, sitting_id: int, vacancy_id: int, at: datetime, version: int | None = None) -> int:
    """Put a dwelling on the agenda and draw up the sheets of its candidates. `version`: of the sitting as it was read.

    Raises ChangedMeanwhile, AgendaClosed, VacancyNotReady, AlreadyOnAgenda.
    """
    sitting = _still_drawn_up(sitting_id, version)
    if Item.objects.filter(sitting=sitting, vacancy_id=vacancy_id).exists():
        raise AlreadyOnAgenda
    vacancy = Vacancy.objects.defer("lease_id").select_for_update().filter(pk=vacancy_id).first()
    if vacancy is None or not takes_candidates(vacancy.state, withdrawn_for=vacancy.withdrawn_for):
        raise VacancyNotReady(state="inconnu" if vacancy is None else vacancy.get_state_display())
    last = Item.objects.filter(sitting=sitting).aggregate(last=Max("rank"))["last"] or 0
    item = Item.objects.create(sitting=sitting, vacancy_id=vacancy_id, rank=last + 1)
    Vacancy.objects.filter(pk=vacancy_id).update(state="AGENDA")
    _moved(sitting)
    make_sheets(item_id=item.pk, at=at)
    return item.pk


@transaction.atomic
def take_off_agenda(*, item_id: int, sitting_id: int, version: int | None = None) -> None:
    """Before the members are convened. Raises ChangedMeanwhile, AgendaClosed, ItemNotFound."""
    # Always the sitting before its items: two at once wait for each other, and neither for both.
    sitting_to_change(sitting_id)
    item = item_to_change(item_id)
    if item.sitting_id != sitting_id:
        raise ItemNotFound
    sitting = _still_drawn_up(sitting_id, version)
    Sheet.objects.filter(item=item).delete()
    Vacancy.objects.filter(pk=item.vacancy_id, state="AGENDA").update(state="MATCHED")
    Item.objects.filter(pk=item.pk).delete()
    # No hole in the agenda, on its page as on the convocation. One by one: a rank is never held twice.
    for after in Item.objects.filter(sitting_id=sitting_id, rank__gt=item.rank).order_by("rank"):
        Item.objects.filter(pk=after.pk).update(rank=after.rank - 1)
    _moved(sitting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A candidate added: which application, for which vacancy, and why the rules refuse it, if they do."""

    application_id: int
    vacancy_id: int
    refused: str


@transaction.atomic
def add_to_agenda(
    *, item_id: int, number: str, source: str, actor: Actor, on: date, at: datetime, version: int | None = None
) -> Added:
    """One more candidate for a dwelling already on the agenda of a sitting still drawn up, with the sheets.

    `version`: of the item as it was read, here and below. Raises ItemChangedMeanwhile, AgendaClosed, NoFactsYet, and
    as `propose`.
    """
    item, _ = _item_drawn_up(item_id, version)
    candidate = propose(vacancy_id=item.vacancy_id, number=number, source=source, actor=actor, on=on)
    make_sheets(item_id=item.pk, at=at)
    facts = Sheet.objects.values_list("content", flat=True).get(item=item, candidate=candidate)
    return Added(
        application_id=candidate.application_id or 0,
        vacancy_id=item.vacancy_id,
        refused=refused_fr(facts["verdict"], facts["grounds"]),
    )


@transaction.atomic
def state_exception(*, item_id: int, exception: str, version: int | None = None) -> None:
    """Why fewer candidates than the rules ask for are examined.

    Raises ItemChangedMeanwhile, AgendaClosed, and what makes it untrue.
    """
    item, sitting = _item_drawn_up(item_id, version)
    if exception:
        _refuse_too_few(item, least=sitting.rules.least_candidates, exception=exception)
    Item.objects.filter(pk=item.pk).update(exception=exception, version=item.version + 1)


@transaction.atomic
def make_sheets(*, item_id: int, at: datetime, version: int | None = None) -> int:
    """Draw up the sheets of an item from the files as they stand; how many. Pseudonyms drawn before are kept.

    Done again while the sitting is open: decisions stay. Raises ItemNotFound, AgendaClosed, NoFactsYet,
    ItemChangedMeanwhile.
    """
    item = item_as_read(item_id, version)
    sitting = item.sitting
    refuse_of_another(sitting)
    if sitting.state not in ("DRAFT", "CONVENED", "OPEN") or item.is_postponed:
        raise AgendaClosed(state=sitting.get_state_display())
    contents = contents_of(item, sitting)
    drawn = {sheet.candidate_id: sheet for sheet in Sheet.objects.filter(item=item)}
    _forget_withdrawn(drawn, contents.keys(), at=at)
    taken = set(Sheet.objects.filter(item__sitting=sitting).values_list("pseudonym", flat=True))
    for candidate_id, content in contents.items():
        digest = digest_of(content)
        if candidate_id in drawn:
            Sheet.objects.filter(pk=drawn[candidate_id].pk).update(content=content, digest=digest, made_at=at)
            continue
        pseudonym = _drawn(taken)
        taken.add(pseudonym)
        Sheet.objects.create(
            item=item, candidate_id=candidate_id, pseudonym=pseudonym, content=content, digest=digest, made_at=at
        )
    Item.objects.filter(pk=item.pk).update(version=item.version + 1)
    return len(contents)


def contents_of(item: Item, sitting: Sitting) -> dict[int, dict[str, Json]]:
    """What each candidate's sheet says for an examination on the day of the sitting. Raises NoFactsYet."""
    applications = dict(
        Candidate.objects.filter(
            vacancy_id=item.vacancy_id, withdrawn_on__isnull=True, application_id__isnull=False
        ).values_list("pk", "application_id")
    )
    facts = facts_of([number for number in applications.values() if number], on=sitting.held_on)
    if not all(number in facts for number in applications.values()):
        raise NoFactsYet
    dwelling = dwelling_facts(item.vacancy_id)
    scores = scores_of(facts.keys())
    return {
        candidate: sheet_of(facts[number], dwelling, on=sitting.held_on, scores=scores.get(number, ()))
        for candidate, number in applications.items()
        if number
    }


def refuse_unready_item(item: Item, sitting: Sitting) -> None:
    """Its sheets are drawn, its candidates enough or the exception said.

    Raises NoLongerVacant, NobodyToExamine, SheetsMissing, TooFewCandidates.
    """
    if Vacancy.objects.filter(pk=item.vacancy_id, withdrawn_for="CONGE").exists():
        raise NoLongerVacant(rank=item.rank)
    if not Sheet.objects.filter(item=item).exists():
        is_empty = not Candidate.objects.filter(vacancy_id=item.vacancy_id, withdrawn_on=None).exists()
        raise NobodyToExamine(rank=item.rank) if is_empty else SheetsMissing(rank=item.rank)
    _refuse_too_few(item, least=sitting.rules.least_candidates, exception=item.exception)


def examined_sheets(item: Item) -> list[Sheet]:
    """The sheets on which something is decided or to be: those of whoever is still a candidate, or has a decision.

    A candidate who was housed elsewhere meanwhile leaves, and their sheet stays out of the count and of the minutes.
    """
    decided = Decision.objects.filter(sheet__item=item, replaced_at=None).values("sheet_id")
    waiting = Q(candidate__withdrawn_on=None, candidate__application_id__isnull=False)
    return list(Sheet.objects.filter(waiting | Q(pk__in=decided), item=item).order_by("pseudonym"))


def release_item(item_id: int, sitting: Sitting, *, at: datetime) -> None:
    """The dwelling goes back to be matched; what was being decided on it is void. Raises ItemNotFound."""
    item = item_to_change(item_id)
    if item.sitting_id != sitting.pk:
        raise ItemNotFound
    Vote.objects.filter(sheet__item=item).delete()
    Decision.objects.filter(sheet__item=item, replaced_at=None).update(replaced_at=at)
    Vacancy.objects.filter(pk=item.vacancy_id, state="AGENDA").update(state="MATCHED")
    Item.objects.filter(pk=item.pk).update(is_postponed=True, version=item.version + 1)


def digest_of(content: dict[str, Json]) -> str:
    """Of the canonical JSON of a sheet."""
    return sha256(canonical(content)).hexdigest()


def canonical(content: object) -> bytes:
    """Keys sorted, no space, UTF-8: the same facts always give the same bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def _refuse_too_few(item: Item, *, least: int, exception: str) -> None:
    contents = [sheet.content for sheet in examined_sheets(item)]
    refuse_too_few(
        found=len(contents),
        least=least,
        exception=exception,
        any_dalo=any(established_by(content).is_dalo for content in contents),
        is_plai=dwelling_facts(item.vacancy_id).financing == "PLAI",
        place=place_of(item),
    )


def _still_drawn_up(sitting_id: int, version: int | None = None) -> Sitting:
    sitting = sitting_to_change(sitting_id)
    if version is not None:
        refuse_moved(sitting, version)
    if sitting.state != "DRAFT":
        raise AgendaClosed(state=sitting.get_state_display())
    return sitting


def _item_drawn_up(item_id: int, version: int | None) -> tuple[Item, Sitting]:
    """Held in the order of whoever takes a point off the agenda."""
    sitting_id = Item.objects.filter(pk=item_id).values_list("sitting_id", flat=True).first()
    if sitting_id is None:
        raise ItemNotFound
    sitting_to_change(sitting_id)
    return item_as_read(item_id, version), _still_drawn_up(sitting_id)


def _moved(sitting: Sitting) -> None:
    """Whoever read the agenda before is told that it changed."""
    Sitting.objects.filter(pk=sitting.pk).update(version=sitting.version + 1)


def _forget_withdrawn(drawn: dict[int, Sheet], present: Collection[int], *, at: datetime) -> None:
    """A candidate withdrawn leaves the agenda; what was decided of them is void, and its trace is kept."""
    gone = [sheet.pk for candidate, sheet in drawn.items() if candidate not in present]
    decided = set(Decision.objects.filter(sheet_id__in=gone).values_list("sheet_id", flat=True))
    Vote.objects.filter(sheet_id__in=gone).delete()
    Decision.objects.filter(sheet_id__in=decided, replaced_at=None).update(replaced_at=at)
    Sheet.objects.filter(pk__in=[number for number in gone if number not in decided]).delete()


def _drawn(taken: set[str]) -> str:
    """A pseudonym that says nothing: neither the order of arrival nor that of the scores."""
    free = [f"C-{number:02d}" for number in range(1, 100 + 2 * len(taken)) if f"C-{number:02d}" not in taken]
    return secrets.choice(free)
