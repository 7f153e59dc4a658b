"""What the labour code says of electronic payslips: paper or not, and until when. Pure."""

from palier.foundation.rulebook import Rule
from palier.payroll.rules.electronic import ELECTRONIC_PAYSLIP, PAYSLIP_AVAILABILITY

RULES: tuple[Rule, ...] = (ELECTRONIC_PAYSLIP, PAYSLIP_AVAILABILITY)
