"""Who reads and writes persons. The caretaker has no right on identities; the accountant none on contacts or income."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import SCOPE, Batch, Read, Reader, Role, Scope, TableAccess, Verb, Write

_OFFICE_WRITES = (
    Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
_NAMES = ("id", "residence_id", "title", "first_name", "last_name", "sort_name")


def _office_reads(*more: Reader) -> tuple[Read, ...]:
    return (
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        Read(by=(Role.HEADQUARTERS, Batch.IMPORT, *more), scope=Scope.ALL),
    )


TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="people_person",
        category="IDENTITE",
        reads=(
            *_office_reads(),
            Read(by=(Role.ACCOUNTANT, Batch.MAIL, Batch.RENT), scope=Scope.ALL, columns=_NAMES),
            Read(by=(Role.TENANT,), scope=Scope.MYSELF, column="id"),
        ),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        table="people_contact",
        category="COORDONNEES",
        reads=(
            *_office_reads(),
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_RESIDENCES,
                columns=("person_id", "residence_id", "channel", "value"),
                # The person agreed, and may take it back: nothing else of the table is theirs to see.
                where="shared_with_caretaker",
            ),
            Read(by=(Role.TENANT,), scope=Scope.MYSELF),
        ),
        writes=(
            *_OFFICE_WRITES,
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MYSELF,
                columns=("shared_with_caretaker", "shared_at"),
            ),
        ),
    ),
    TableAccess(
        table="people_household",
        category="FOYER",
        reads=(*_office_reads(Batch.RENT), Read(by=(Role.TENANT,), scope=Scope.MY_HOUSEHOLDS, column="id")),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        table="people_householdmember",
        category="FOYER",
        reads=(
            *_office_reads(Batch.RENT),
            Read(by=(Role.TENANT,), scope=Scope.MYSELF),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("household_id", "person_id")),
        ),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        table="people_income",
        category="RESSOURCES",
        reads=(*_office_reads(Batch.RENT), Read(by=(Role.TENANT,), scope=Scope.MY_HOUSEHOLDS)),
        writes=_OFFICE_WRITES,
    ),
)
