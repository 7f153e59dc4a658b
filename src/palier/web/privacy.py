"""Who reads what signing in keeps. Whoever resets an account sees that there are factors, never what they hold."""

from palier.privacy.declare import LOGIN, Batch, Read, Role, Scope, TableAccess, Verb, Write

# The operator of the machine acts by command, under a name and for a motive (palier account).
_RESETTERS = (Role.DPO, Role.TECHNICAL_ADMIN, Batch.OPERATOR)
# The copy of a file holds how its person signs in.
_OF_THE_PERSON = (
    "user_id IN (SELECT agents_user.id FROM agents_user WHERE agents_user.person_id = (SELECT palier.my_person()))"
)
_ALL = Write(by=(LOGIN,), verbs=tuple(Verb), scope=Scope.ALL)
_TAKES_AWAY = Write(by=_RESETTERS, verbs=(Verb.DELETE,), scope=Scope.ALL)

# The accounts that row security shows to the payroll office are those of employees.
_ON_PAYROLL = "user_id IN (SELECT agents_user.id FROM agents_user)"
TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="web_secondfactor",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "user_id", "created_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=_RESETTERS, scope=Scope.ALL, columns=("id", "user_id", "kind", "created_at", "last_used_at")),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.ALL,
                columns=("id", "user_id", "kind", "created_at", "last_used_at"),
                where=_OF_THE_PERSON,
            ),
        ),
        writes=(Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL), _ALL, _TAKES_AWAY),
    ),
    TableAccess(
        table="web_opensession",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "ends_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=_RESETTERS, scope=Scope.ALL, columns=("id", "user_id", "ends_at")),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.ALL,
                columns=("id", "user_id", "site", "browser", "second_factor", "opened_at", "last_seen_at", "ends_at"),
                where=_OF_THE_PERSON,
            ),
        ),
        writes=(Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL), _ALL, _TAKES_AWAY),
    ),
    TableAccess(
        table="web_enrolmentlink",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "expires_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=_RESETTERS, scope=Scope.ALL, columns=("id", "user_id", "expires_at")),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _ALL,
            Write(by=_RESETTERS, verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="web_passwordlink",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "expires_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=(Batch.OPERATOR,), scope=Scope.ALL, columns=("id", "user_id", "expires_at")),
            Read(by=(Role.PAYROLL,), scope=Scope.ALL, columns=("id", "user_id"), where=_ON_PAYROLL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _ALL,
            # For those on the payroll alone, whose payslips the office reads already: printed, and handed over.
            Write(
                by=(Role.PAYROLL,),
                verbs=(Verb.INSERT, Verb.DELETE),
                scope=Scope.ALL,
                where=_ON_PAYROLL,
                standing=_ON_PAYROLL,
            ),
            # Neither the DPO nor the administrator makes one on screen: with it they would be the person.
            Write(by=(Batch.OPERATOR,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="web_maillink",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "expires_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=(Batch.OPERATOR,), scope=Scope.ALL, columns=("id", "user_id", "expires_at")),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _ALL,
            # Written where the message is: the token is known to nobody else.
            Write(by=(Batch.OPERATOR,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("token_sha256",)),
        ),
    ),
    TableAccess(
        table="web_accessnotice",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=_RESETTERS, scope=Scope.ALL, columns=("id",)),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _ALL,
            # Told by who did it; nobody takes back what was said.
            Write(by=_RESETTERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
)
