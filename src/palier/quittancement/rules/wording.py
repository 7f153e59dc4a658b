"""A line told to the tenant: six words beside it on the notice, whole sentences behind « Comment c’est calculé ? »."""

from palier.foundation.money import euros_fr
from palier.quittancement.rules.month import Line, LineInputs, LineKind

LONGEST_HINT = 36

_USUAL = {
    LineKind.RENT: "loyer fixé par le bail",
    LineKind.ANNEX: "prix fixe par mois",
    LineKind.SLS: "ressources au-dessus du plafond",
    LineKind.ENERGY_WORKS: "contribution fixe, 15 ans au plus",
    LineKind.PROVISION_WATER: "avance, comptes faits chaque année",
    LineKind.PROVISION_HEATING: "avance, comptes faits chaque année",
    LineKind.PROVISION_COMMON: "avance, comptes faits chaque année",
    LineKind.ADJUSTMENT: "régularisation de ce mois",
    LineKind.APL: "elle nous est payée pour vous",
    LineKind.RLS: "montant notifié par la CAF",
}
_TEXTS = {
    LineKind.SLS: "CCH, art. L441-3 et suivants",
    LineKind.ENERGY_WORKS: "CCH, art. L442-3",
    LineKind.PROVISION_WATER: "loi du 6 juillet 1989, art. 23\u00a0; CCH, art. L442-3",
    LineKind.PROVISION_HEATING: "loi du 6 juillet 1989, art. 23\u00a0; CCH, art. L442-3",
    LineKind.PROVISION_COMMON: "loi du 6 juillet 1989, art. 23\u00a0; CCH, art. L442-3",
    LineKind.RLS: "CCH, art. L442-2-1",
}


def hint(line: Line) -> str:
    """Why this amount, in 36 characters at most: what the notice prints beside the line."""
    inputs = line.inputs
    if inputs.days == 0:
        return "suspendu par arrêté"
    if inputs.days < inputs.of:
        return _days_fr(inputs)
    if _is_capped(line):
        return "limitée au loyer du mois"
    basis = line.basis.strip()
    if not basis:
        return _USUAL[line.kind]
    if len(basis) <= LONGEST_HINT:
        return basis
    return basis[: LONGEST_HINT - 1].rsplit(" ", 1)[0].rstrip(" ,;:×÷\u00a0") + "…"


def explain(line: Line) -> list[str]:
    """The calculation of the line in French sentences: amount, days, cap, text."""
    inputs = line.inputs
    monthly = euros_fr(abs(inputs.amount_cents))
    basis = f" ({line.basis.strip()})" if line.basis.strip() else ""
    sentences = [f"{line.label}\u00a0: {monthly} {_rhythm(line.kind)}{basis}."]
    if inputs.days == 0:
        sentences.append(
            "Un arrêté suspend le loyer à partir du 1er du mois qui suit sa notification\u00a0: "
            f"{euros_fr(0)} pour ce mois. Texte\u00a0: CCH, art. L521-2."
        )
    elif inputs.days < inputs.of:
        sentences.append(
            f"Le mois est incomplet ({_days_fr(inputs)}). {monthly} × {inputs.days} ÷ {inputs.of} "
            f"= {euros_fr(line.amount_cents)}, arrondi au centime le plus proche."
        )
    if line.kind in (LineKind.APL, LineKind.RLS):
        sentences.append("Ce montant est déduit tel qu’il a été notifié, sans être réduit selon les jours.")
    if inputs.cap_cents is not None and _is_capped(line):
        sentences.append(
            f"Elle ne peut pas dépasser le loyer du logement de ce mois, {euros_fr(inputs.cap_cents)}\u00a0: "
            f"elle est limitée à {euros_fr(abs(line.amount_cents))}."
        )
    if line.kind in _TEXTS:
        sentences.append(f"Texte\u00a0: {_TEXTS[line.kind]}.")
    return sentences


def _rhythm(kind: LineKind) -> str:
    return "pour ce mois" if kind is LineKind.ADJUSTMENT else "par mois"


def _days_fr(inputs: LineInputs) -> str:
    """« du 12 au 30 : 19 jours sur 30 »."""
    last = inputs.first + inputs.days - 1
    if inputs.days == 1:
        return f"le {_ordinal(last)}\u00a0: 1 jour sur {inputs.of}"
    return f"du {_ordinal(inputs.first)} au {last}\u00a0: {inputs.days} jours sur {inputs.of}"


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)


def _is_capped(line: Line) -> bool:
    inputs = line.inputs
    return inputs.cap_cents is not None and inputs.amount_cents < -inputs.cap_cents
