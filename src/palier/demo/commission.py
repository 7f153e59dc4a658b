"""The demonstration's commission: its rules and members, one sitting decided and sealed, one that waits. Once.

By the product's own operations, on what the applications and the vacancies of the demonstration are.
"""

from datetime import date, datetime, time, timedelta

from palier.agents.models import Agent
from palier.attribution.models import CommissionMember, CommissionRules, Item, Notification, Sheet, Sitting, Vacancy
from palier.attribution.operations.agenda import make_sheets, put_on_agenda, state_exception
from palier.attribution.operations.commission import Adopted, adopt_rules, seat_member
from palier.attribution.operations.deciding import record_decision, record_votes
from palier.attribution.operations.matching import add_candidate, match_vacancy
from palier.attribution.operations.minutes import seal_minutes
from palier.attribution.operations.notifying import make_letters
from palier.attribution.operations.offers import note_receipt
from palier.attribution.operations.sittings import (
    close_sitting,
    convene_sitting,
    draft_sitting,
    note_attendance,
    open_sitting,
)
from palier.attribution.queries.matching import match_rows
from palier.attribution.rules.deciding import Verdict
from palier.attribution.rules.voting import Presence
from palier.demandes.operations.scoring import Asked, score_stock
from palier.demo.loading import OPERATOR
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

_MOTIVE, _COMMAND = "DEMONSTRATION", "demo"
# Names of trees: quality, first name, last name.
MEMBERS = (
    ("TENANTS", "Lucette", "Noisetier"),
    ("PREFET", "Hugues", "Charme"),
    ("MAYOR", "Nadia", "Saule"),
    ("EPCI", "Gérard", "Peuplier"),
)
# When and where each sitting is held.
HOUR, PLACE = time(14, 30), "Salle du conseil, siège"
_CANDIDATES, _PROPOSED, _EXAMINED = 4, 3, 2


def hold_commission(*, at: datetime) -> None:
    """Write a commission that works, when applications and vacancies are there; nothing when it is there already."""
    on = at.date()
    with batch(Batch.IMPORT, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        if CommissionRules.objects.exists():
            return
        secretary = Agent.objects.filter(role=Role.COMMISSION_SECRETARY.value).order_by("pk").first()
        officer = Agent.objects.filter(role=Role.ALLOCATION_OFFICER.value).order_by("pk").first()
        if secretary is None or officer is None:
            return
        _seat(on)
    score_stock(on=on, asked=Asked(operator=OPERATOR))
    proposed = _propose(on, at, officer.pk)
    if not proposed:
        return
    with batch(Batch.IMPORT, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND) as reading:
        sitting = _sit(proposed[:_EXAMINED], secretary.pk, on=on, at=at)
        for vacancy in proposed[_EXAMINED:]:
            waits = draft_sitting(
                number=next_number(on),
                held_on=on + timedelta(days=14),
                hour=HOUR,
                mode="MIXED",
                place=PLACE,
                by=secretary.pk,
            )
            _put(waits, vacancy, at=at)
    with batch(Batch.LETTERS, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND):
        make_letters(sitting_id=sitting, by=secretary.pk, at=at)
    with batch(Batch.IMPORT, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND) as reading:
        first = Notification.objects.filter(kind="OFFER").order_by("pk").first()
        if first is not None:
            note_receipt(notification_id=first.pk, notified_on=on, means="LRAR", actor=reading.actor, at=at)


def next_number(on: date) -> str:
    """The number of the sitting that is drawn up now: one after the other, without a hole."""
    return f"CAL-{on:%Y}-{Sitting.objects.count() + 1:02d}"


def _seat(on: date) -> None:
    adopt_rules(
        Adopted(
            version=f"{on.year - 1}-1",
            first_day=date(on.year - 1, 1, 1),
            adopted_on=date(on.year - 2, 12, 10),
            quorum=3,
            casting="MAYOR",
            least_candidates=3,
            proxies_each=1,
            remote_allowed=True,
            convened_days_before=0,
        )
    )
    since = date(on.year - 1, 1, 1)
    president = Agent.objects.filter(role=Role.COMMISSION_MEMBER.value).order_by("pk").first()
    if president is not None:
        seat_member(
            agent_id=president.pk,
            quality="ADMINISTRATOR",
            has_vote=True,
            is_president=True,
            communes=(),
            first_day=since,
        )
    for quality, first_name, last_name in MEMBERS:
        agent = Agent.objects.create(
            first_name=first_name,
            last_name=last_name,
            service="Commission d’attribution",
            function="Membre de la commission",
            role=Role.COMMISSION_MEMBER.value,
        )
        seat_member(agent_id=agent.pk, quality=quality, has_vote=True, is_president=False, communes=(), first_day=since)


def _propose(on: date, at: datetime, officer_id: int) -> list[int]:
    """Match the vacancies that are with their holder and propose the first of each; those that have candidates."""
    by = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=officer_id)
    found: list[int] = []
    proposed: set[str] = set()
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive=_MOTIVE, command=_COMMAND, categories=()):
        waiting = list(
            Vacancy.objects.filter(state="ORIENTED").order_by("available_on", "pk").values_list("pk", flat=True)
        )
        for vacancy in waiting[:_PROPOSED]:
            try:
                match_vacancy(vacancy_id=vacancy, on=on, at=at)
            except Refusal:
                # A dwelling « à compléter » is matched with nobody.
                continue
            rows = match_rows(vacancy, with_others=False)
            suited = [row.number for row in rows if row.suits and row.state == "ACTIVE" and row.number not in proposed]
            for number in suited[:_CANDIDATES]:
                add_candidate(vacancy_id=vacancy, number=number, source="MATCHING", actor=by, on=on)
            proposed.update(suited[:_CANDIDATES])
            if suited:
                found.append(vacancy)
    return found


def _put(sitting: int, vacancy: int, *, at: datetime) -> int:
    item = put_on_agenda(sitting_id=sitting, vacancy_id=vacancy, at=at)
    make_sheets(item_id=item, at=at)
    if Sheet.objects.filter(item_id=item).count() < CommissionRules.objects.get().least_candidates:
        state_exception(item_id=item, exception="INSUFFICIENT")
    return item


def _sit(vacancies: list[int], secretary_id: int, *, on: date, at: datetime) -> int:
    sitting = draft_sitting(number=next_number(on), held_on=on, hour=HOUR, mode="ROOM", place=PLACE, by=secretary_id)
    items = [_put(sitting, vacancy, at=at) for vacancy in vacancies]
    convene_sitting(sitting_id=sitting, version=_version(sitting), on=on)
    members = list(CommissionMember.objects.order_by("pk"))
    president = next(member.pk for member in members if member.is_president)
    # One is represented, the others are in the room.
    note_attendance(
        sitting_id=sitting,
        version=_version(sitting),
        presences={
            member.pk: Presence(state="REPRESENTED", proxy_to=president)
            if member.quality == "EPCI"
            else Presence(state="PRESENT")
            for member in members
        },
    )
    open_sitting(sitting_id=sitting, version=_version(sitting), president_id=president, on=on, at=at)
    for item in items:
        _decide(item, [member.pk for member in members], secretary_id, at=at)
    close_sitting(sitting_id=sitting, version=_version(sitting), by=secretary_id, at=at)
    seal_minutes(sitting_id=sitting, version=_version(sitting), by=secretary_id, on=on, at=at)
    return sitting


def _decide(item_id: int, voters: list[int], by: int, *, at: datetime) -> None:
    """The first two by their points are allocated the dwelling, in order; the others are not. Every voice is heard,
    whoever is represented by their proxy; they are not all of one mind on the second."""
    sheets = sorted(Sheet.objects.filter(item_id=item_id), key=lambda sheet: (-_points(sheet), sheet.pseudonym))
    for place, sheet in enumerate(sheets, start=1):
        votes = dict.fromkeys(voters, "FOR" if place <= 2 else "AGAINST")
        if place == 2:
            votes |= {voters[1]: "AGAINST", voters[2]: "ABSTAIN"}
        record_votes(item_id=item_id, version=_item_version(item_id), sheet_id=sheet.pk, votes=votes, at=at)
        verdict = (
            Verdict(kind="ATTRIBUTION_RANG", rank=place)
            if place <= 2
            else Verdict(kind="NON_ATTRIBUTION", motive="AUTRE_CANDIDAT")
        )
        record_decision(
            item_id=item_id, version=_item_version(item_id), sheet_id=sheet.pk, verdict=verdict, by=by, at=at
        )


def _points(sheet: Sheet) -> int:
    return max((int(float(each["points"])) for each in sheet.content["scores"]), default=0)


def _version(sitting: int) -> int:
    return Sitting.objects.values_list("version", flat=True).get(pk=sitting)


def _item_version(item: int) -> int:
    return Item.objects.values_list("version", flat=True).get(pk=item)
