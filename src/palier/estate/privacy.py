"""Who reads and writes the stock. It names no one, yet each works on their own residences only."""

from dataclasses import replace

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import LOGIN, OPENED_FILE, PURGE, SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

# A dwelling is allocated whatever its agency.
_ALLOCATION = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY, Role.COMMISSION_MEMBER)
_WHOLE = (Role.HEADQUARTERS, Role.ACCOUNTANT, Role.DPO, *_ALLOCATION, *Batch)
_EVERYONE = tuple(Role)
_IMPORT = Write(by=(Batch.IMPORT, Role.HEADQUARTERS), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)
# The areas, floor and rooms of a dwelling « à compléter ».
# The sheet of the landlord, its IBAN left out: a change of it waits for headquarters.
_SHEET = (
    "name",
    "legal_form",
    "address_lines",
    "siret",
    "phone",
    "opening_hours",
    "tenant_site",
    "bic",
    "creditor_id",
    "logo_id",
)
_SET_UP = (Role.HEADQUARTERS, Role.TECHNICAL_ADMIN)
# The dwellings offered to who reads: row security gives them their own offers alone.
_ONESELF = (Role.TENANT, Role.APPLICANT)
_OFFERED = (
    "FROM attribution_vacancy WHERE attribution_vacancy.id IN"
    " (SELECT attribution_offer.vacancy_id FROM attribution_offer)"
)
_COMPLETED = ("floor", "rooms", "floor_area_m2", "annex_area_m2")


def _of_a_residence(table: str, *, caretaker: tuple[str, ...] = (), column: str = "") -> TableAccess:
    """The whole stock for headquarters, the agency's residences for officers, those under mandate for a caretaker."""
    reads = [Read(by=_WHOLE, scope=Scope.ALL), Read(by=AGENCY, scope=Scope.MY_RESIDENCES, column=column)]
    if caretaker:
        reads.append(Read(by=(Role.CARETAKER,), scope=Scope.MY_RESIDENCES, column=column, columns=caretaker))
    return TableAccess(table=table, reads=tuple(reads), writes=(_IMPORT,))


_RESIDENCE = _of_a_residence(
    "estate_residence", column="id", caretaker=("id", "code", "name", "address", "postcode", "city", "agency_id")
)
_BUILDING = _of_a_residence("estate_building", caretaker=("id", "residence_id", "code", "address"))
_DWELLING = _of_a_residence("estate_dwelling", caretaker=("id", "residence_id", "staircase_id", "door", "floor"))

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="estate_landlord",
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "is_demo")),
            Read(by=(*_EVERYONE, OPENED_FILE, *Batch), scope=Scope.ALL),
            # The sign-in page names the landlord and says whom to call; only a demonstration shows its accounts.
            Read(by=(LOGIN,), scope=Scope.ALL, columns=("id", "name", "phone", "opening_hours", "is_demo")),
        ),
        writes=(
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Role.TECHNICAL_ADMIN,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_SHEET),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=(*_SHEET, "iban")),
        ),
    ),
    TableAccess(
        table="estate_landlordlogo",
        # Whoever prints a document: a tenant prints who read their file. The lodge prints none.
        reads=(
            Read(by=(*(role for role in Role if role is not Role.CARETAKER), OPENED_FILE, *Batch), scope=Scope.ALL),
        ),
        writes=(Write(by=_SET_UP, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="estate_landlordchange",
        # Whoever keeps the books asks it which bank accounts were ever the landlord's.
        reads=(Read(by=(*_SET_UP, Role.ACCOUNTANT, Role.DPO, Batch.IMPORT, Batch.RENT), scope=Scope.ALL),),
        writes=(
            Write(by=_SET_UP, verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="asked_by"),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # The second pair of eyes is someone else's.
            Write(
                by=(Role.HEADQUARTERS,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "decided_by", "decided_at"),
                where="decided_by = (SELECT palier.my_agent()) AND (asked_by <> decided_by OR state = 'REFUSED')",
            ),
        ),
    ),
    TableAccess(
        table="estate_agency",
        reads=(Read(by=(*_EVERYONE, OPENED_FILE, *Batch), scope=Scope.ALL),),
        # Headquarters look at a file before it is applied: it is imported for good, then taken back.
        writes=(_IMPORT, Write(by=(Role.TECHNICAL_ADMIN,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)),
    ),
    TableAccess(
        table=_RESIDENCE.table,
        reads=(
            *_RESIDENCE.reads,
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_RESIDENCES, column="id"),
            Read(
                by=(SCOPE,), scope=Scope.ALL, columns=("id", "agency_id", "code", "name", "commune", "postcode", "city")
            ),
            # Where a mandate is given, and nothing of who lives there.
            Read(by=(Role.TECHNICAL_ADMIN,), scope=Scope.ALL, columns=("id", "code", "name", "agency_id")),
            # The finest place that an auditor is told.
            Read(by=(Role.AUDITOR,), scope=Scope.ALL, columns=("id", "code", "agency_id")),
            Read(
                by=(Role.TENANT,),
                scope=Scope.ALL,
                columns=("id", "name", "address", "postcode", "city", "agency_id", "rent_term"),
                where="id IN (SELECT leases_lease.residence_id FROM leases_lease)",
            ),
            Read(
                by=_ONESELF,
                scope=Scope.ALL,
                columns=("id", "name", "address", "postcode", "city"),
                where=f"id IN (SELECT attribution_vacancy.residence_id {_OFFERED})",
            ),
        ),
        writes=_RESIDENCE.writes,
    ),
    _of_a_residence("estate_convention"),
    replace(
        _BUILDING,
        reads=(*_BUILDING.reads, Read(by=(OPENED_FILE,), scope=Scope.OPENED_RESIDENCES)),
    ),
    TableAccess(
        table="estate_staircase",
        reads=(Read(by=(*_WHOLE, *AGENCY, Role.CARETAKER, OPENED_FILE), scope=Scope.ALL),),
        writes=(_IMPORT,),
    ),
    TableAccess(
        table=_DWELLING.table,
        reads=(
            *_DWELLING.reads,
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_DWELLINGS, column="id"),
            Read(
                by=(Role.TENANT,),
                scope=Scope.ALL,
                columns=("id", "residence_id", "staircase_id", "door", "floor", "rooms", "floor_area_m2"),
                where="id IN (SELECT leases_lease.dwelling_id FROM leases_lease)",
            ),
            Read(
                by=_ONESELF,
                scope=Scope.ALL,
                columns=("id", "residence_id", "door", "floor", "rooms", "floor_area_m2"),
                where=f"id IN (SELECT attribution_vacancy.dwelling_id {_OFFERED})",
            ),
        ),
        writes=(
            *_DWELLING.writes,
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=_COMPLETED),
        ),
    ),
    _of_a_residence("estate_annex"),
)
