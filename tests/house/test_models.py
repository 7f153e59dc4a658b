"""Every model is in the policy, every table about people has a category and a duration, every text has a purpose."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.privacy.catalogue import CATEGORIES
from palier.privacy.free_text import REGISTER, TextKind
from palier.privacy.policy import declared_tables
from palier.retention.queries import declared_rules

CATEGORY_OF = {access.table: access.category for access in declared_tables()}
TEXTS = (models.CharField, models.TextField, models.JSONField)


def texts_about_people() -> Iterator[tuple[str, str, int | None]]:
    """Table, column and limit of every text of a table of personal data whose values no closed list bounds."""
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if not CATEGORY_OF.get(table):
            continue
        for field in model._meta.concrete_fields:
            held = field.base_field if isinstance(field, ArrayField) else field
            # A generated column is of another class: it repeats its source.
            if isinstance(held, TEXTS) and not field.choices:
                yield table, field.column, getattr(held, "max_length", None)


def test_every_model_of_palier_is_in_the_policy() -> None:
    ours = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("palier.")}
    assert ours - set(CATEGORY_OF) == set()


def test_every_table_about_people_has_a_category_and_a_duration_with_its_ground() -> None:
    kept = {rule.category for rule in declared_rules() if rule.months >= 0 and rule.basis}
    assert {table for table, category in CATEGORY_OF.items() if category and category not in kept} == set()
    assert kept == set(CATEGORIES)


def test_every_text_about_people_is_declared_with_its_limit() -> None:
    declared = {(text.table, text.column): text.limit for text in REGISTER}
    held = {(table, column): limit for table, column, limit in texts_about_people()}
    assert held.keys() - declared.keys() == set(), "in the models, not in palier/privacy/free_text"
    assert declared.keys() - held.keys() == set(), "declared, not in the models"
    assert declared == held
    assert len(declared) == len(REGISTER)


def test_every_declared_text_has_a_purpose_and_readers_who_need_it() -> None:
    for text in REGISTER:
        assert text.purpose, f"{text.table}.{text.column}"
    caretaker_reads = {(text.table, text.column) for text in REGISTER if "caretaker" in text.readers}
    # The words of the caretaker's pages (CNIL, 2012): a name for the door, what was agreed to be shared, the number on
    # the tag of a key. And of their own activity, the codes that the landlord keeps.
    assert caretaker_reads == {
        ("leases_occupant", "door_name"),
        ("people_contact", "value"),
        ("maintenance_keyset", "tag"),
        # Where their own photo of an equipment is kept: a digest and a number of pack.
        ("maintenance_ticketphoto", "sha256"),
        ("maintenance_ticketphoto", "kept_pack"),
        ("privacy_readevent", "screen"),
        ("privacy_readevent", "purpose"),
        ("privacy_readevent", "categories"),
    }


def test_nobody_types_what_they_like_about_a_person() -> None:
    assert [text for text in REGISTER if text.kind is TextKind.FREE_TEXT] == []


def test_only_a_copy_of_what_is_bounded_elsewhere_has_no_limit() -> None:
    assert {text.kind for text in REGISTER if text.limit is None} == {TextKind.COPY}
