"""Saving how an old suite's files are read: a version is never changed, the next one replaces it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from palier.foundation.errors import Refusal
from palier.takeover.imports.account_file import COLUMNS, HEADINGS, NATURES
from palier.takeover.imports.mapping import Word
from palier.takeover.models import Mapping, MappingWord

# Our columns whose codes may be translated, with ours.
CODED = {"nature": tuple(NATURES), "rubrique": tuple(HEADINGS)}


class MappingWithoutSource(Refusal):
    """Donnez un nom à l’ancien logiciel : la correspondance est retrouvée par lui."""


class MappingEmpty(Refusal):
    """La correspondance ne traduit rien : donnez au moins une colonne ou un code."""


class WordUnknownToPalier(Refusal):
    """« {ours} » n’est pas un mot de Palier : les colonnes sont {columns}."""


class WordReadTwoWays(Refusal):
    """« {theirs} » serait lu de deux façons : gardez-en une seule."""


class MappingNotFound(Refusal):
    """Aucune correspondance n’est enregistrée pour « {source} » : faites-la sur la page Reprise."""


def save_mapping(*, source: str, words: Sequence[Word], by: int, at: datetime) -> Mapping:
    """Save the next version of a source's mapping.

    Raises MappingWithoutSource, MappingEmpty, WordUnknownToPalier, WordReadTwoWays.
    """
    name = " ".join(source.split())[:30]
    if not name:
        raise MappingWithoutSource
    if not words:
        raise MappingEmpty
    seen = set()
    for word in words:
        known = CODED.get(word.column, ()) if word.column else COLUMNS
        if word.ours not in known:
            raise WordUnknownToPalier(ours=word.ours[:30], columns=", ".join(COLUMNS))
        if (word.column, word.theirs.lower()) in seen:
            raise WordReadTwoWays(theirs=word.theirs[:60])
        seen.add((word.column, word.theirs.lower()))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier takeover mapping'))")
        last = Mapping.objects.filter(source=name).order_by("-version").first()
        mapping = Mapping.objects.create(
            source=name, version=1 if last is None else last.version + 1, created_by=by, created_at=at
        )
        MappingWord.objects.bulk_create(
            [MappingWord(mapping=mapping, column=w.column, theirs=w.theirs[:60], ours=w.ours) for w in words]
        )
    return mapping


def words_for(source: str) -> tuple[Word, ...]:
    """The words of the last version of a source's mapping; none for an empty source. Raises MappingNotFound."""
    if not source:
        return ()
    mapping = Mapping.objects.filter(source=source).order_by("-version").first()
    if mapping is None:
        raise MappingNotFound(source=source[:30])
    return tuple(
        Word(column=column, theirs=theirs, ours=ours)
        for column, theirs, ours in mapping.words.order_by("id").values_list("column", "theirs", "ours")
    )
