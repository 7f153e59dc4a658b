"""The landlord's database and its three logins. Safe to run again; nothing is ever taken away."""

from psycopg import Connection, connect, sql

from palier.foundation.postgres.server import Server

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")

# SET ROLE does not apply the settings of the role it takes: timeouts hold only when set on the role that logs in.
TIMEOUTS = {
    "login": {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"},
    "worker": {
        "statement_timeout": "10min",
        # The second of two computings of a large month waits for the first one, and has the same answer.
        "lock_timeout": "5min",
        "idle_in_transaction_session_timeout": "15min",
        # A killed command lets go of its rows even in the middle of a long statement.
        "client_connection_check_interval": "1s",
    },
    "owner": {"lock_timeout": "10s"},
}


def provision(server: Server, *, prefix: str) -> None:
    """Make what is missing: roles {prefix}_owner, _login, _worker with their secrets, the database, its extensions."""
    database = server.address.database
    server.home.prepare()
    server.home.ensure_secret("django_key")
    with connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        # Two set-ups at once: CREATE ROLE has no IF NOT EXISTS.
        connection.execute("SELECT pg_advisory_lock(hashtext('palier provision'))")
        for login in ("owner", "login", "worker"):
            _role(connection, server, prefix=prefix, login=login)
        _database(connection, database=database, prefix=prefix)
        if not server.address.outside:
            # The cluster is Palier's alone: only its administrator enters the databases that came with it.
            connection.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
    with connect(server.administrator_conninfo(), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _role(connection: Connection, server: Server, *, prefix: str, login: str) -> None:
    name = f"{prefix}_{login}"
    role = sql.Identifier(name)
    attributes = sql.SQL("LOGIN CREATEROLE INHERIT" if login == "owner" else "LOGIN NOCREATEROLE NOINHERIT")
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    secret = sql.Literal(server.home.ensure_secret(name))
    connection.execute(sql.SQL("ALTER ROLE {} NOCREATEDB {} PASSWORD {}").format(role, attributes, secret))
    for setting, value in TIMEOUTS[login].items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(setting), sql.Literal(value))
        )


def _database(connection: Connection, *, database: str, prefix: str) -> None:
    name, owner = sql.Identifier(database), sql.Identifier(f"{prefix}_owner")
    if connection.info.parameter_status("is_superuser") != "on":
        # An administrator that is not superuser gives a database only to a role it belongs to.
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(name, owner)
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for login in ("login", "worker"):
        # TEMPORARY: files and runs are staged by COPY into a temporary table.
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, sql.Identifier(f"{prefix}_{login}"))
        )
