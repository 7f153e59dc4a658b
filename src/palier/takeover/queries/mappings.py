"""The mappings that are in use: the last version of each source."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """The last version of one source, with how many words it translates."""

    source: str
    version: int
    word_count: int
    created_at: datetime


_MAPPINGS = """
SELECT DISTINCT ON (m.source) m.source, m.version, count(w.id) AS word_count, m.created_at
FROM takeover_mapping AS m LEFT JOIN takeover_mappingword AS w ON w.mapping_id = m.id
GROUP BY m.id ORDER BY m.source, m.version DESC LIMIT 50
"""


def mapping_rows() -> list[MappingRow]:
    """Each source once, by name."""
    return fetch(MappingRow, _MAPPINGS, {})
