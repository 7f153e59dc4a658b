"""A payroll's file of invented payslips, as a payroll program would edit it: one PDF, totals on the last page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import typst

from palier.foundation.money import text_from_cents
from palier.mail.glyphs import FONTS
from palier.payroll.rules.splitting import Layout

LAYOUT: Final = Layout(
    number_label="Matricule",
    net_label="Net à payer",
    totals_label="Récapitulatif du lot",
    count_label="Nombre de bulletins",
    sum_label="Total des nets à payer",
)
_HEAD: Final = """
#set page(paper: "a4", margin: 20mm)
#set text(font: "Inter", size: 10pt, lang: "fr")
#let bulletin(matricule, mois, brut, cotisations, net, suite: false) = [
  = Bulletin de paie fictif, #mois
  Habitat du Val Serein, organisme imaginaire, SIRET 000 000 000 00000 \\
  Matricule : #matricule
  #v(6mm)
  #table(columns: (1fr, auto), stroke: 0.4pt + luma(180), [Salaire de base], [#brut], [Cotisations], [#cotisations])
  #if suite [
    #v(4mm) Suite page suivante
    #pagebreak()
    = Bulletin de paie fictif, #mois, suite
    Matricule : #matricule
  ]
  #v(6mm)
  Net à payer : #net €
  #v(4mm)
  #text(size: 8pt)[Document d’essai sans valeur : la personne, les montants et l’employeur sont inventés.]
  #pagebreak()
]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedSlip:
    """One invented payslip. Amounts in cents."""

    number: str
    gross_cents: int
    has_second_page: bool = False

    @property
    def net_cents(self) -> int:
        """About what is left of a gross salary."""
        return self.gross_cents * 78 // 100


def pay_file(slips: Sequence[InventedSlip], *, month: str) -> bytes:
    """The PDF of a month, with its page of totals."""
    lines = [_HEAD, *(_bulletin(slip, month) for slip in slips), _totals(slips)]
    made = typst.Compiler(
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    ).compile(input="\n".join(lines).encode("utf-8"), format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


def _bulletin(slip: InventedSlip, month: str) -> str:
    kept = slip.gross_cents - slip.net_cents
    amounts = ", ".join(f'"{_written(cents)}"' for cents in (slip.gross_cents, kept, slip.net_cents))
    second = "true" if slip.has_second_page else "false"
    return f'#bulletin("{slip.number}", "{month}", {amounts}, suite: {second})'


def _totals(slips: Iterable[InventedSlip]) -> str:
    nets = [slip.net_cents for slip in slips]
    return (
        f"= Récapitulatif du lot\nNombre de bulletins : {len(nets)} \\\n"
        f"Total des nets à payer : {_written(sum(nets))} €\n"
    )


def _written(cents: int) -> str:
    """« 2 345,67 », without a no-break space: as payroll programs print it."""
    whole, decimals = text_from_cents(cents).split(".")
    groups: list[str] = []
    while whole:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return f"{' '.join(groups)},{decimals}"
