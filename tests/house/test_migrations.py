"""The models and their migrations say the same thing."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command


@pytest.mark.usefixtures("empty_db")
def test_every_change_of_a_model_has_its_migration() -> None:
    said = io.StringIO()
    call_command("makemigrations", dry_run=True, stdout=said, stderr=said)
    assert said.getvalue() in ("", "No changes detected\n", "Aucun changement détecté\n")


def test_every_model_lives_in_a_table_named_after_its_module() -> None:
    odd = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("palier.")
        if model._meta.db_table != f"{model._meta.app_label}_{model.__name__.lower()}"
    ]
    assert odd == []
