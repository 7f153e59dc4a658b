"""Every module and every model has its word in the glossary."""

import re

from django.apps import apps
from tests.house.tree import ROOT, SOURCE, project_files

GLOSSARY = (ROOT / "docs" / "glossaire.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", GLOSSARY))


def test_every_module_is_in_the_glossary() -> None:
    modules = {path.relative_to(SOURCE).parts[0] for path in project_files() if SOURCE in path.parent.parents}
    assert {f"palier.{name}" for name in modules} - NAMED == set()


def test_every_model_is_in_the_glossary() -> None:
    models = {
        f"{model._meta.app_label}.{model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("palier.")
    }
    assert models - NAMED == set()


def test_the_glossary_names_no_module_or_model_that_is_gone() -> None:
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("palier.")}
    said = {name for name in NAMED if re.fullmatch(r"[a-z]+\.[A-Z]\w+", name) and name.split(".")[0] in labels}
    present = {f"{model._meta.app_label}.{model.__name__}" for model in apps.get_models()}
    assert said - present == set()
    assert {name for name in NAMED if name.startswith("palier.") and not (SOURCE / name[7:]).is_dir()} == set()
