"""Who reads staff, mandates and the accounts that sign in. A tenant is never told an agent's name."""

from palier.privacy.catalogue import AGENCY, OFFICE
from palier.privacy.declare import LOGIN, SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_IMPORT = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="agents_agent",
        category="AGENTS",
        reads=(
            Read(by=(*OFFICE, Role.ACCOUNTANT, Role.DPO, *Batch, LOGIN), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "role", "agency_id", "left_on")),
            Read(
                by=(Role.TENANT,),
                scope=Scope.ALL,
                # Who read my file: the service and the function, and of those agents only.
                columns=("id", "service", "function"),
                where="id IN (SELECT privacy_readevent.agent_id FROM privacy_readevent)",
            ),
        ),
        writes=(_IMPORT,),
    ),
    TableAccess(
        table="agents_mandate",
        category="AGENTS",
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Role.DPO, Batch.IMPORT), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("agent_id", "residence_id", "first_day", "last_day")),
        ),
        writes=(_IMPORT,),
    ),
    TableAccess(
        table="agents_user",
        category="CONNEXION",
        reads=(
            Read(by=(LOGIN, Batch.IMPORT), scope=Scope.ALL),
            # A command acts for a named agent.
            Read(by=(Batch.RENT, Batch.MAIL), scope=Scope.ALL, columns=("id", "identifier", "agent_id", "is_active")),
        ),
        writes=(
            _IMPORT,
            Write(by=(LOGIN,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("password", "last_login")),
        ),
    ),
    TableAccess(
        table="agents_signinattempt",
        category="CONNEXION",
        reads=(Read(by=(LOGIN,), scope=Scope.ALL),),
        writes=(Write(by=(LOGIN,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
)
