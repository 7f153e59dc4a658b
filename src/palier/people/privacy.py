"""Who reads and writes persons. The caretaker has no right on identities; the accountant none on contacts or income."""

from palier.people.facts.policy import TABLES as FACTS
from palier.privacy.catalogue import AGENCY, ALLOCATION
from palier.privacy.declare import (
    OPENED_FILE,
    PURGE,
    SCOPE,
    Batch,
    Hidden,
    Read,
    Reader,
    Role,
    Scope,
    Secret,
    TableAccess,
    Verb,
    Write,
)

_OFFICE_WRITES = (
    Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
# Who joins a household or gives a contact is someone already in sight: a number guessed brings nobody.
_OF_SOMEONE_IN_SIGHT = (
    Write(
        by=AGENCY,
        verbs=(Verb.INSERT, Verb.UPDATE),
        scope=Scope.MY_RESIDENCES,
        where="palier.is_someone_i_see(person_id)",
    ),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
# A person and their own file, in a lease or asking for one.
_ONESELF = (Role.TENANT, Role.APPLICANT)
_PAYROLL = (Role.PAYROLL, Batch.PAYROLL)
_ON_PAYROLL = "id IN (SELECT payroll_employee.person_id FROM payroll_employee)"
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
        hidden=(Hidden(by=Secret.PERSON, column="id"),),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_PERSONS, column="id", columns=(*_NAMES, "birth_date")),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "residence_id", "last_name")),
            *_office_reads(),
            Read(by=(Role.ACCOUNTANT, Batch.MAIL, Batch.RENT, Batch.LETTERS), scope=Scope.ALL, columns=_NAMES),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF, column="id"),
            # Whom they help, by name.
            Read(
                by=(Role.HELPER,), scope=Scope.MYSELF, column="id", columns=("id", "title", "first_name", "last_name")
            ),
            # Whether a tenant has the age that protects, for the three-year review: no name.
            Read(by=(Batch.ALLOCATION,), scope=Scope.ALL, columns=("id", "birth_date")),
            Read(by=ALLOCATION, scope=Scope.MY_APPLICANTS, column="id", columns=(*_NAMES, "birth_date")),
            # Those on the payroll, and no one else: a number to the person, a name for the office and for themself.
            Read(by=_PAYROLL, scope=Scope.ALL, columns=_NAMES, where=_ON_PAYROLL),
            Read(by=(Role.EMPLOYEE, Role.SUPPLIER), scope=Scope.MYSELF, column="id", columns=_NAMES),
            # Who asks for a dwelling, and who audits under pseudonym (privacy/sql).
            # A name tells whether a member of the commission is of a candidate's family (privacy/sql/commission.sql).
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "residence_id", "last_name")),
            # The DPO answers those who asked something, and no one else.
            Read(
                by=(Role.DPO,),
                scope=Scope.ALL,
                columns=_NAMES,
                where="id IN (SELECT rights_request.person_id FROM rights_request)",
            ),
        ),
        writes=(
            *_OFFICE_WRITES,
            # Who asks at the counter and is known to no lease.
            Write(by=ALLOCATION, verbs=(Verb.INSERT,), scope=Scope.ALL, where="residence_id IS NULL"),
            Write(
                by=ALLOCATION,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_APPLICANTS,
                column="id",
                columns=("title", "first_name", "last_name", "birth_date"),
                where="residence_id IS NULL",
            ),
            # Someone who comes on the payroll, known to no lease.
            Write(by=_PAYROLL, verbs=(Verb.INSERT,), scope=Scope.ALL, where="residence_id IS NULL"),
            Write(
                by=_PAYROLL,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("title", "first_name", "last_name"),
                where="residence_id IS NULL",
                standing=_ON_PAYROLL,
            ),
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("title", "first_name", "last_name", "birth_date"),
            ),
        ),
    ),
    TableAccess(
        table="people_contact",
        category="COORDONNEES",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_PERSONS),
            Read(
                by=(Batch.RETENTION,),
                scope=Scope.ALL,
                columns=("id", "person_id", "shared_with_caretaker", "shared_at"),
            ),
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id",)),
            *_office_reads(),
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_RESIDENCES,
                columns=("person_id", "residence_id", "channel", "value"),
                # The person agreed, and may take it back: nothing else of the table is theirs to see.
                where="shared_with_caretaker",
            ),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=ALLOCATION, scope=Scope.MY_APPLICANTS, columns=("id", "person_id", "channel", "value")),
            # Which telephones and mailboxes were in the file before a letter of access was made (palier.admission).
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("id", "person_id", "channel", "value")),
            # Where to write to someone who forgot their password: their own address, and nobody else's.
            Read(by=(Batch.OPERATOR,), scope=Scope.MYSELF, columns=("id", "person_id", "channel", "value")),
        ),
        writes=(
            # By an import: of who left an application, and is in no other file.
            Write(by=(Batch.RETENTION, Batch.IMPORT), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # Ended again when a backup gave it back.
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("shared_with_caretaker", "shared_at"),
            ),
            *_OF_SOMEONE_IN_SIGHT,
            Write(
                by=ALLOCATION,
                verbs=(Verb.INSERT, Verb.UPDATE),
                scope=Scope.MY_APPLICANTS,
                columns=("channel", "value"),
                where="residence_id IS NULL",
            ),
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
        hidden=(Hidden(by=Secret.HOUSEHOLD, column="id"),),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_HOUSEHOLDS, column="id"),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id",)),
            *_office_reads(Batch.RENT, Batch.ALLOCATION),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_HOUSEHOLDS, column="id"),
        ),
        writes=(*_OFFICE_WRITES, Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    TableAccess(
        table="people_householdmember",
        category="FOYER",
        hidden=(
            Hidden(by=Secret.HOUSEHOLD, column="household_id"),
            Hidden(by=Secret.PERSON, column="person_id"),
        ),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_HOUSEHOLDS),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "household_id", "person_id")),
            *_office_reads(Batch.RENT),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("household_id", "person_id")),
        ),
        writes=(*_OF_SOMEONE_IN_SIGHT, Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    TableAccess(
        table="people_income",
        category="RESSOURCES",
        hidden=(Hidden(by=Secret.HOUSEHOLD, column="household_id"),),
        freezes=True,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "household_id", "year")),
            *_office_reads(Batch.RENT, Batch.ALLOCATION),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_HOUSEHOLDS),
        ),
        writes=(*_OFFICE_WRITES, Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    *FACTS,
)
