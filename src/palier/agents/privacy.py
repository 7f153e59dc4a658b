"""Who reads staff, mandates and the accounts that sign in. A tenant is never told an agent's name."""

from palier.privacy.catalogue import AGENCY, DESK, OFFICE, SPECIALISTS
from palier.privacy.declare import LOGIN, OPENED_FILE, SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_IMPORT = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)

# Who may be named to hold a protected address (PURPOSES["PROTECTION_VIOLENCES"]).
_MAY_HOLD = (*OFFICE, Role.SOCIAL_WORKER)
_MAY_PROTECT = (Role.AGENCY_MANAGER, Role.HEADQUARTERS)
_MAY_ASSIGN = (Role.AGENCY_MANAGER,)
# Who sets agents, their accounts and their mandates up.
_SET_UP = (Role.HEADQUARTERS, Role.TECHNICAL_ADMIN)
_ON_PAYROLL = "person_id IN (SELECT payroll_employee.person_id FROM payroll_employee)"
_POST = ("first_name", "last_name", "service", "function", "role", "agency_id", "left_on")
_NAMED = ("id", *_POST)

_OPENINGS = (
    TableAccess(
        table="agents_opening",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "until_at")),
            Read(by=AGENCY, scope=Scope.MY_OWN_WORK, column="agent_id"),
            # What a manager assigned.
            Read(by=_MAY_ASSIGN, scope=Scope.MY_RESIDENCES),
            # Whose file it is stays with the journal: the alarm is about the agent.
            Read(
                by=(Role.DPO,),
                scope=Scope.ALL,
                columns=("id", "agent_id", "kind", "motive", "first_at", "until_at", "residence_id", "assigned_by_id"),
            ),
            Read(by=(Batch.AUDIT,), scope=Scope.ALL, columns=("kind", "motive", "first_at", "until_at")),
            Read(by=(SCOPE,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # palier.open_file alone opens a file: it counts.
            Write(by=(SCOPE,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # One's own residences, to a colleague; a constraint keeps files out of this door.
            Write(
                by=_MAY_ASSIGN,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where="agent_id <> (SELECT palier.my_agent()) AND assigned_by_id = (SELECT palier.my_agent())",
            ),
            Write(by=_MAY_ASSIGN, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=("until_at",)),
        ),
    ),
    TableAccess(
        table="agents_openingalarm",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "opening_id", "at")),
            Read(by=(Role.DPO,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(SCOPE,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.DPO,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("seen_at", "seen_by_id")),
        ),
    ),
    TableAccess(
        table="agents_policysetting",
        append_only=True,
        # What was decided, by whom and when: every agent of the desk may know it.
        # The job of the journal counts against the thresholds decided.
        reads=(Read(by=(*DESK, SCOPE, Batch.JOURNAL), scope=Scope.ALL),),
        writes=(Write(by=(Role.DPO,), verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="changed_by_id"),),
    ),
    TableAccess(
        table="agents_protectedperson",
        category="ADRESSE_PROTEGEE",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "last_day")),
            Read(by=_MAY_PROTECT, scope=Scope.MY_OWN_WORK, column="declared_by_id"),
            Read(
                by=_MAY_HOLD,
                scope=Scope.ALL,
                # The holders' own rows are all that row security shows them of that table.
                where="id IN (SELECT agents_protectionholder.protection_id FROM agents_protectionholder)",
            ),
            Read(by=(Role.DPO,), scope=Scope.ALL, columns=("id", "ground", "first_day", "last_day")),
            Read(
                by=(Role.TENANT, Batch.RIGHTS),
                scope=Scope.MYSELF,
                columns=("id", "person_id", "first_day", "last_day"),
            ),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "person_id", "first_day", "last_day", "declared_by_id")),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # Nobody hides a stranger.
            Write(
                by=_MAY_PROTECT,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="declared_by_id",
                where="palier.is_someone_i_see(person_id)",
            ),
            # Who declared it ends it: an UPDATE that reads no column would pass over what hides the row.
            Write(
                by=_MAY_PROTECT,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_OWN_WORK,
                column="declared_by_id",
                columns=("last_day",),
            ),
        ),
    ),
    TableAccess(
        table="agents_protectionholder",
        category="ADRESSE_PROTEGEE",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "protection_id", "last_day")),
            Read(by=_MAY_HOLD, scope=Scope.MY_OWN_WORK, column="agent_id", where="last_day IS NULL"),
            # Whom one named.
            Read(by=_MAY_PROTECT, scope=Scope.ALL, where="palier.is_my_protection(protection_id)"),
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # Named once and for all when the protection begins, by whoever declares it.
            Write(
                by=_MAY_PROTECT,
                verbs=(Verb.INSERT,),
                scope=Scope.ALL,
                where="palier.is_my_protection(protection_id)",
            ),
        ),
    ),
)

TABLES: tuple[TableAccess, ...] = (
    *_OPENINGS,
    TableAccess(
        table="agents_agent",
        category="AGENTS",
        reads=(
            Read(by=(*OFFICE, Role.ACCOUNTANT, Role.DPO, Role.TECHNICAL_ADMIN, *Batch, LOGIN), scope=Scope.ALL),
            # Every page of the desk says under which service its reader is journaled.
            Read(by=(*SPECIALISTS, OPENED_FILE), scope=Scope.MY_OWN_WORK, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "role", "agency_id", "left_on", "last_name")),
            # Who sits in the commission, and who gives out its work.
            Read(by=(Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY), scope=Scope.ALL, columns=_NAMED),
            Read(
                by=(Role.TENANT, Role.APPLICANT, Role.EMPLOYEE),
                scope=Scope.ALL,
                # Who read my file: the service and the function, and of those agents only.
                columns=("id", "service", "function"),
                where="id IN (SELECT privacy_readevent.agent_id FROM privacy_readevent)",
            ),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("first_name", "last_name")),
            _IMPORT,
            Write(by=_SET_UP, verbs=(Verb.INSERT,), scope=Scope.ALL),
            # Nobody gives themselves another function.
            Write(
                by=_SET_UP,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=_POST,
                where="id <> (SELECT palier.my_agent())",
            ),
        ),
    ),
    TableAccess(
        table="agents_staffchange",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=(*_SET_UP, Role.DPO, Batch.IMPORT), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # The DPO too resets the access of an agent.
            Write(by=(*_SET_UP, Role.DPO), verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="changed_by"),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="agents_mandate",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "last_day")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_SET_UP, Role.DPO, Batch.IMPORT), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("agent_id", "residence_id", "first_day", "last_day")),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _IMPORT,
            Write(by=_SET_UP, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_SET_UP, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("last_day",)),
        ),
    ),
    TableAccess(
        table="agents_user",
        category="CONNEXION",
        reads=(
            Read(
                by=(Batch.RETENTION,),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "person_id", "is_active"),
            ),
            Read(by=(LOGIN, Batch.IMPORT), scope=Scope.ALL),
            # Who resets an account finds it by its identifier, and never sees what opens it.
            Read(
                by=(Role.DPO, Role.TECHNICAL_ADMIN, Batch.OPERATOR),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "person_id", "is_helper", "is_active", "last_login"),
            ),
            # In what language they are written to.
            Read(by=(Batch.OPERATOR,), scope=Scope.ALL, columns=("id", "language")),
            # Of those on the payroll: whether they have an account, never what opens it.
            Read(
                by=(Role.PAYROLL,),
                scope=Scope.ALL,
                columns=("id", "identifier", "person_id", "is_helper", "is_active", "last_login"),
                where=_ON_PAYROLL,
            ),
            # Of the agents whom they set up: whether the account was ever used, never what opens it.
            Read(
                by=(Role.HEADQUARTERS,),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "is_helper", "is_active", "last_login"),
                where="agent_id IS NOT NULL",
            ),
            # A command acts for a named agent.
            Read(
                by=(Batch.RENT, Batch.LETTERS, Batch.PAYROLL),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "is_active"),
            ),
            # The same, and who has an account already: no letter is made for them.
            Read(
                by=(Batch.MAIL,),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "person_id", "is_active", "language"),
            ),
            # Of the holders of their residences: whether they have an account, never what opens it.
            Read(
                by=AGENCY,
                scope=Scope.ALL,
                columns=("id", "person_id", "is_active"),
                where="person_id IN (SELECT leases_occupant.person_id FROM leases_occupant)",
            ),
            # The same, and a person's own account, which goes into the copy of their file.
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.ALL,
                columns=("id", "identifier", "agent_id", "person_id", "is_active", "last_login", "language"),
            ),
        ),
        writes=(
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("identifier", "password", "is_active", "last_login", "language"),
            ),
            _IMPORT,
            Write(by=(LOGIN,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("password", "last_login", "language")),
            # A tenant's own, whose letter and second proof were accepted just before: nobody else makes an account.
            Write(
                by=(LOGIN,),
                verbs=(Verb.INSERT,),
                scope=Scope.ALL,
                where="agent_id IS NULL AND (person_id IN (SELECT admission_accessletter.person_id FROM"
                " admission_accessletter WHERE admission_accessletter.proved_at IS NOT NULL"
                " AND admission_accessletter.ended_at IS NULL)"
                # Or a helper's, whose code was accepted.
                " OR is_helper AND identifier IN (SELECT admission_helper.identifier FROM admission_helper"
                " WHERE admission_helper.accepted_at IS NOT NULL AND admission_helper.claimed_at IS NULL"
                " AND admission_helper.ended_at IS NULL))",
            ),
            Write(
                by=(Role.DPO, Role.TECHNICAL_ADMIN, Batch.OPERATOR),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("is_active",),
            ),
            # A new employee's, that no password opens.
            Write(
                by=(Role.PAYROLL,),
                verbs=(Verb.INSERT,),
                scope=Scope.ALL,
                where=f"agent_id IS NULL AND {_ON_PAYROLL} AND starts_with(password, '!')",
            ),
            # A new agent's, that no password opens: the invitation goes to the agent alone.
            Write(
                by=_SET_UP,
                verbs=(Verb.INSERT,),
                scope=Scope.ALL,
                where="agent_id IS NOT NULL AND person_id IS NULL AND starts_with(password, '!')",
            ),
        ),
    ),
    TableAccess(
        table="agents_signinattempt",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(LOGIN,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
        ),
    ),
)
