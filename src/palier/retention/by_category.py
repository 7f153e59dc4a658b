"""How long each kind of data is kept, as the table of durations stands: for whoever explains or declares it."""

from collections.abc import Mapping
from dataclasses import dataclass

from palier.retention.queries import RuleInForce, rules_in_force
from palier.retention.rules.schedule import STATUSES_FR, Status
from palier.retention.rules.told import Told, duration


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """One duration of a category: of what, how long and what ends it, on what ground."""

    label: str
    duration: Told
    basis: str
    status: str
    is_confirmed: bool

    @property
    def sentence(self) -> str:
        """The duration in French."""
        return str(self.duration)


def kept_by_category(rules: Mapping[str, RuleInForce] | None = None) -> dict[str, tuple[KeptLine, ...]]:
    """The durations in force by category, what the DPO decided included. Read inside whoever asks' transaction."""
    found: dict[str, list[KeptLine]] = {}
    for each in (rules_in_force() if rules is None else rules).values():
        found.setdefault(each.rule.category, []).append(
            KeptLine(
                label=each.rule.label,
                duration=duration(each.rule),
                basis=each.rule.basis,
                status=STATUSES_FR[each.rule.status],
                is_confirmed=each.rule.status is Status.OFFICIAL,
            )
        )
    return {category: tuple(lines) for category, lines in found.items()}


def each_told(lines: tuple[KeptLine, ...]) -> tuple[str, ...]:
    """« 3 ans après la fin du bail : effacement »; of several, each after its own name."""
    if len(lines) == 1:
        return (lines[0].sentence,)
    return tuple(f"{line.label} ({line.sentence})" for line in lines)


def in_one_line(lines: tuple[KeptLine, ...]) -> str:
    """The same, one after the other."""
    return "\u00a0; ".join(each_told(lines))
