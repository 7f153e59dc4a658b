"""What the tenant reads of their account: short sentences, the amount first, no reproach."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop, ngettext

from palier.ledger.models import PAYMENT_MEANS
from palier.ledger.standing import Movement, Standing
from palier.mail.notice import Notice
from palier.mail.receipt import Receipt
from palier.quittancement.queries.bills import ExplainedBill, ExplainedLine
from palier.recovery.queries.delays import DelayRow
from palier.web import words
from palier.web.components import CalcLine
from palier.web.languages import told

PAYMENT_MODES = dict(PAYMENT_MEANS)
NOTIFIED = {
    "APL": gettext_noop("APL (aide personnalisée au logement)"),
    "RLS": gettext_noop("RLS (réduction de loyer de solidarité)"),
    "SLS": gettext_noop("SLS (supplément de loyer de solidarité)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDebit:
    """The direct debit that a notice announced. `amount_cents` is None when the account has moved since.

    It takes the month and no more: `left_cents` is what the account owes besides, to be paid another way.
    `in_another_year`: the day is then said with its year.
    """

    on: date
    amount_cents: int | None
    left_cents: int
    iban_end: str
    mandate: str
    in_another_year: bool

    @property
    def said(self) -> str:
        """« 342,51 € le samedi 5 décembre »."""
        day = words.day_long(self.on, with_year=self.in_another_year)
        if self.amount_cents is None:
            return gettext("le %(day)s") % {"day": day}
        return gettext("%(amount)s le %(day)s") % {"amount": words.euros(self.amount_cents), "day": day}


def balance_sentence(total_cents: int) -> str:
    """The account in one sentence: a debt is « ce qui reste », never a fault."""
    if total_cents > 0:
        return gettext("Il vous reste %(amount)s à payer.") % {"amount": words.euros(total_cents)}
    if total_cents < 0:
        return gettext("Vous avez %(amount)s d’avance.") % {"amount": words.euros(-total_cents)}
    return gettext("Votre compte est à jour.")


def plan_sentence(*, paid: int, count: int) -> str:
    """How far a plan has come."""
    return ngettext(
        "Votre plan avance\u00a0: %(paid)s paiement sur %(count)s est fait.",
        "Votre plan avance\u00a0: %(paid)s paiements sur %(count)s sont faits.",
        paid,
    ) % {"paid": paid, "count": count}


def said_of(row: DelayRow) -> str:
    """Where a running delay stands, in one sentence."""
    if row.state == "ASKED":
        return gettext("Nous répondons au plus tard le %(day)s.") % {"day": words.day_long(row.answer_due_on)}
    if row.state == "OFFERED":
        return gettext("Nous vous proposons un autre délai.")
    count = len(row.shown_plan)
    if count == 1:
        return gettext("Vous payez en une fois, le %(day)s.") % {"day": words.day_long(row.shown_plan[0].due_on)}
    return plan_sentence(paid=row.paid, count=count)


def next_debit(notice: Notice | None, standing: Standing, *, on: date) -> NextDebit | None:
    """The debit to come, when the last notice announced one and something is left to pay."""
    debit = notice.payment.debit if notice is not None else None
    if notice is None or debit is None or debit.on < on or standing.total_cents <= 0:
        return None
    month_cents = min(standing.total_cents, notice.total_cents)
    return NextDebit(
        on=debit.on,
        amount_cents=month_cents if standing.total_cents == notice.account.due_cents else None,
        left_cents=standing.total_cents - month_cents,
        iban_end=debit.iban_end,
        mandate=debit.mandate,
        in_another_year=debit.on.year != on.year,
    )


def where_it_comes_from(bill: ExplainedBill, movements: list[Movement], standing: Standing) -> list[CalcLine]:
    """What was left before the last notice, the notice, what moved since, and what is left: they add up."""
    before_cents = standing.total_cents - sum(movement.amount_cents for movement in movements)
    lines = [
        CalcLine(label=gettext("Avant cet avis"), value=words.euros(before_cents), reason=_before(before_cents)),
        CalcLine(
            label=gettext("Votre avis %(of_month)s") % {"of_month": words.of_month(bill.month)},
            value=words.euros(bill.total_cents),
            reason=gettext("Chaque ligne est expliquée plus bas."),
            chosen=True,
        ),
    ]
    lines += [
        CalcLine(
            label=_moved(movement),
            value=words.euros(movement.amount_cents),
            reason=_on(movement.booked_on),
        )
        for movement in movements
        if not (movement.source_kind == "BILL" and movement.source_id == bill.id)
    ]
    total = gettext("Reste à payer") if standing.total_cents >= 0 else gettext("Votre avance")
    lines.append(CalcLine(label=total, value=words.euros(abs(standing.total_cents)), total=True))
    return lines


def line_by_line(bill: ExplainedBill) -> list[CalcLine]:
    """The notice, each line with the whole calculation; the sum is the notice's."""
    lines = [
        CalcLine(label=line.label, value=words.euros(line.amount_cents), reason=_reason(line), is_french=True)
        for line in bill.lines
    ]
    return [*lines, CalcLine(label=gettext("Total du mois"), value=words.euros(bill.total_cents), total=True)]


def notice_lines(notice: Notice | Receipt) -> list[CalcLine]:
    """The lines as the notice prints them."""
    lines = [
        CalcLine(label=line.label, value=words.euros(line.amount_cents), reason=line.reason, is_french=True)
        for line in notice.lines
    ]
    return [*lines, CalcLine(label=gettext("Total du mois"), value=words.euros(notice.total_cents), total=True)]


def receipt_sentence(receipt: Receipt) -> str:
    """What the paper says, in one sentence."""
    if receipt.nature == "quittance":
        if receipt.total_cents <= 0:
            return gettext("Vos aides couvrent ce mois : vous n’avez rien à payer.")
        if receipt.credits:
            amounts = {"paid": words.euros(receipt.paid_cents), "credited": words.euros(receipt.credited_cents)}
            if receipt.payments:
                return (
                    gettext("Vous avez payé %(paid)s. Nous vous devions %(credited)s. Ces deux sommes soldent ce mois.")
                    % amounts
                )
            return gettext("Nous vous devions %(credited)s. Cette somme solde ce mois.") % amounts
        return gettext("Vous avez payé %(paid)s\u00a0: ce mois est soldé.") % {"paid": words.euros(receipt.paid_cents)}
    if receipt.nature == "reçu":
        return gettext("Vous avez payé %(paid)s sur %(total)s.") % {
            "paid": words.euros(receipt.paid_cents),
            "total": words.euros(receipt.total_cents),
        }
    if receipt.reason == "avis annulé":
        return gettext("L’avis de ce mois est annulé. Vos paiements restent à votre compte.")
    return gettext("Un paiement est reparti, ou ne règle plus ce mois.")


def receipt_payments(receipt: Receipt) -> list[CalcLine]:
    """What each payment gave to this month; empty when none did."""
    lines = [
        CalcLine(
            label=words.capital(told(payment.means)),
            value=words.euros(payment.amount_cents),
            reason=gettext("Reçu le %(day)s.") % {"day": words.day_long(payment.on)},
        )
        for payment in receipt.payments
    ]
    if lines:
        lines.append(CalcLine(label=gettext("Payé pour ce mois"), value=words.euros(receipt.paid_cents), total=True))
    return lines


def receipt_credits(receipt: Receipt) -> list[CalcLine]:
    """What the landlord owed and that was counted on this month; empty when nothing was."""
    lines = [
        CalcLine(
            label=words.capital(told(credit.means)),
            value=words.euros(credit.amount_cents),
            reason=gettext("Porté à votre compte le %(day)s.") % {"day": words.day_long(credit.on)},
        )
        for credit in receipt.credits
    ]
    if lines:
        lines.append(
            CalcLine(label=gettext("Compté sur ce mois"), value=words.euros(receipt.credited_cents), total=True)
        )
    return lines


def notice_account(notice: Notice) -> list[CalcLine]:
    """The account as the notice froze it: before, payments, the month, what is due."""
    strip = notice.account
    lines = [
        CalcLine(
            label=gettext("Avant cet avis"),
            value=words.euros(strip.before_cents),
            reason=gettext("Au %(day)s.") % {"day": words.day_long(strip.before_on)},
        )
    ]
    lines += [
        CalcLine(
            label=gettext("Paiement reçu") if payment.means == "paiement" else _received(payment.means),
            value=words.euros(-payment.amount_cents),
            reason=_on(payment.on),
        )
        for payment in strip.payments
    ]
    lines.append(
        CalcLine(
            label=gettext("Avis %(of_month)s") % {"of_month": words.of_month(notice.month.first_day)},
            value=words.euros(notice.total_cents),
        )
    )
    due = gettext("À payer") if strip.due_cents >= 0 else gettext("Votre avance")
    return [*lines, CalcLine(label=due, value=words.euros(abs(strip.due_cents)), total=True)]


def grouped(code: str) -> str:
    """An IBAN or an RF reference by groups of four, as it is copied."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _reason(line: ExplainedLine) -> str:
    """The sentences of the calculation; the label already stands above them."""
    said = " ".join(line.sentences) or line.hint
    return said.removeprefix(f"{line.label}{words.NBSP}: ")


def _before(cents: int) -> str:
    if cents > 0:
        return gettext("Ce qui restait à payer.")
    return gettext("Vous aviez de l’avance.") if cents < 0 else gettext("Votre compte était à jour.")


def _moved(movement: Movement) -> str:
    if movement.source_kind == "PAYMENT":
        means = PAYMENT_MODES.get(movement.means, "")
        return _received(means) if means else gettext("Paiement reçu")
    return told(movement.label)


def _received(means: str) -> str:
    return gettext("Paiement reçu, %(means)s") % {"means": told(means)}


def _on(day: date) -> str:
    return gettext("Le %(day)s.") % {"day": words.day_long(day)}
