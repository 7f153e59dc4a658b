"""The pages of employees and suppliers: their own payslips or invoices only, and even that leaves a trace."""

from dataclasses import replace

from palier.privacy.declare import PageAccess, Role
from palier.web.signin_pages import PAGES as SIGNING_IN


def _own(*categories: str, screen: str = "", methods: tuple[str, ...] = ("GET",)) -> PageAccess:
    return PageAccess(
        roles=(Role.EMPLOYEE,), purpose="GESTION_DU_PERSONNEL", methods=methods, categories=categories, screen=screen
    )


def _invoices() -> PageAccess:
    return PageAccess(roles=(Role.SUPPLIER,), purpose="ACHATS", categories=("FACTURES",), screen="mes factures")


PAGES: dict[str, PageAccess] = {
    **SIGNING_IN,
    "sign_in": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    # A code typed from a sheet of paper: nobody is signed in.
    "first_access": PageAccess(roles=(), purpose="", methods=("GET", "POST"), public=True),
    "sign_out": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    "preferences": PageAccess(roles=(), purpose="", methods=("POST",), public=True),
    # It leads to the first page of whoever is signed in, and shows nothing.
    "home": PageAccess(roles=(), purpose="", public=True),
    "payslips": _own("PAIE", screen="mes bulletins"),
    "invoices": _invoices(),
    "invoice": _invoices(),
    "payslip": _own("PAIE", screen="mes bulletins"),
    "payslips_zip": replace(_own("PAIE", screen="tous mes bulletins"), fresh_proof=True),
    "choice": _own("PAIE", screen="papier ou électronique"),
    "oppose": _own("PAIE", screen="papier ou électronique", methods=("POST",)),
    "take_back": _own("PAIE", screen="papier ou électronique", methods=("POST",)),
    "readings": _own("JOURNAL", screen="qui a lu mes bulletins"),
}
