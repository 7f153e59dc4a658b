"""What the labour code says of electronic payslips, and how a batch of pages is told apart. Pure."""

from palier.foundation.rulebook import Rule
from palier.payroll.rules.electronic import ELECTRONIC_PAYSLIP, PAYSLIP_AVAILABILITY

RULES: tuple[Rule, ...] = (ELECTRONIC_PAYSLIP, PAYSLIP_AVAILABILITY)
