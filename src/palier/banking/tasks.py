"""The jobs of the bank: debits of a month and their file, files given on screen, the card gateway's words.

Each may run twice: a draft is replaced until it is signed, a file is the same bytes, a debit is credited once, a file
is applied once, a word of the gateway is treated once.
"""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.banking.formats.pain008 import Version
from palier.banking.operations import given_files
from palier.banking.operations.card_asking import CARDS_QUEUE, TREATS, ask_gateway, cards_to_ask_about
from palier.banking.operations.card_notices import keep_notice, treat_notices
from palier.banking.operations.debit_asking import QUEUE, REFUNDS, progress_key, require_debits, void_key
from palier.banking.operations.debit_file import write_debit_file
from palier.banking.operations.debit_posting import post_due_debits
from palier.banking.operations.debits import draft_debits
from palier.banking.operations.given_files import APPLIES, CHECKS, file_key
from palier.banking.operations.given_files import QUEUE as FILES_QUEUE
from palier.banking.operations.lapse import lapse_mandates
from palier.banking.operations.refunds import write_refund_file
from palier.banking.operations.voiding import OrderFileAnswered, carry_out_void
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.privacy.actor import BY_COMMAND, Reading, batch
from palier.privacy.declare import Batch

_OPERATOR = "file d’attente"


@app.task(name="palier.banking.tasks.draft", queue=QUEUE, pass_context=True)
def draft(context: JobContext, *, month: str, is_complement: bool, asked_by: int) -> None:
    """Draft the debits of a month for the agent who asked."""
    wanted = Month.parse(month)
    with _followed(context, wanted, f"Prélèvements {wanted.of_fr()}") as shown:
        agent = _asker(asked_by)
        with _batch_of(agent, Batch.RENT, motive="PRELEVEMENTS", command="prélèvements du mois") as reading:
            draft_debits(month=wanted, actor=reading.actor, at=now(), progress=shown, is_complement=is_complement)


@app.task(name="palier.banking.tasks.make_file", queue=QUEUE, pass_context=True)
def make_file(
    context: JobContext, *, month: str, run_id: int, asked_by: int, version: str = Version.OF_2019.value
) -> None:
    """Make the file of a signed run, hold it against its schema and keep it sealed; its page hands it over."""
    wanted = Month.parse(month)
    with (
        _followed(context, wanted, f"Fichier des prélèvements {wanted.of_fr()}") as shown,
        tempfile.TemporaryDirectory(prefix="palier-debits-") as folder,
    ):
        agent = _asker(asked_by)
        with _batch_of(agent, Batch.RENT, motive="PRELEVEMENTS", command="fichier des prélèvements"):
            write_debit_file(
                run_id=run_id,
                path=Path(folder) / "prelevements.xml",
                at=now(),
                version=Version(version),
                progress=shown,
            )


@app.task(name="palier.banking.tasks.make_refund_file", queue=QUEUE, pass_context=True)
def make_refund_file(context: JobContext, *, message_id: str | None, asked_by: int) -> None:
    """Make the file of the signed refunds, or a former one again, and keep it sealed; its page hands it over."""
    with (
        _told(f"{REFUNDS}/{context.job.id}", "Fichier des remboursements"),
        tempfile.TemporaryDirectory(prefix="palier-refunds-") as folder,
    ):
        agent = _asker(asked_by)
        with _batch_of(agent, Batch.RENT, motive="PRELEVEMENTS", command="fichier des remboursements"):
            write_refund_file(path=Path(folder) / "remboursements.xml", at=now(), message_id=message_id or "")


@app.task(name="palier.banking.tasks.void_file", queue=QUEUE, pass_context=True)
def void_file(context: JobContext, *, message_id: str, asked_by: int) -> None:
    """Void a file that two people say was not sent; when the bank has answered, it stands and the page says so."""
    with _told(void_key(message_id, context.job.id), f"Annulation de {message_id}"):
        agent = _asker(asked_by)
        with _batch_of(agent, Batch.RENT, motive="PRELEVEMENTS", command="annulation d’un fichier d’ordres"):
            is_done = carry_out_void(message_id=message_id, at=now())
        # After the transaction: that the voiding is given up stays written.
        if not is_done:
            raise OrderFileAnswered


@app.periodic(cron="5 6 * * *", periodic_id="debits of the day")
@app.task(name="palier.banking.tasks.post_due", queue=QUEUE)
def post_due(timestamp: int) -> None:
    """Each morning, credit the accounts whose debits are collected that day."""
    with batch(Batch.RENT, operator=_OPERATOR, motive="PRELEVEMENTS", command="prélèvements du jour"):
        post_due_debits(on=now().date(), by=0, at=now())


@app.periodic(cron="20 5 * * *", periodic_id="mandates that lapse")
@app.task(name="palier.banking.tasks.lapse", queue=QUEUE)
def lapse(timestamp: int) -> None:
    """Each night, end the mandates that 36 months without a debit have made void."""
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="PRELEVEMENTS", command="mandats caducs"):
        lapse_mandates(on=now().date())


# --- Files of the bank, given on screen ------------------------------------------------------------------------------


@app.task(name=CHECKS, queue=FILES_QUEUE, pass_context=True)
def check_given_file(context: JobContext, *, file_id: int, asked_by: int) -> None:
    """Read a given file to its end; the sentence on which it is refused is kept with it."""
    key = file_key(file_id, context.job.id)
    label = "Lecture d’un fichier de la banque"
    with _given(key, label, command="lecture d’un fichier de la banque", asked_by=asked_by) as (_, shown):
        given_files.check_given_file(file_id=file_id, progress=shown)


@app.task(name=APPLIES, queue=FILES_QUEUE, pass_context=True)
def apply_given_file(context: JobContext, *, file_id: int, asked_by: int) -> None:
    """Apply a file that was looked at: all of it or nothing, once."""
    key = file_key(file_id, context.job.id)
    label = "Application d’un fichier de la banque"
    with _given(key, label, command="fichier de la banque", asked_by=asked_by) as (agent, shown):
        given_files.apply_given_file(file_id=file_id, by=agent.agent_id, at=now(), progress=shown)


@contextmanager
def _given(key: str, label: str, *, command: str, asked_by: int) -> Iterator[tuple[AgentForCommand, Progress]]:
    """A work on a given file, shown, in the batch of the agent who asked for it."""
    with _told(key, label) as shown:
        agent = _giver(asked_by)
        with _batch_of(agent, Batch.IMPORT, motive="RELEVE", command=command):
            yield agent, shown


def _giver(asked_by: int) -> AgentForCommand:
    """Who gave or applies a file, still in post. Raises NoSuchAgent, MayNotGiveBankFiles."""
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="RELEVE", command="banque", agent_id=asked_by, categories=()):
        agent = agent_by_id(asked_by)
    given_files.require_giver(agent.role)
    return agent


# --- Cards -----------------------------------------------------------------------------------------------------------


@app.task(name=TREATS, queue=CARDS_QUEUE)
def treat_card_notices(*, asked_by: None) -> None:
    """Do what the gateway has just told."""
    with batch(Batch.RENT, operator=_OPERATOR, motive="PRELEVEMENTS", command="paiements par carte"):
        treat_notices(by=BY_COMMAND, at=now())


@app.periodic(cron="*/2 * * * *", periodic_id="cards that wait")
@app.task(name="palier.banking.tasks.ask_about_cards", queue=CARDS_QUEUE)
def ask_about_cards(timestamp: int) -> None:
    """Every two minutes, ask the gateway about payments that it has not told, and treat what is left to treat."""
    with batch(Batch.RENT, operator=_OPERATOR, motive="PRELEVEMENTS", command="paiements par carte", categories=()):
        waiting = cards_to_ask_about(at=now())
    # Outside any transaction: a gateway that is slow holds nobody up.
    told = ask_gateway(waiting, at=now())
    with batch(Batch.RENT, operator=_OPERATOR, motive="PRELEVEMENTS", command="paiements par carte"):
        for each in told:
            keep_notice(each, at=now())
        treat_notices(by=BY_COMMAND, at=now())


@contextmanager
def _told(key: str, label: str) -> Iterator[Progress]:
    """Show how far the work is; a refusal stays as its sentence and ends the job there."""
    try:
        with jobs.progress(key, label) as shown:
            yield shown
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


def _followed(context: JobContext, month: Month, label: str) -> AbstractContextManager[Progress]:
    """The work on a month's debits, shown."""
    return _told(progress_key(month, context.job.id), label)


def _asker(asked_by: int) -> AgentForCommand:
    """Who asked, still in post and still in a function that may. Raises NoSuchAgent, FunctionMayNotDebit."""
    with batch(
        Batch.RENT, operator=_OPERATOR, motive="PRELEVEMENTS", command="prélèvements", agent_id=asked_by, categories=()
    ):
        agent = agent_by_id(asked_by)
    require_debits(agent.role)
    return agent


def _batch_of(agent: AgentForCommand, work: Batch, *, motive: str, command: str) -> AbstractContextManager[Reading]:
    """The transaction of a work done for that agent."""
    operator = f"{_OPERATOR}, pour {agent.name}"
    return batch(work, operator=operator, motive=motive, command=command, agent_id=agent.agent_id)
