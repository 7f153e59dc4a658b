"""The papers of a sitting: its convocation, and its minutes, sealed as data from which the same PDF is always made."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from palier.agents.models import Agent
from palier.attribution.access import SittingNotFound
from palier.attribution.minutes import CandidateTold, ItemTold, MemberTold, SittingTold, convocation, minutes_report
from palier.attribution.minutes_occupation import OpinionTold
from palier.attribution.models import CommissionMember, Frozen, Item, Minutes, Opinion, OpinionRecusal, Recusal, Sitting
from palier.attribution.operations.agenda import examined_sheets
from palier.attribution.operations.closing import verdicts_of
from palier.attribution.operations.deciding import votes_of
from palier.attribution.operations.opinions import count_of
from palier.attribution.operations.sittings import in_state
from palier.attribution.queries.commission import ItemRow, attendance_of, handovers_of, items_of
from palier.attribution.queries.dwellings import dwelling_facts
from palier.attribution.queries.seats import presences_of, seats_of, voting_seats, ways_of
from palier.attribution.rules.meeting import meeting_fr
from palier.attribution.rules.voting import counted, recusal_fr, unheard
from palier.estate.models import Dwelling
from palier.foundation.clock import PARIS, day_of, hour_fr
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.mail.report import Report, render_frozen_report, render_report
from palier.mail.sender import landlord_as_sender, logo_drawing


class MinutesNotSealed(Refusal):
    """Le procès-verbal de cette séance n’est pas encore scellé."""


class MinutesAltered(Refusal):
    """Les données de ce procès-verbal ont changé depuis son scellement : leur empreinte n’est plus la leur."""


def convocation_pdf(sitting_id: int, *, on: date) -> bytes:
    """The convocation with its agenda, as it stands. Raises SittingNotFound, LandlordNotDescribed."""
    sitting = _sitting(sitting_id)
    opinions = Opinion.objects.filter(sitting=sitting).count()
    told = convocation(_told(sitting), _items(sitting), sender=landlord_as_sender(), on=on, opinions=opinions)
    return render_report(told)


def draft_minutes(sitting_id: int, *, on: date) -> Report:
    """The minutes as they would be sealed now. Raises SittingNotFound, LandlordNotDescribed."""
    sitting = _sitting(sitting_id)
    return minutes_report(
        _told(sitting),
        _members(sitting),
        _items(sitting),
        sender=landlord_as_sender(),
        on=on,
        opinions=_opinions(sitting),
    )


@transaction.atomic
def seal_minutes(*, sitting_id: int, version: int, by: int, on: date, at: datetime) -> None:
    """Seal the minutes of a closed sitting: neither they nor the sitting change any more.

    Raises ChangedMeanwhile, NotInThatState, LandlordNotDescribed, ReportFailed.
    """
    sitting = in_state(sitting_id, version, "CLOSED")
    report = draft_minutes(sitting_id, on=on)
    raw = report.canonical()
    Minutes.objects.create(
        sitting=sitting,
        content=json.loads(raw),
        content_sha256=sha256(raw).hexdigest(),
        pdf_sha256=sha256(render_report(report)).hexdigest(),
        sealed_at=at,
        sealed_by_id=by,
    )
    Sitting.objects.filter(pk=sitting_id).update(state="SEALED", version=version + 1)


def minutes_pdf(sitting_id: int) -> bytes:
    """The sealed minutes, made again from their data. Raises MinutesNotSealed, MinutesAltered."""
    kept = Minutes.objects.filter(sitting_id=sitting_id).first()
    if kept is None:
        raise MinutesNotSealed
    raw = json.dumps(kept.content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")
    if sha256(raw).hexdigest() != kept.content_sha256:
        raise MinutesAltered
    return render_frozen_report(raw, logo=logo_drawing(kept.content["bailleur"].get("logo", "")))


def _sitting(sitting_id: int) -> Sitting:
    found = Sitting.objects.select_related("rules").filter(pk=sitting_id).first()
    if found is None:
        raise SittingNotFound
    return found


def _told(sitting: Sitting) -> SittingTold:
    secretary = Agent.objects.filter(pk=sitting.secretary_id).values_list("first_name", "last_name").first()
    return SittingTold(
        number=sitting.number,
        held_on=sitting.held_on,
        meeting=meeting_fr(mode=sitting.mode, hour=sitting.hour, place=sitting.place),
        is_remote=sitting.mode != "ROOM",
        rules_version=sitting.rules.version,
        quorum=sitting.rules.quorum,
        quorum_in_person=sitting.rules.quorum_in_person,
        president=_name(sitting.president_id),
        secretary=" ".join(secretary or ()),
        opened=_hour(sitting.opened_at),
        closed=_hour(sitting.closed_at),
        digest=Frozen.objects.filter(sitting=sitting).values_list("digest", flat=True).first() or "",
        handovers=tuple(
            f"par {each.taken_by}, de {each.left_by}, le {day_fr(day_of(each.taken_at))} à {_hour(each.taken_at)}"
            for each in handovers_of(sitting.pk)
        ),
    )


def _hour(at: datetime | None) -> str:
    return hour_fr(at.astimezone(PARIS)) if at else "–"


def _name(member_id: int | None) -> str:
    found = (
        CommissionMember.objects.filter(Q(pk=member_id or 0))
        .values_list("agent__first_name", "agent__last_name")
        .first()
    )
    return " ".join(found) if found else "–"


def _members(sitting: Sitting) -> list[MemberTold]:
    qualities = dict(CommissionMember._meta.get_field("quality").flatchoices)
    states = {
        "CONVENED": "convoqué", "PRESENT": "présent", "REMOTE": "à distance", "REPRESENTED": "représenté",
        "ABSENT": "absent",
    }  # fmt: skip
    rows = attendance_of(sitting.pk)
    names = {row.member_id: row.name for row in rows}
    return [
        MemberTold(
            name=row.name,
            quality=qualities[row.quality],
            has_vote=row.has_vote,
            state=states[row.state],
            proxy_to=names.get(row.proxy_to_id or 0, ""),
        )
        for row in rows
    ]


def _items(sitting: Sitting) -> list[ItemTold]:
    return [_item(row, sitting) for row in items_of(sitting.pk)]


def _opinions(sitting: Sitting) -> list[OpinionTold]:
    seats, ways = seats_of(sitting.pk), ways_of(sitting)
    return [
        OpinionTold(
            pseudonym=point.pseudonym,
            city=point.content["city"],
            rooms=point.content["rooms"],
            situations=tuple(each["code"] for each in point.content["findings"] if each["answer"] == "FOUND"),
            protections=tuple(point.content["protections"]),
            opinion=point.opinion,
            count=count_of(point, seats, ways),
            recused=_recused(
                OpinionRecusal.objects.filter(point=point).order_by("pk").values_list("member_id", flat=True),
                sitting,
            ),
            without_president=OpinionRecusal.objects.filter(point=point, member=sitting.president_id).exists(),
        )
        for point in Opinion.objects.filter(sitting=sitting).order_by("rank")
    ]


def _recused(members: Iterable[int], sitting: Sitting) -> tuple[str, ...]:
    presences = presences_of(sitting.pk)
    return tuple(
        recusal_fr(_name(member), [_name(other) for other in sorted(unheard({member}, presences) - {member})])
        for member in members
    )


def _item(row: ItemRow, sitting: Sitting) -> ItemTold:
    item = Item.objects.get(pk=row.id)
    sheets = examined_sheets(item)
    verdicts, dwelling = verdicts_of(sheets), dwelling_facts(item.vacancy_id)
    recused = list(Recusal.objects.filter(item=item).order_by("member_id").values_list("member_id", flat=True))
    seats = voting_seats(item, seats_of(sitting.pk))
    ways = ways_of(sitting)
    return ItemTold(
        rank=row.rank,
        address=f"{row.address}, {row.postcode} {row.city}",
        door=row.door,
        rooms=row.rooms,
        floor_area_m2=(row.floor_area_m2 or "").replace(".", ","),
        financing=Dwelling(financing=row.financing).get_financing_display(),
        rent_cents=row.rent_cents,
        charges_cents=row.charges_cents,
        contingent=dwelling.contingent,
        is_qpv=row.is_qpv,
        exception=row.exception,
        is_postponed=row.is_postponed,
        recused=_recused(recused, sitting),
        without_president=sitting.president_id in recused,
        candidates=tuple(
            CandidateTold(
                pseudonym=sheet.pseudonym,
                verdict=verdicts.get(sheet.pk),
                count=counted(votes_of(sheet), seats, ways, places=dwelling.places),
            )
            for sheet in sheets
        ),
    )
