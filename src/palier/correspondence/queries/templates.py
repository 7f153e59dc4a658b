"""Templates as the pages show them: the list, one version with its text, those that a letter may be written from."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRow:
    """A template with its last version, and how many letters left from all of them."""

    id: int
    code: str
    name: str
    is_retired: bool
    version_id: int
    rank: int
    title: str
    fields: list[str]
    is_registered: bool
    needs_two: bool
    written_by: str
    written_at: datetime

    @property
    def withdraws(self) -> bool:
        """True when its text names a letter withdrawn: it serves for nothing else."""
        return any(code.startswith("retrait.") for code in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version, its text included."""

    id: int
    template_id: int
    name: str
    rank: int
    title: str
    source: str
    is_registered: bool
    needs_two: bool
    written_by: str
    written_at: datetime


_WRITER = "coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = v.written_by), '')"
_TEMPLATES = f"""
SELECT t.id, t.code, t.name, t.retired_at IS NOT NULL AS is_retired, v.id AS version_id, v.rank, v.title, v.fields,
       v.is_registered, v.needs_two, {_WRITER} AS written_by, v.written_at
FROM correspondence_template AS t
JOIN LATERAL (
    SELECT * FROM correspondence_templateversion WHERE template_id = t.id ORDER BY rank DESC LIMIT 1
) AS v ON true
WHERE {{which}} ORDER BY t.retired_at IS NOT NULL, t.name, t.id LIMIT 200
"""
_VERSIONS = f"""
SELECT v.id, v.template_id, t.name, v.rank, v.title, v.source, v.is_registered, v.needs_two,
       {_WRITER} AS written_by, v.written_at
FROM correspondence_templateversion AS v JOIN correspondence_template AS t ON t.id = v.template_id
WHERE {{which}} ORDER BY v.rank DESC LIMIT 50
"""


def templates() -> list[TemplateRow]:
    """Every template, those that serve first."""
    return fetch(TemplateRow, _TEMPLATES.format(which="true"), {})


def template_row(template_id: int) -> TemplateRow | None:
    """One template, or None."""
    return fetch_one(TemplateRow, _TEMPLATES.format(which="t.id = %(id)s"), {"id": template_id})


def templates_that_serve(*, withdrawing: bool = False) -> list[TemplateRow]:
    """Those that letters are written from; with `withdrawing`, those that take a letter back."""
    return [each for each in templates() if not each.is_retired and each.withdraws is withdrawing]


def versions_of(template_id: int) -> list[VersionRow]:
    """The versions of a template, the last first."""
    return fetch(VersionRow, _VERSIONS.format(which="v.template_id = %(id)s"), {"id": template_id})
