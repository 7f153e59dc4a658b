"""Who may call the pages of audits: the auditor reads under pseudonyms; the DPO declares, headquarters confirm."""

from palier.privacy.declare import PageAccess, Role


def _auditor(
    *methods: str,
    categories: tuple[str, ...] = (),
    screen: str = "",
    menu: str = "",
    fresh_proof: bool = False,
) -> PageAccess:
    return PageAccess(
        roles=(Role.AUDITOR,),
        purpose="AUDIT",
        methods=methods or ("GET",),
        categories=categories,
        screen=screen,
        menu=menu,
        fresh_proof=fresh_proof,
    )


def _decider(*roles: Role, method: str = "POST", menu: str = "") -> PageAccess:
    return PageAccess(roles=roles, purpose="AUDIT", methods=(method,), menu=menu)


PAGES: dict[str, PageAccess] = {
    "audit": _auditor(menu="Audit"),
    # Counts: nobody's file is read.
    "audit_readings": _auditor(categories=("JOURNAL",), screen="audit, lectures comptées"),
    "audit_reading_rows": _auditor(categories=("JOURNAL", "AGENTS"), screen="audit, lectures une à une"),
    "audit_residences": _auditor(),
    "audit_residence": _auditor(categories=("BAIL", "COMPTE", "SIGNALEMENTS"), screen="audit, résidence"),
    # The function that opens a sitting writes the line of the journal (privacy/sql/audit.sql).
    "audit_sittings": _auditor(),
    "audit_sitting": _auditor(categories=("EXAMEN",), screen="audit, séance de la commission"),
    "audit_sitting_item": _auditor(categories=("EXAMEN",), screen="audit, séance de la commission"),
    "audit_sitting_compare": _auditor("POST"),
    "audit_sitting_progress": _auditor(),
    "audit_texts": _auditor(),
    "audit_retention": _auditor(),
    "audit_pack": _auditor("GET", "POST"),
    "audit_progress": _auditor(),
    "audit_pack_file": _auditor(categories=("JOURNAL",), screen="dossier d’audit", fresh_proof=True),
    "audit_missions": _decider(Role.DPO, Role.HEADQUARTERS, method="GET", menu="Audit"),
    "audit_mission_declare": _decider(Role.DPO),
    "audit_mission_confirm": _decider(Role.HEADQUARTERS),
    "audit_mission_end": _decider(Role.DPO),
}
