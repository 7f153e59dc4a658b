"""Who may reset, close or open again an account: the DPO and the technical administrator, with a recent proof."""

from palier.privacy.declare import PageAccess, Role

PAGES: dict[str, PageAccess] = {
    "sign_in_accounts": PageAccess(
        roles=(Role.DPO, Role.TECHNICAL_ADMIN),
        purpose="PROTECTION_DONNEES",
        methods=("GET", "POST"),
        categories=("CONNEXION",),
        screen="comptes de connexion",
        menu="Comptes",
        fresh_proof=True,
    ),
}
