"""Who may call the pages of outgoing mail: the register, templates, letters to one lease or to a list."""

from palier.correspondence.access import MAY_WRITE_MANY, MAY_WRITE_ONE, MAY_WRITE_TEMPLATES
from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import PageAccess, Role

_WRITE = ("GET", "POST")
_NAMES = ("IDENTITE", "BAIL", "DOCUMENTS")
# What a letter may say of its tenant: the page adds the account when the text names it.
_WRITTEN = ("IDENTITE", "BAIL")


def _page(
    *methods: str,
    roles: tuple[Role, ...] = MAY_WRITE_ONE,
    menu: str = "",
    screen: str = "",
    categories: tuple[str, ...] = (),
    fresh_proof: bool = False,
) -> PageAccess:
    return PageAccess(
        roles=roles,
        purpose="GESTION_LOCATIVE",
        methods=methods or ("GET",),
        menu=menu,
        screen=screen,
        categories=categories,
        fresh_proof=fresh_proof,
    )


_HELD = PageAccess(
    roles=OFFICE,
    purpose="PROTECTION_VIOLENCES",
    categories=_WRITTEN,
    screen="courrier d’une personne protégée",
    opens_file=True,
)
PAGES: dict[str, PageAccess] = {
    "mail_register": _page(menu="Courrier", screen="registre du courrier", categories=_NAMES),
    "mail_letter": _page(screen="lettre du registre", categories=_NAMES),
    "mail_letter_pdf": _page(screen="lettre du registre", categories=_NAMES),
    "mail_letter_slip": _page("POST", screen="lettre du registre", categories=_NAMES),
    "mail_letter_returned": _page("POST", screen="lettre du registre", categories=_NAMES),
    "mail_reply_attach": _page("POST", screen="réponse au courrier", categories=_NAMES),
    "mail_reply": _page(screen="réponse au courrier", categories=_NAMES),
    "mail_reply_answered": _page("POST", screen="réponse au courrier", categories=_NAMES),
    "mail_templates": _page(),
    "mail_template": _page(*_WRITE),
    "mail_template_new": _page(*_WRITE, roles=MAY_WRITE_TEMPLATES),
    "mail_template_retire": _page("POST", roles=MAY_WRITE_TEMPLATES),
    "mail_preview": _page("POST", screen="essai d’une lettre", categories=_WRITTEN),
    "mail_preview_pdf": _page("POST", screen="essai d’une lettre", categories=_WRITTEN),
    "mail_sendings": _page(),
    "mail_sending_new": _page(*_WRITE, roles=MAY_WRITE_MANY, screen="envoi à une liste", categories=_WRITTEN),
    "mail_sending": _page(screen="envoi de courrier", categories=_NAMES),
    "mail_sending_progress": _page(),
    "mail_sending_csv": _page(screen="export d’un envoi", categories=_NAMES, fresh_proof=True),
    "mail_sending_sample": _page(screen="envoi de courrier", categories=_NAMES),
    "mail_sending_sign": _page("POST", roles=MAY_WRITE_ONE),
    "mail_sending_launch": _page("POST", roles=MAY_WRITE_ONE),
    "mail_sending_again": _page("POST", roles=MAY_WRITE_ONE),
    "mail_sending_cancel": _page("POST", roles=MAY_WRITE_ONE),
    "mail_sending_posted": _page("POST", roles=MAY_WRITE_ONE),
    "mail_sending_withdraw": _page(*_WRITE, roles=MAY_WRITE_ONE),
    # One file, under the role that opens it: whoever holds the protection, nobody else.
    "protected_mail": _HELD,
    "protected_mail_pdf": _HELD,
    "lease_write": _page(*_WRITE, screen="lettre à un bail", categories=_WRITTEN),
}
