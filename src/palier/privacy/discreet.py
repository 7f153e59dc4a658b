"""Discreet display: which readings of one's own file are told later, or on paper only, and the SQL that holds it.

A reading made to protect someone from violence must not show on a screen that they share (purposes of the catalogue).
The rule is the purpose's, never the reader's choice: nobody hides a reading of their own.
"""

from collections.abc import Iterable

from palier.privacy.declare import Purpose


def told_online(purposes: Iterable[Purpose]) -> str:
    """The condition on a row of the journal for the person to see it in their space today. `true` without a rule."""
    conditions = []
    for purpose in purposes:
        if purpose.told_in_person_only:
            conditions.append(f"purpose <> '{purpose.code}'")
        elif purpose.told_after_days:
            conditions.append(
                f"(purpose <> '{purpose.code}' OR at < (now() - '{purpose.told_after_days} days'::interval))"
            )
    return " AND ".join(conditions) or "true"


def discreet_codes(purposes: Iterable[Purpose]) -> list[str]:
    """The purposes whose readings have a discreet display."""
    return [each.code for each in purposes if each.told_in_person_only or each.told_after_days]


def rule_in_words(purpose: Purpose) -> str:
    """The rule as the DPO reads it."""
    if purpose.told_in_person_only:
        return "montrées seulement en main propre"
    return f"montrées après {purpose.told_after_days} jours"
