"""R6: a unique string in every name, contact, reference and address; no page shows one to whoever has no right to it.

    ./dev drill canaries [--responses 100000] [--without-python-filters]

Each account asks every address of every site for rows of both agencies, with searches, exports and PDFs. With the
filters of Python off (pages open to every function, columns thought readable by all), row security stands alone.
"""

import argparse
import io
import itertools
import os
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymupdf
from django.test import Client
from tests.sites.answers import bytes_of
from tests.sites.crawl import addresses, numbers_of

_CANARY = re.compile(r"zq([a-z])([0-9]+)q", re.IGNORECASE)
# The token of a form is drawn at random for each answer, the handle of a passkey and its challenge too: once in a few
# thousand they spell a canary.
_TOKEN = re.compile(
    r'name="csrfmiddlewaretoken" value="[A-Za-z0-9]{64}"|&quot;(?:challenge|id)&quot;: ?&quot;[\w-]+&quot;'
)
# What is published to whoever asks: the delays of repair of each residence, by its name.
_PUBLISHED: Mapping[str, str] = {"/chez-moi/signaler/delais/": "r"}
# The draw of the order of questions.
_DRAW = 6
_QUERIES = ("", "?q=zq", "?format=csv", "?q=zqp")
# What is marked: a letter a kind, the number of its row. Whoever may not read the row never meets the string.
_MARKED: tuple[str, ...] = (
    "UPDATE people_person SET last_name = 'Zqp' || id || 'q'",
    "UPDATE people_contact SET value = 'zqc' || id || 'q'",
    "UPDATE leases_occupant SET display_name = 'Zqo' || id || 'q', door_name = 'Zqd' || id || 'q'",
    "UPDATE leases_lease SET reference = 'zql' || id || 'q'",
    "UPDATE ledger_account SET label = 'zqa' || id || 'q', reference = 'RFzqa' || id || 'q' WHERE kind = 'TENANT'",
    "UPDATE estate_residence SET name = 'zqr' || id || 'q', address = 'zqr' || id || 'q'",
    "UPDATE banking_bankentry SET wording = 'zqb' || id || 'q', payer_name = 'Zqb' || id || 'q'",
    "UPDATE banking_sepamandate SET holder_name = 'Zqh' || id || 'q'",
    "UPDATE banking_debit SET holder_name = 'Zqk' || id || 'q'",
    "UPDATE banking_refund SET holder_name = 'Zqf' || id || 'q'",
    "UPDATE banking_cardpayment SET reference = 'CB-zqn' || id || 'q'",
    "UPDATE payroll_employee SET number = 'ZQW' || id || 'Q', work_address = 'zqw' || id || 'q'",
    "UPDATE payroll_paybatch SET file_name = 'zqy' || id || 'q'",
    # What a tenant and the agency write to each other; a supplier and their invoices.
    "UPDATE exchanges_message SET body = 'zqt' || id || 'q' WHERE kind = 'TEXT'",
    "UPDATE purchasing_supplier SET name = 'Zqs' || id || 'q'",
    "UPDATE purchasing_selfbilledinvoice SET number = 'ZQV' || id || 'Q'",
    "UPDATE takeover_gap SET reference = 'zqg' || id || 'q'",
    """UPDATE mail_document SET number = 'zqm' || id || 'q',
           data = convert_to(replace(convert_from(data, 'UTF8'), number, 'zqm' || id || 'q'), 'UTF8')""",
)
_OF = "residence_id IN (SELECT id FROM estate_residence WHERE agency_id = {agency})"
# What each kind of account may meet: for each letter, the statement that gives the numbers. A kind left out = none.
_AGENCY: Mapping[str, str] = {
    "p": f"SELECT id FROM people_person WHERE {_OF}",
    "c": f"SELECT id FROM people_contact WHERE {_OF}",
    "o": f"SELECT id FROM leases_occupant WHERE {_OF}",
    "d": f"SELECT id FROM leases_occupant WHERE {_OF}",
    "l": f"SELECT id FROM leases_lease WHERE {_OF}",
    "a": f"SELECT id FROM ledger_account WHERE {_OF}",
    "m": f"SELECT id FROM mail_document WHERE {_OF}",
    "r": "SELECT id FROM estate_residence WHERE agency_id = {agency}",
    "h": f"SELECT id FROM banking_sepamandate WHERE {_OF}",
    "k": f"SELECT id FROM banking_debit WHERE {_OF}",
    "f": f"SELECT id FROM banking_refund WHERE {_OF}",
    "n": f"SELECT id FROM banking_cardpayment WHERE {_OF}",
    "t": f"SELECT id FROM exchanges_message WHERE {_OF}",
}
_WHOLE: Mapping[str, str] = {
    letter: f"SELECT id FROM {table}"
    for letter, table in (
        ("p", "people_person"), ("c", "people_contact"), ("o", "leases_occupant"), ("d", "leases_occupant"),
        ("l", "leases_lease"), ("a", "ledger_account"), ("m", "mail_document"), ("r", "estate_residence"),
        ("b", "banking_bankentry"), ("h", "banking_sepamandate"), ("k", "banking_debit"), ("f", "banking_refund"),
        ("n", "banking_cardpayment"), ("g", "takeover_gap"),
    )
}  # fmt: skip
_ROUND = "residence_id IN (SELECT residence_id FROM agents_mandate WHERE agent_id = {agent})"
_CARETAKER: Mapping[str, str] = {
    "c": f"SELECT id FROM people_contact WHERE shared_with_caretaker AND {_ROUND}",
    "d": f"SELECT id FROM leases_occupant WHERE {_ROUND} AND (moved_out_on IS NULL OR moved_out_on >= current_date)",
    "r": "SELECT residence_id FROM agents_mandate WHERE agent_id = {agent}",
}
_LEASES = "SELECT lease_id FROM leases_occupant WHERE person_id = {person}"
_ACCOUNTS = f"SELECT account_id FROM leases_lease WHERE id IN ({_LEASES})"
_TENANT: Mapping[str, str] = {
    # An employee, on a site of their own.
    "w": "SELECT id FROM payroll_employee WHERE person_id = {person}",
    # A supplier, on theirs.
    "s": "SELECT id FROM purchasing_supplier WHERE person_id = {person}",
    "v": "SELECT id FROM purchasing_selfbilledinvoice WHERE person_id = {person}",
    # Their own words, and what they were answered; the papers that they keep, numbered by whose they are.
    "t": "SELECT id FROM exchanges_message WHERE person_id = {person}",
    "j": "SELECT {person}",
    "p": "SELECT {person}",
    "c": "SELECT id FROM people_contact WHERE person_id = {person}",
    "o": f"SELECT id FROM leases_occupant WHERE lease_id IN ({_LEASES})",
    "d": f"SELECT id FROM leases_occupant WHERE lease_id IN ({_LEASES})",
    "l": _LEASES,
    "a": _ACCOUNTS,
    "m": f"SELECT id FROM mail_document WHERE lease_id IN ({_LEASES})",
    # Where they live, and what is proposed to them.
    "r": f"""SELECT residence_id FROM leases_lease WHERE id IN ({_LEASES})
        UNION SELECT v.residence_id FROM attribution_vacancy AS v
        JOIN attribution_candidate AS c ON c.vacancy_id = v.id JOIN demandes_application AS a ON a.id = c.application_id
        WHERE a.person_id = {{person}}""",
    **{
        letter: f"SELECT id FROM {table} WHERE account_id IN ({_ACCOUNTS})"
        for letter, table in (
            ("h", "banking_sepamandate"),
            ("k", "banking_debit"),
            ("f", "banking_refund"),
            ("n", "banking_cardpayment"),
        )
    },
}
# Whom they help, less the ways to reach them, their words and their own papers.
_HELPER: Mapping[str, str] = {letter: said for letter, said in _TENANT.items() if letter not in "cjtw"}
# Their own files, and for who holds a sitting those that it examines; a dwelling is allocated whatever its agency.
_FILES = """SELECT application_id FROM demandes_assignment
    WHERE agent_id = {agent} AND first_at <= now() AND until_at > now()
    UNION SELECT c.application_id FROM attribution_candidate AS c
    JOIN attribution_item AS i ON i.vacancy_id = c.vacancy_id
    JOIN attribution_sitting AS s ON s.id = i.sitting_id WHERE s.secretary_id = {agent}"""
_OF_FILES = f"""SELECT person_id FROM demandes_application WHERE id IN ({_FILES})
    UNION SELECT person_id FROM demandes_member WHERE application_id IN ({_FILES}) AND person_id IS NOT NULL"""
_INSTRUCTS: Mapping[str, str] = {
    "p": _OF_FILES,
    "c": f"SELECT id FROM people_contact WHERE person_id IN ({_OF_FILES})",
    "r": _WHOLE["r"],
}
# The stock names nobody: the data protection officer reads the residences' names.
_STOCK: Mapping[str, str] = {"r": _WHOLE["r"]}
_BY_ROLE: Mapping[str, Mapping[str, str]] = {
    "helper": _HELPER,
    "rent_officer": _AGENCY,
    "agency_manager": _AGENCY,
    "headquarters": _WHOLE,
    "accountant": {letter: statement for letter, statement in _WHOLE.items() if letter != "c"},
    "caretaker": _CARETAKER,
    "dpo": _STOCK,
    "allocation_officer": _INSTRUCTS,
    "commission_secretary": _INSTRUCTS,
    "commission_member": _STOCK,
    # Those on the payroll, and nobody who rents.
    "payroll": {
        "p": "SELECT person_id FROM payroll_employee",
        "w": "SELECT id FROM payroll_employee",
        "y": "SELECT id FROM payroll_paybatch",
    },
    # Where a mandate is given.
    "technical_admin": _STOCK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An account, and the strings that it may meet."""

    identifier: str
    allowed: frozenset[str]


@dataclass(slots=True)
class Tally:
    """What was asked and what came out where it should not."""

    responses: int
    foreign: list[str]
    met: int


def mark(superuser: psycopg.Connection) -> None:
    """Put a string of its own in every text that names a person, a place or a file."""
    superuser.execute("SET session_replication_role = replica")
    for statement in _MARKED:
        superuser.execute(statement)


def paper_of(person: int) -> bytes:
    """A paper to keep for oneself, that tells whose it is: no agent, no helper, no other tenant may meet it."""
    with pymupdf.open() as made:
        made.new_page().insert_text((72, 72), f"zqj{person}q")
        return bytes(made.tobytes())


def watched(superuser: psycopg.Connection) -> list[Watched]:
    """Every account of the demonstration, with what the plain facts give it: written apart from the policy."""
    accounts = superuser.execute(
        """SELECT u.identifier, coalesce(a.role, CASE WHEN u.is_helper THEN 'helper' ELSE 'tenant' END),
                  a.agency_id, a.id, coalesce(u.person_id, h.person_id)
           FROM agents_user AS u LEFT JOIN agents_agent AS a ON a.id = u.agent_id
           LEFT JOIN admission_helper AS h ON h.user_id = u.id ORDER BY u.id"""
    ).fetchall()
    found = []
    for identifier, role, agency, agent, person in accounts:
        statements = _TENANT if role == "tenant" else _BY_ROLE.get(role, {})
        allowed = {
            f"{letter}{number}"
            for letter, statement in statements.items()
            for (number,) in superuser.execute(
                statement.format(agency=agency or 0, agent=agent or 0, person=person or 0).encode()
            )
        }
        found.append(Watched(identifier=identifier, allowed=frozenset(allowed)))
    return found


def crawl(
    clients: Mapping[str, Client], accounts: list[Watched], rows: list[dict[str, object]], *, responses: int
) -> Tally:
    """Ask until enough answers were read, in an order drawn once: a few already come from every account and address."""
    tally = Tally(responses=0, foreign=[], met=0)
    known = [address for address in addresses() if not address.name.endswith((":sign_out", ":sign_in"))]
    questions = list(itertools.product(_QUERIES, rows, accounts, known))
    random.Random(_DRAW).shuffle(questions)
    for query, numbers, account, address in itertools.islice(itertools.cycle(questions), responses):
        path = address.path(numbers).partition("?")[0] + query
        published = _PUBLISHED.get(path.partition("?")[0])
        for canary in canaries(clients[account.identifier], path):
            tally.met += 1
            if canary not in account.allowed and canary[0] != published:
                tally.foreign.append(f"{account.identifier} {path}: {canary}")
        tally.responses += 1
    return tally


def canaries(client: Client, path: str) -> Iterator[str]:
    """The strings that an answer shows."""
    for text in _texts(bytes_of(client.get(path))):
        for letter, number in _CANARY.findall(_TOKEN.sub("", text)):
            yield f"{letter.lower()}{number}"


def _texts(content: bytes) -> Iterator[str]:
    """An answer as text: a workbook is unfolded, a PDF read as on its pages."""
    if content.startswith(b"%PDF"):
        with pymupdf.open(stream=content) as document:
            for page in document:
                yield page.get_text()
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as workbook:
            for name in workbook.namelist():
                yield workbook.read(name).decode("utf-8", "replace")
    else:
        yield content.decode("utf-8", "replace")


def some_rows(superuser: psycopg.Connection) -> list[dict[str, object]]:
    """The first and the last row of each kind, in either agency."""
    return [numbers_of(superuser, agency, last=last) for last in (False, True) for agency in (2, 1)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--without-python-filters", action="store_true")
    args = parser.parse_args()
    wanted = "alone" if args.without_python_filters else "declared"
    started = time.perf_counter()
    # The test's own server, landlord and accounts: only the number of answers changes.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "tests/sites/test_canaries.py", "-k", wanted],
        env={**os.environ, "PALIER_CANARY_RESPONSES": str(args.responses)},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    print(f"{args.responses} responses asked for, {time.perf_counter() - started:.0f} s")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
