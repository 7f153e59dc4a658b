"""R4: the ledger as a state machine: bills, payments, returns, transfers, refunds, corrections, closings.

    ./dev drill ledger_states [--sequences 20000] [--steps 50] [--seed 1] [--processes 2]

Each sequence draws its acts, does them by the product's own operations under their own role, and is compared with
books kept apart in plain Python. Twelve named invariants hold after every act. The last line
is the figure; the exit code is 1 when one is broken.
"""

# First: the settings are read once, when Django is set up.
from tests.own_home import HOME

# isort: split
import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from palier.banking.operations.manual import enter_by_hand, sign_entry_by_hand
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.payments import Received, receive, receive_by_hand, take_back, take_back_by_hand
from palier.banking.operations.refunds import Wanted, drop_refund, prepare_refund, sign_refund
from palier.banking.operations.settling import hold_settlements, release_entry, settle_accounts
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.ledger.chart import BANK_CODE
from palier.ledger.models import Account
from palier.ledger.operations.periods import close_period, lock_period, reopen_period
from palier.ledger.operations.post import Piece, first_open_day, post_entry
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

TENANTS = (101, 102, 201)
PRODUCT = 900
IBAN = "FR7699999000010000000000115"
TODAY = date(2026, 12, 20)
AT = datetime(2026, 12, 20, 10, tzinfo=UTC)
MONTHS = (Month(2026, 9), Month(2026, 10), Month(2026, 11), Month(2026, 12))
INVARIANTS = (
    "entries_balance", "ledger_sums_to_zero", "numbers_without_hole", "accounts_as_kept_apart",
    "one_entry_per_source", "postings_never_change", "nothing_enters_a_closed_month", "locked_stays_locked",
    "settled_within_the_payment", "settled_within_the_debt", "taken_back_settles_nothing", "refunds_leave_the_account",
)  # fmt: skip
_FACTS = """
SELECT (SELECT count(*) FROM (SELECT FROM ledger_posting GROUP BY entry_id HAVING sum(amount_cents) <> 0) AS w),
       (SELECT coalesce(sum(amount_cents), 0) FROM ledger_posting),
       (SELECT count(*) FROM (
            SELECT FROM ledger_entry WHERE id > %(first)s GROUP BY journal
            HAVING max(number) - min(number) + 1 <> count(*)) AS w),
       (SELECT count(*) FROM (
            SELECT FROM ledger_entry GROUP BY source_kind, source_id HAVING count(*) > 1) AS w),
       (SELECT count(*) FROM (
            SELECT FROM banking_settlement AS s JOIN banking_payment AS p ON p.id = s.payment_id
            GROUP BY p.id HAVING sum(s.amount_cents) NOT BETWEEN 0 AND p.amount_cents
            UNION ALL
            SELECT FROM banking_settlement AS s JOIN ledger_posting AS c
                ON c.entry_id = s.credit_id AND c.account_id = s.account_id
            GROUP BY c.entry_id, c.account_id, c.amount_cents
            HAVING sum(s.amount_cents) NOT BETWEEN 0 AND -c.amount_cents) AS w),
       (SELECT count(*) FROM (
            SELECT FROM banking_settlement AS s JOIN ledger_posting AS d
                ON d.entry_id = s.debt_id AND d.account_id = s.account_id
            GROUP BY s.debt_id, d.amount_cents HAVING sum(s.amount_cents) NOT BETWEEN 0 AND d.amount_cents) AS w),
       (SELECT count(*) FROM (
            SELECT FROM banking_settlement AS s JOIN banking_payment AS p ON p.id = s.payment_id
            WHERE p.taken_back_on IS NOT NULL GROUP BY p.id HAVING sum(s.amount_cents) <> 0) AS w),
       (SELECT coalesce(sum(p.amount_cents), 0) FROM ledger_posting AS p JOIN ledger_account AS a
            ON a.id = p.account_id WHERE a.code = 'RMB-ENCOURS')
     + (SELECT coalesce(sum(amount_cents), 0) FROM banking_refund WHERE signed_at IS NOT NULL)
"""
_BALANCES = "SELECT account_id, sum(amount_cents)::bigint FROM ledger_posting GROUP BY account_id"
_PRINT = """
SELECT md5(coalesce(string_agg(p.entry_id || ':' || p.account_id || ':' || p.amount_cents || ':' || p.booked_on, ' '
                               ORDER BY p.entry_id, p.account_id), ''))
FROM ledger_posting AS p
"""
_INSIDE = "SELECT count(*) FROM ledger_posting WHERE booked_on BETWEEN %(first)s AND %(last)s"
# All that the twelve look at, in one statement: the facts, the balances, the postings known before as they are now, the
# last entry and the postings up to it, what each month holds, the months locked. Planned once a connection.
_LOOK = f"""
PREPARE books_look (bigint, bigint) AS
SELECT f.*, coalesce((SELECT jsonb_object_agg(b.account_id, b.sum) FROM ({_BALANCES}) AS b), '{{}}'),
       ({_PRINT} WHERE p.entry_id <= $2), (SELECT coalesce(max(id), 0) FROM ledger_entry), ({_PRINT}),
       coalesce((SELECT jsonb_object_agg(m.month, m.count) FROM (
           SELECT date_trunc('month', booked_on)::date AS month, count(*) FROM ledger_posting GROUP BY 1
       ) AS m), '{{}}'),
       coalesce((SELECT array_agg(month) FROM ledger_period WHERE state = 'LOCKED'), '{{}}'::date[])
FROM ({_FACTS.replace("%(first)s", "$1")}) AS f
"""


class InvariantBroken(AssertionError):
    """One of the twelve does not hold."""


@dataclass(slots=True)
class Apart:
    """The books kept apart: what each account should hold, and what is known of what was done."""

    balances: Counter[int] = field(default_factory=Counter)
    bills: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    payments: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    refunds: dict[int, tuple[int, int]] = field(default_factory=dict)
    manual: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    closed: dict[Month, int] = field(default_factory=dict)
    locked: set[Month] = field(default_factory=set)
    sources: int = 0


COUNTS: Counter[str] = Counter()


def actor(agent_id: int) -> Actor:
    return Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", agent_id=agent_id)


@contextmanager
def rolled_back() -> Iterator[None]:
    """One sequence: a role, a transaction, and nothing left of it."""
    with batch(Batch.RENT, operator="exercice", motive="MESURE", command="ledger_states", agent_id=1, categories=()):
        try:
            yield
        finally:
            transaction.set_rollback(True)


def asked(query: str, facts: dict[str, object]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        row: tuple[int, ...] = cursor.fetchone()
        return row


tenants = st.sampled_from(TENANTS)
cents = st.integers(1, 90_000)
days = st.integers(0, 110).map(lambda back: TODAY - timedelta(days=back))
months = st.sampled_from(MONTHS)
people = st.sampled_from((1, 2, 3))


class Books(RuleBasedStateMachine):
    """The operations of the books, drawn in any order. A refusal is an answer: nothing may have moved."""

    # The twelve are looked at after so many acts, and at the end of every sequence.
    every = 1
    # The connection that has the statement prepared: another one would not know it.
    prepared: object = None

    @initialize()
    def begin(self) -> None:
        self._sequence = rolled_back()
        self._sequence.__enter__()
        self.bank = general_account(BANK_CODE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_entry")
            (self.first,) = cursor.fetchone()
            cursor.execute(_BALANCES)
            self.apart = Apart(balances=Counter(dict(cursor.fetchall())))
        self.last, self.print = self.first, ""
        self.unchecked = 1
        self.codes = dict(Account.objects.values_list("id", "code"))

    def teardown(self) -> None:
        if hasattr(self, "_sequence"):
            try:
                if self.unchecked:
                    self.check()
            finally:
                self._sequence.__exit__(None, None, None)
                COUNTS["sequences"] += 1

    def does(self, name: str, act: Callable[[], None]) -> bool:
        """One act in its own savepoint; a refusal undoes it whole."""
        self.unchecked += 1
        COUNTS["steps"] += 1
        try:
            with transaction.atomic():
                act()
        except Refusal:
            COUNTS[f"{name} refused"] += 1
            return False
        COUNTS[name] += 1
        return True

    # --- Acts --------------------------------------------------------------------------------------------------------

    @rule(tenant=tenants, amount=cents, on=days)
    def bill(self, tenant: int, amount: int, on: date) -> None:
        self.apart.sources += 1
        source = 5_000_000 + self.apart.sources

        def act() -> None:
            entry = post_entry(
                Piece(
                    journal="QUIT", label="Avis", booked_on=on, source_kind="BILL", source_id=source,
                    sides={tenant: amount, PRODUCT: -amount},
                ),
                by=1, at=AT,
            )  # fmt: skip
            hold_settlements()
            settle_accounts([tenant], by=1, at=AT)
            self.apart.bills[entry.pk] = (tenant, amount, False)

        if self.does("bill", act):
            self.post({tenant: amount, PRODUCT: -amount})

    @rule(choice=st.integers(0, 10**6))
    def contra(self, choice: int) -> None:
        open_bills = [number for number, (_, _, undone) in self.apart.bills.items() if not undone]
        if not open_bills:
            return
        entry_id = open_bills[choice % len(open_bills)]
        tenant, amount, _ = self.apart.bills[entry_id]

        def act() -> None:
            post_entry(
                Piece(
                    journal="QUIT", label="Contre-écriture", booked_on=first_open_day(TODAY), source_kind="CONTRA",
                    source_id=entry_id, sides={tenant: -amount, PRODUCT: amount},
                ),
                by=2, at=AT,
            )  # fmt: skip
            release_entry(entry_id, by=2, at=AT)

        if self.does("contra", act):
            self.apart.bills[entry_id] = (tenant, amount, True)
            self.post({tenant: -amount, PRODUCT: amount})

    @rule(tenant=tenants, amount=cents, on=days, means=st.sampled_from(("CHEQUE", "ESPECES")))
    def payment(self, tenant: int, amount: int, on: date, means: str) -> None:
        made: list[int] = []

        def act() -> None:
            received = Received(account_id=tenant, amount_cents=amount, means=means, received_on=on, proof="1234567")
            made.append(receive_by_hand(received, actor=actor(1), at=AT).pk)

        if self.does("payment", act):
            holder = general_account("CHQ-ENCAISSER" if means == "CHEQUE" else "CAISSE")
            self.apart.payments[made[0]] = (tenant, amount, holder)
            self.post({tenant: -amount, holder: amount})

    @rule(tenant=tenants, amount=cents, on=days)
    def transfer(self, tenant: int, amount: int, on: date) -> None:
        made: list[int] = []

        def act() -> None:
            received = Received(account_id=tenant, amount_cents=amount, means="VIREMENT", received_on=on)
            made.append(receive(received, counterpart_id=self.bank, by=1, at=AT).pk)

        if self.does("transfer", act):
            self.apart.payments[made[0]] = (tenant, amount, self.bank)
            self.post({tenant: -amount, self.bank: amount})

    @rule(choice=st.integers(0, 10**6), on=days)
    def returned(self, choice: int, on: date) -> None:
        if not self.apart.payments:
            return
        number = list(self.apart.payments)[choice % len(self.apart.payments)]
        tenant, amount, holder = self.apart.payments[number]

        def act() -> None:
            if holder != self.bank:
                take_back_by_hand(payment_id=number, reason="BOUNCED", actor=actor(2), at=AT)
                return
            from palier.banking.models import Payment

            payment = Payment.objects.select_for_update(of=("self",)).get(pk=number)
            take_back(payment, reason="REJECT", counterpart_id=holder, by=2, at=AT, on=on)

        if self.does("return", act):
            self.post({tenant: amount, holder: -amount})

    @rule(tenant=tenants, amount=cents)
    def refund(self, tenant: int, amount: int) -> None:
        made: list[int] = []

        def act() -> None:
            wanted = Wanted(account_id=tenant, amount_cents=amount, reason="CREDIT", iban=IBAN, holder_name="Essai")
            made.append(prepare_refund(wanted=wanted, actor=actor(1), at=AT).pk)

        if self.does("refund", act):
            self.apart.refunds[made[0]] = (tenant, amount)

    @rule(choice=st.integers(0, 10**6), who=people, drop=st.booleans())
    def signed_refund(self, choice: int, who: int, drop: bool) -> None:
        if not self.apart.refunds:
            return
        number = list(self.apart.refunds)[choice % len(self.apart.refunds)]
        tenant, amount = self.apart.refunds[number]

        def act() -> None:
            if drop:
                drop_refund(refund_id=number, actor=actor(who), at=AT)
            else:
                sign_refund(refund_id=number, actor=actor(who), at=AT)

        if self.does("refund dropped" if drop else "refund signed", act):
            del self.apart.refunds[number]
            if not drop:
                self.post({tenant: amount, general_account("RMB-ENCOURS"): -amount})

    @rule(tenant=tenants, amount=st.integers(1, 150_000), on=days, other=tenants)
    def manual(self, tenant: int, amount: int, on: date, other: int) -> None:
        made: list[tuple[int, bool]] = []

        def act() -> None:
            manual = enter_by_hand(
                reason="CORRECTION", debit_code=self.codes[tenant], credit_code=self.codes[other],
                amount_cents=amount, booked_on=on, actor=actor(1), at=AT,
            )  # fmt: skip
            made.append((manual.pk, manual.entry_id is not None))

        if self.does("manual", act):
            number, is_posted = made[0]
            if is_posted:
                self.post({tenant: amount, other: -amount})
            else:
                self.apart.manual[number] = (tenant, other, amount)

    @rule(choice=st.integers(0, 10**6), who=people)
    def signed_manual(self, choice: int, who: int) -> None:
        if not self.apart.manual:
            return
        number = list(self.apart.manual)[choice % len(self.apart.manual)]
        tenant, other, amount = self.apart.manual[number]
        if self.does("manual signed", lambda: _ignored(sign_entry_by_hand(manual_id=number, actor=actor(who), at=AT))):
            del self.apart.manual[number]
            self.post({tenant: amount, other: -amount})

    @rule(month=months, first=people, second=people, kind=st.sampled_from(("CLOSE", "CLOSE", "REOPEN", "LOCK")))
    def period(self, month: Month, first: int, second: int, kind: str) -> None:
        operation = {"CLOSE": close_period, "REOPEN": reopen_period, "LOCK": lock_period}[kind]
        reason = {"CLOSE": "MONTH_END", "REOPEN": "ERROR", "LOCK": "YEAR_END"}[kind]

        def act() -> None:
            for who in (first, second):
                operation(month=month, reason=reason, actor=actor(who), at=AT)

        if not self.does(kind.lower(), act):
            return
        if kind == "CLOSE":
            self.apart.closed[month] = asked(_INSIDE, {"first": month.first_day, "last": month.last_day})[0]
        elif kind == "REOPEN":
            self.apart.closed.pop(month, None)
        else:
            self.apart.locked.add(month)

    def post(self, sides: dict[int, int]) -> None:
        for account, amount in sides.items():
            self.apart.balances[account] += amount

    # --- What always holds -------------------------------------------------------------------------------------------

    @invariant()
    def all_twelve(self) -> None:
        if getattr(self, "unchecked", 0) >= self.every:
            self.check()

    def check(self) -> None:
        """The twelve, one after the other. Raises InvariantBroken."""
        self.unchecked = 0
        *found, balances, before, last, after, inside, locked = self._look()
        names = (
            "entries_balance", "ledger_sums_to_zero", "numbers_without_hole", "one_entry_per_source",
            "settled_within_the_payment", "settled_within_the_debt", "taken_back_settles_nothing",
            "refunds_leave_the_account",
        )  # fmt: skip
        for name, wrong in zip(names, found, strict=True):
            self.holds(name, is_true=wrong == 0)
        real = {int(account): amount for account, amount in json.loads(balances).items() if amount}
        kept = {account: amount for account, amount in self.apart.balances.items() if amount}
        self.holds("accounts_as_kept_apart", is_true=real == kept)
        self.holds("postings_never_change", is_true=self.print in ("", before))
        self.last, self.print = last, after
        held = json.loads(inside)
        for month, count in self.apart.closed.items():
            self.holds("nothing_enters_a_closed_month", is_true=held.get(f"{month.first_day}", 0) == count)
        self.holds("locked_stays_locked", is_true=set(locked) == {month.first_day for month in self.apart.locked})

    def _look(self) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            if Books.prepared is not connection.connection:
                cursor.execute(_LOOK)
                cursor.execute("SET plan_cache_mode = force_generic_plan")
                Books.prepared = connection.connection
            cursor.execute("EXECUTE books_look (%s, %s)", [self.first, self.last])
            row: tuple[Any, ...] = cursor.fetchone()
            return row

    def holds(self, name: str, *, is_true: bool) -> None:
        COUNTS["checks"] += 1
        if not is_true:
            raise InvariantBroken(name)


def _ignored(made: object) -> None:
    """An act answers nothing."""


def play(*, sequences: int, steps: int, number: int, every: int = 1) -> Counter[str]:
    """Draw that many sequences and check them; what was done, refused and checked. Raises InvariantBroken."""
    COUNTS.clear()
    Books.every = every
    chosen = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(Books), settings=chosen)
    return Counter(COUNTS)


@contextmanager
def small_landlord() -> Iterator[None]:
    """The landlord of the tests, written by hand, on a server of its own that stops with the drill."""
    from django.core.management import call_command
    from django.db import connections
    from tests import landlord
    from tests.conftest import BLANK, Cluster

    from palier.foundation.postgres import ensure_running, provision
    from palier.privacy.operations import apply_policy

    server = ensure_running(HOME)
    provision(server, prefix="palier")
    cluster = Cluster(server)
    with cluster.as_superuser("postgres") as apart:
        apart.execute("ALTER SYSTEM SET fsync = off")
        # On a slow machine it reads a new table while its policies are being made, and the two wait for each other.
        apart.execute("ALTER SYSTEM SET autovacuum = off")
        apart.execute("SELECT pg_reload_conf()")
    call_command("migrate", database="owner", verbosity=0)
    apply_policy(connections["owner"])
    with cluster.as_superuser("postgres") as apart:
        apart.execute("GRANT palier_worker TO palier_login WITH INHERIT TRUE")
        apart.execute("ALTER SYSTEM RESET autovacuum")
        apart.execute("SELECT pg_reload_conf()")
    with cluster.as_superuser(BLANK) as apart:
        landlord.write(apart)
    yield
    connections.close_all()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sequences", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    # Asked for by the drill itself: the counts are then read by the process that shares them out.
    parser.add_argument("--one-of-several", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    started = time.perf_counter()
    try:
        done = played(args) if args.processes > 1 else played_here(args)
    except InvariantBroken as broken:
        print(f"{broken} is broken")
        return 1
    if args.one_of_several:
        print(json.dumps(done))
        return 0
    for name, count in sorted(done.items()):
        print(f"{name}: {count}")
    seconds = time.perf_counter() - started
    print(
        f"{done['sequences']} sequences of up to {args.steps} steps, {done['steps']} acts, {len(INVARIANTS)} "
        f"invariants, seed {args.seed}: 0 broken, {seconds:.0f} s"
    )
    return 0


def played_here(args: argparse.Namespace) -> Counter[str]:
    """The sequences, in this process. Raises InvariantBroken with the seed that breaks it."""
    with small_landlord():
        try:
            return play(sequences=args.sequences, steps=args.steps, number=args.seed)
        except InvariantBroken as broken:
            raise InvariantBroken(f"seed {args.seed}: {broken}") from broken


def played(args: argparse.Namespace) -> Counter[str]:
    """The sequences shared between processes, each with a seed, a home and a server of its own.

    The first has the seed that was asked for, the next those that follow. Raises InvariantBroken when one fails.
    """
    # Made when the settings were read; this process keeps no books.
    shutil.rmtree(HOME.root, ignore_errors=True)
    share, left = divmod(args.sequences, args.processes)
    command = [sys.executable, "-m", "tests.drills.ledger_states", "--steps", str(args.steps), "--processes", "1"]
    started = [
        subprocess.Popen(
            [*command, "--one-of-several", "--sequences", str(share + (rank < left)), "--seed", str(args.seed + rank)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(args.processes)
    ]
    done: Counter[str] = Counter()
    answers = [(process.communicate()[0], process.returncode) for process in started]
    for told, code in answers:
        if code:
            raise InvariantBroken(told.strip().removesuffix(" is broken") or f"a process ended with {code}: it")
        done.update(json.loads(told.splitlines()[-1]))
    return done


if __name__ == "__main__":
    sys.exit(main())
