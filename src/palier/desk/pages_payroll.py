"""Who may call the pages of payslips: the payroll office, and no other agent, whatever their function."""

from palier.privacy.declare import PageAccess, Role


def _payroll(*methods: str, screen: str = "", menu: str = "") -> PageAccess:
    return PageAccess(
        roles=(Role.PAYROLL,),
        purpose="GESTION_DU_PERSONNEL",
        methods=methods or ("GET",),
        categories=("PAIE", "IDENTITE") if screen else (),
        screen=screen,
        menu=menu,
    )


PAGES: dict[str, PageAccess] = {
    # Counts and totals: nobody's payslip.
    "payroll": _payroll(menu="Paie"),
    "payroll_upload": _payroll("POST"),
    # A name of file and a progress.
    "payroll_given": _payroll(),
    "payroll_given_progress": _payroll(),
    "payroll_given_again": _payroll("POST"),
    "payroll_given_leave": _payroll("POST"),
    "payroll_batch": _payroll(screen="lot de bulletins"),
    "payroll_review": _payroll("POST"),
    "payroll_release": _payroll("POST"),
    "payroll_undo": _payroll("POST"),
    "payroll_match": _payroll("POST", screen="lot de bulletins"),
    "payroll_slip": _payroll(screen="bulletin, en PDF"),
    "payroll_aside": _payroll(screen="page mise de côté"),
    "payroll_aside_return": _payroll("POST"),
    "payroll_lot": _payroll(screen="lot de bulletins à imprimer"),
    "payroll_lot_pdf": _payroll("POST", screen="bulletins à imprimer"),
    "payroll_lot_sheet": _payroll("POST", screen="bulletin réimprimé"),
    "payroll_register": _payroll(screen="registre de la paie"),
    "payroll_register_upload": _payroll("POST", screen="registre de la paie"),
    "payroll_sheets": _payroll("POST", screen="feuilles d’accès"),
    "payroll_layout": _payroll("GET", "POST"),
    "payroll_closing": _payroll("POST"),
    "payroll_closing_withdraw": _payroll("POST"),
}
