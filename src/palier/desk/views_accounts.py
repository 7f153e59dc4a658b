"""A tenant’s account: the running balance, and behind each line how it was calculated, again, before one’s eyes."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponseBase
from django.utils.timezone import localtime

from palier.desk.account_tabs import account_tabs
from palier.desk.answers import strangers_get_404
from palier.desk.explained import bill_lines, digest_label
from palier.desk.labels import labels_of
from palier.desk.navigation import address, framed
from palier.desk.tables_estate import PAYMENT_MODES, place
from palier.desk.tracing import trace_of
from palier.desk.views_estate import _windows
from palier.desk.views_leases import _crumbs, _facts, _names, _verb
from palier.foundation.clock import now, today
from palier.foundation.periods import Month
from palier.leases.access import account_in_scope
from palier.leases.queries.lease import LeaseFacts, occupants_of
from palier.ledger.models import PAYMENT_MEANS, Entry
from palier.ledger.queries import Balance, StatementLine, account_balance, account_statement
from palier.quittancement.models import Contra, Run
from palier.quittancement.queries.account import DraftBill, Piece, draft_of_lease, pieces_of
from palier.quittancement.queries.bills import ExplainedBill, bill_explanation, taken_back
from palier.quittancement.queries.residence import facade_doors
from palier.takeover.queries.history import former_months
from palier.web import words
from palier.web.amounts import row_number
from palier.web.components import Fig, Shortcut
from palier.web.exports import ROW_LIMIT, export_response
from palier.web.requests import ActorRequest
from palier.web.tables import Column, Kind, Table, read_state

PAGE_LINES: Final = 18
SOURCES: Final = labels_of(Entry, "source_kind")
MOTIVES: Final = labels_of(Contra, "motive")
RUN_STATES: Final = labels_of(Run, "state")
MEANS: Final = {code: label.capitalize() for code, label in PAYMENT_MEANS}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """A line as the page shows it: amounts in cents, the balance written as the tenant’s."""

    line: StatementLine
    piece: str
    url: str
    is_open: bool

    @property
    def debit_cents(self) -> int | None:
        return self.line.amount_cents if self.line.amount_cents > 0 else None

    @property
    def credit_cents(self) -> int | None:
        return -self.line.amount_cents if self.line.amount_cents <= 0 else None

    @property
    def balance_cents(self) -> int:
        return -self.line.balance_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The opened explanation: a bill that adds up, or the facts of another entry."""

    title: str
    intro: str
    bill: ExplainedBill | None
    facts: tuple[tuple[str, str], ...] = ()
    recomputed: str = ""
    agrees: bool = True


@strangers_get_404
def account(request: ActorRequest, account_id: int) -> HttpResponseBase:
    """The account with its running balance; `piece` opens a line, `recalcul` computes it again."""
    role, on = request.actor.role, today()
    here = account_in_scope(account_id)
    occupants = occupants_of(here.id)
    request.reading.saw(occupant.person_id for occupant in occupants if occupant.role != "OCCUPANT")
    before = row_number(request.GET.get("avant", ""))
    statement = account_statement(account_id, before_entry_id=before, limit=PAGE_LINES)
    draft = draft_of_lease(here.id) if before is None else None
    pieces = pieces_of([line.source_id for line in statement.lines if line.source_kind in ("BILL", "CONTRA")])
    opened = _opened(request, statement.lines, draft)
    base = f"avant={before}&" if before else ""
    balance = account_balance(account_id, on=on)
    names = _names(occupants)
    reason = _reason(opened, draft, pieces, recompute=request.GET.get("recalcul") == "1")
    doors = facade_doors(here.residence_id, today=on)
    context: dict[str, object] = {
        "lease": here,
        "names": names,
        "facts": _facts(here),
        "figs": _figs(here, balance, draft),
        "late": balance.late_cents > 0,
        "tabs": account_tabs(role, lease_id=here.id, account_id=account_id, here="account"),
        "carried_cents": -statement.carried_cents,
        "carried_on": statement.lines[0].booked_on if statement.lines else None,
        "lines": [
            AccountLine(
                line=line,
                piece=_piece(line, pieces),
                url=f"?{base}piece={line.entry_id}#calcul",
                is_open=opened is line,
            )
            for line in statement.lines
        ],
        "former": former_months(account_id) if before is None else [],
        "draft": draft,
        "draft_after_cents": -_after_draft(statement.lines, draft),
        "draft_open": draft is not None and opened is None,
        "earlier_url": f"?avant={statement.lines[0].entry_id}" if statement.has_earlier else "",
        "is_first_page": before is None,
        "reason": reason,
        "calc": bill_lines(reason.bill) if reason and reason.bill else [],
        "digest": digest_label(reason.bill.rules_digest) if reason and reason.bill else "",
        "rules": sorted({line.rule for line in reason.bill.lines}) if reason and reason.bill else [],
        "again_url": f"?{base}{f'piece={opened.entry_id}&' if opened else ''}recalcul=1#calcul",
        "bill_url": address(role, "bill", reason.bill.id) if reason and reason.bill else "",
        "export_url": address(role, "account_export", account_id, "xlsx"),
        "windows": _windows(doors, here.building, lit=here.dwelling_id),
        "windows_label": f"{place(here.building, here.staircase, here.door)}, bâtiment {here.building}",
        "trace": trace_of(request),
        "verb": _verb(occupants),
        "crumbs": _crumbs(request, here, names),
        "shortcuts": (
            Shortcut(keys=("↑", "↓"), label="écriture"),
            Shortcut(keys=("↵",), label="comment c’est calculé"),
            Shortcut(keys=("R",), label="recalculer"),
            Shortcut(keys=("E",), label="exporter"),
        ),
    }
    return framed(request, "desk/account.html", context)


def _after_draft(lines: tuple[StatementLine, ...], draft: DraftBill | None) -> int:
    """What the account will owe once the draft is sealed."""
    return (lines[-1].balance_cents if lines else 0) + (draft.total_cents if draft else 0)


def _opened(request: ActorRequest, lines: tuple[StatementLine, ...], draft: DraftBill | None) -> StatementLine | None:
    """The line asked for; otherwise the draft (None), otherwise the last notice. Another account's line is unknown."""
    asked = row_number(request.GET.get("piece", ""))
    if asked is not None:
        found = next((line for line in lines if line.entry_id == asked), None)
        if found is None:
            raise Http404
        return found
    if draft is not None:
        return None
    return next((line for line in reversed(lines) if line.source_kind == "BILL"), None)


def _piece(line: StatementLine, pieces: dict[int, Piece]) -> str:
    if line.source_kind == "BILL" and line.source_id in pieces:
        return pieces[line.source_id].number
    return f"{line.journal}-{line.number}"


def _figs(here: LeaseFacts, balance: Balance, draft: DraftBill | None) -> list[Fig]:
    figs = [
        Fig(
            label=f"Solde au {words.day_brief(today())}",
            value=words.euros(-balance.balance_cents, signed=True),
            debt=balance.balance_cents > 0,
        ),
        Fig(
            label="Dont en retard",
            value=words.euros(balance.late_cents) if balance.late_cents else "rien",
            note="échéances passées" if balance.late_cents else "",
        ),
    ]
    if draft is not None:
        figs.append(
            Fig(
                label=f"Avis de {Month.of(draft.month).label_fr()}",
                value=words.euros(draft.total_cents),
                note=f"ébauche, dû le {words.day_brief(draft.due_on)}",
            )
        )
    figs.append(
        Fig(
            label="Paiement",
            value=PAYMENT_MODES[here.payment_mode].capitalize(),
            note=f"le {here.debit_day} du mois" if here.debit_day else "",
        )
    )
    return figs


def _reason(
    opened: StatementLine | None, draft: DraftBill | None, pieces: dict[int, Piece], *, recompute: bool
) -> Reason | None:
    bill_id = draft.bill_id if draft is not None else None
    if opened is not None:
        bill_id = opened.source_id if opened.source_kind in ("BILL", "CONTRA") else None
    bill = bill_explanation(bill_id) if bill_id is not None else None
    if opened is not None and (bill is None or opened.source_kind != "BILL"):
        return _other_reason(opened, pieces)
    if bill is None:
        return None
    days, of = (bill.last_day - bill.first_day).days + 1, Month.of(bill.month).days
    whole = "mois entier" if days == of else "mois incomplet"
    state = "" if bill.is_sealed else f", {RUN_STATES[bill.state]}, pas encore scellé"
    intro = f"Avis de {Month.of(bill.month).label_fr()}, {whole} ({days} jours sur {of}){state}."
    return Reason(
        title="Comment c’est calculé\u202f?",
        intro=intro,
        bill=bill,
        recomputed=_recomputed(bill) if recompute else "",
        agrees=bill.agrees,
    )


def _recomputed(bill: ExplainedBill) -> str:
    """What computing again with the pure rule gives, line by line, said as a fact."""
    same = sum(line.agrees for line in bill.lines)
    at = words.hour(now())
    rules = "les mêmes règles" if bill.is_of_these_rules else "les règles de cette version, qui ont changé depuis"
    if bill.agrees:
        return f"Recalculé à {at} avec {rules}{words.NBSP}: {same} lignes sur {len(bill.lines)}, identique au centime."
    wrong = "; ".join(
        f"{line.label}{words.NBSP}: {words.euros(line.recomputed_cents)} au lieu de {words.euros(line.amount_cents)}"
        for line in bill.lines
        if not line.agrees
    )
    different = words.count(len(bill.lines) - same, "ligne différente", "lignes différentes")
    return f"Recalculé à {at} avec {rules}{words.NBSP}: {different}. {wrong}"


def _other_reason(opened: StatementLine, pieces: dict[int, Piece]) -> Reason:
    facts = [
        ("Pièce", _piece(opened, pieces)),
        ("Montant", words.euros(abs(opened.amount_cents))),
        ("Date du compte", words.day_short(opened.booked_on)),
        ("Enregistré le", words.instant(localtime(opened.posted_at))),
    ]
    if opened.means:
        facts.insert(1, ("Moyen", MEANS.get(opened.means, opened.means)))
    if opened.source_kind == "CONTRA":
        contra = taken_back(opened.source_id)
        if contra is not None:
            facts.append(("Motif", MOTIVES.get(contra.motive, contra.motive)))
        if opened.source_id in pieces:
            facts.append(("Avis repris", pieces[opened.source_id].number))
    return Reason(
        title="D’où vient cette ligne\u202f?",
        intro=f"{SOURCES[opened.source_kind].capitalize()}, écriture équilibrée et définitive.",
        bill=None,
        facts=tuple(facts),
    )


# --- The account as a file -------------------------------------------------------------------------------------------

STATEMENT: Final = Table[StatementLine](
    code="compte",
    caption="Compte du bail, montants en euros, solde progressif",
    default_sort="date",
    columns=(
        Column(code="date", label="Date", value=lambda row: row.booked_on, kind=Kind.DATE, sortable=True),
        Column(code="piece", label="Pièce", value=lambda row: f"{row.journal}-{row.number}"),
        Column(code="libelle", label="Libellé", value=lambda row: row.label),
        Column(
            code="debit",
            label="Débit",
            value=lambda row: row.amount_cents if row.amount_cents > 0 else None,
            kind=Kind.MONEY,
        ),
        Column(
            code="credit",
            label="Crédit",
            value=lambda row: -row.amount_cents if row.amount_cents <= 0 else None,
            kind=Kind.MONEY,
        ),
        Column(code="solde", label="Solde", value=lambda row: -row.balance_cents, kind=Kind.MONEY),
    ),
)


@strangers_get_404
def account_export(request: ActorRequest, account_id: int, wanted: str) -> HttpResponseBase:
    """The whole account, oldest line first."""
    here = account_in_scope(account_id)
    occupants = occupants_of(here.id)
    request.reading.saw(occupant.person_id for occupant in occupants if occupant.role != "OCCUPANT")
    statement = account_statement(account_id, before_entry_id=None, limit=ROW_LIMIT)
    state = read_state(STATEMENT, request.GET)
    name = f"compte {here.reference}"
    return export_response(STATEMENT, state, statement.lines, wanted=wanted, name=name, on=today())
