"""Bank accounts, what banks send, payments and what they settle, mandates and debits. Amounts in cents."""

from palier.banking.models.cards import CardNotice, CardPayment, CardRemittance
from palier.banking.models.debits import Debit, DebitAside, DebitRun, MandateChange, Refund, SepaMandate
from palier.banking.models.given import GivenFile
from palier.banking.models.orders import OrderFile, OrderVoid
from palier.banking.models.payments import Payment, Settlement
from palier.banking.models.statements import BankAccount, BankEntry, BankFile, Match, StatedBalance

__all__ = [
    "BankAccount",
    "BankEntry",
    "BankFile",
    "CardNotice",
    "CardPayment",
    "CardRemittance",
    "Debit",
    "DebitAside",
    "DebitRun",
    "GivenFile",
    "MandateChange",
    "Match",
    "OrderFile",
    "OrderVoid",
    "Payment",
    "Refund",
    "SepaMandate",
    "Settlement",
    "StatedBalance",
]
