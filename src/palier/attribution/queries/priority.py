"""Candidates set aside for who has less priority, among the decisions in force: read before the end of a sitting."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from palier.attribution.models import Decision
from palier.attribution.rules.deciding import ALLOCATING, Verdict
from palier.attribution.rules.priority import Weighed, passed_over
from palier.attribution.rules.replay import control_points
from palier.attribution.rules.sheets import established_by
from palier.demandes.queries.facts import facts_of
from palier.demandes.queries.grids import grids_on

_READ = (
    "kind", "rank", "motive", "other_motive", "sheet__item_id", "sheet__pseudonym", "sheet__content",
    "sheet__candidate__application_id",
)  # fmt: skip


def passed_over_on(item_ids: Collection[int], *, on: date) -> dict[int, tuple[str, ...]]:
    """The sentences on each item that has some, for a sitting held on that day."""
    decided = Decision.objects.filter(sheet__item_id__in=list(item_ids), replaced_at=None).select_related(
        "sheet__candidate"
    )
    by_item: dict[int, list[Decision]] = defaultdict(list)
    for each in decided.only(*_READ):
        by_item[each.sheet.item_id].append(each)
    # Most items have nobody to compare: their files are not read.
    concerned = {item: decisions for item, decisions in by_item.items() if _compares(decisions)}
    numbers = {each.sheet.candidate.application_id for decisions in concerned.values() for each in decisions}
    facts, grids = facts_of([number for number in numbers if number], on=on), grids_on(on)
    found = {}
    for item, decisions in concerned.items():
        weighed = []
        for each in decisions:
            of_file = facts.get(each.sheet.candidate.application_id or 0)
            weighed.append(
                Weighed(
                    pseudonym=each.sheet.pseudonym,
                    verdict=_verdict(each),
                    is_dalo=established_by(each.sheet.content).is_dalo,
                    points={} if of_file is None else dict(control_points(of_file, grids, on=on)),
                )
            )
        if told := passed_over(weighed):
            found[item] = told
    return found


def _compares(decisions: Collection[Decision]) -> bool:
    is_given = any(each.kind in ALLOCATING for each in decisions)
    return is_given and any("AUTRE_CANDIDAT" in (each.motive, each.other_motive) for each in decisions)


def _verdict(decision: Decision) -> Verdict:
    return Verdict(kind=decision.kind, rank=decision.rank, motive=decision.motive, other_motive=decision.other_motive)
