"""Who agreed to what, on a day: the one place that says whether a document of a lease goes online or on paper."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch
from palier.leases.consents import DOCUMENTS, FAMILIES_FR, MEANS_FR, ConsentText, Family, Means, Word, text_kept

# The holders of the lease `l` that day; once it is over, those who held it to its end.
_HOLDERS = """h.lease_id = l.id AND h.role IN ('HOLDER', 'COHOLDER')
          AND (h.moved_out_on IS NULL OR h.moved_out_on >= least({on}, l.ends_on))"""
_LAST_WORD = """
    SELECT c.word, c.said_on FROM leases_consent AS c
    WHERE c.lease_id = h.lease_id AND c.person_id = h.person_id AND c.family = {family} AND c.said_on <= {on}
    ORDER BY c.id DESC LIMIT 1"""


def agreed_since_sql(*, family: str, on: str) -> str:
    """An SQL expression on a lease `l`: since when every holder agrees to that family, or NULL: then it is on paper.

    `family` and `on` are SQL themselves: a literal, a parameter (« %(family)s ») or a column.
    """
    last_word = _LAST_WORD.format(family=family, on=on)
    return f"""(
        SELECT CASE WHEN bool_and(coalesce(w.word = 'GIVEN', false)) THEN max(w.said_on) END
        FROM leases_occupant AS h LEFT JOIN LATERAL ({last_word}) AS w ON true
        WHERE {_HOLDERS.format(on=on)})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreed:
    lease_id: int
    since: date


def agreed_leases(lease_ids: Sequence[int], family: Family, *, on: date) -> dict[int, date]:
    """Of these leases, those whose documents of the family go online that day, and since when. The rest: paper."""
    if family not in DOCUMENTS:
        raise ValueError(f"{family} is one's own: ask told_persons")
    found = fetch(
        _Agreed,
        f"""SELECT lease_id, since FROM (
                SELECT l.id AS lease_id, {agreed_since_sql(family="%(family)s", on="%(on)s::date")} AS since
                FROM leases_lease AS l WHERE l.id = ANY (%(leases)s::bigint[])) AS found
            WHERE since IS NOT NULL""",
        {"leases": list(lease_ids), "family": family.value, "on": on},
    )
    return {each.lease_id: each.since for each in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    lease_id: int
    person_id: int


def told_persons(lease_ids: Sequence[int], family: Family, *, on: date) -> dict[int, list[int]]:
    """By lease, the holders who agreed for themselves: a copy to their vault, an e-mail, a notification."""
    if family in DOCUMENTS:
        raise ValueError(f"{family} is every holder's: ask agreed_leases")
    last_word = _LAST_WORD.format(family="%(family)s", on="%(on)s::date")
    found = fetch(
        _Told,
        f"""SELECT h.lease_id, h.person_id FROM leases_lease AS l
            JOIN leases_occupant AS h ON {_HOLDERS.format(on="%(on)s::date")}
            JOIN LATERAL ({last_word}) AS w ON w.word = 'GIVEN'
            WHERE l.id = ANY (%(leases)s::bigint[]) ORDER BY h.lease_id, h.id""",
        {"leases": list(lease_ids), "family": family.value, "on": on},
    )
    told: dict[int, list[int]] = defaultdict(list)
    for each in found:
        told[each.lease_id].append(each.person_id)
    return dict(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One word of one holder, as it is kept."""

    id: int
    person_id: int
    holder: str
    family: str
    word: str
    said_on: date
    means: str
    text_version: int
    text_sha256: str
    agent_id: int | None
    kept_at: datetime

    @property
    def family_fr(self) -> str:
        return FAMILIES_FR[Family(self.family)]

    @property
    def means_fr(self) -> str:
        return MEANS_FR[Means(self.means)]

    @property
    def is_given(self) -> bool:
        return self.word == Word.GIVEN

    @property
    def text(self) -> ConsentText | None:
        """The text it was said on; None when the former system had not kept it."""
        return text_kept(Family(self.family), self.text_version)


_WORDS: Final = """
SELECT c.id, c.person_id, o.display_name AS holder, c.family, c.word, c.said_on, c.means, c.text_version, c.text_sha256,
       c.agent_id, c.kept_at
FROM leases_consent AS c JOIN leases_occupant AS o ON o.lease_id = c.lease_id AND o.person_id = c.person_id
WHERE c.lease_id = %(lease)s ORDER BY c.id DESC LIMIT 500
"""


def consents_of(lease_id: int) -> list[ConsentRow]:
    """Every word said on the lease, the newest first, as far as whoever asks may read them."""
    return fetch(ConsentRow, _WORDS, {"lease": lease_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    person_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyStanding:
    """Where a lease stands for one family. `since` empty: paper, or for one's own families nobody wants it."""

    family: Family
    since: date | None
    # The last word of each holder of today, in the order of the holders; None: said nothing.
    words: tuple[tuple[Holder, ConsentRow | None], ...]

    @property
    def label(self) -> str:
        return FAMILIES_FR[self.family]

    @property
    def is_document(self) -> bool:
        return self.family in DOCUMENTS

    def word_of(self, person_id: int) -> ConsentRow | None:
        return next((word for holder, word in self.words if holder.person_id == person_id), None)

    def awaited_from(self, person_id: int) -> list[str]:
        """The other holders without whom it stays on paper."""
        return [
            holder.name
            for holder, word in self.words
            if holder.person_id != person_id and (word is None or not word.is_given)
        ]


def holders_of(lease_id: int, *, on: date) -> list[Holder]:
    """Who holds the lease that day, the first holder first."""
    return fetch(
        Holder,
        f"""SELECT h.person_id, h.display_name AS name FROM leases_lease AS l
            JOIN leases_occupant AS h ON {_HOLDERS.format(on="%(on)s::date")}
            WHERE l.id = %(lease)s ORDER BY h.role DESC, h.id""",
        {"lease": lease_id, "on": on},
    )


def standing_of(lease_id: int, *, on: date) -> list[FamilyStanding]:
    """Every family of the lease as it stands that day, in their order."""
    holders = holders_of(lease_id, on=on)
    last: dict[tuple[int, str], ConsentRow] = {}
    for row in consents_of(lease_id):
        if row.said_on <= on:
            last.setdefault((row.person_id, row.family), row)
    standing = []
    for family in Family:
        words = tuple((holder, last.get((holder.person_id, family))) for holder in holders)
        given = [word.said_on for _, word in words if word is not None and word.is_given]
        if family in DOCUMENTS:
            since = max(given) if given and len(given) == len(words) else None
        else:
            since = min(given, default=None)
        standing.append(FamilyStanding(family=family, since=since, words=words))
    return standing
