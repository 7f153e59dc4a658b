"""Templates: a text is read, screened, then kept as a version that nobody changes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from palier.correspondence.access import MAY_WRITE_TEMPLATES, require_function
from palier.correspondence.models import Template, TemplateVersion
from palier.correspondence.rules.markup import LetterText, read_text
from palier.foundation.errors import Refusal
from palier.mail.glyphs import printable
from palier.privacy.actor import Actor
from palier.screening.queries import judged


class TemplateNotFound(Refusal):
    """Ce modèle de lettre n’existe pas."""


class TemplateNameTaken(Refusal):
    """Un modèle a déjà ce code : écrivez une nouvelle version du modèle « {name} », ou choisissez un autre code."""


class TemplateRetired(Refusal):
    """Le modèle « {name} » est retiré : il n’écrit plus de lettre."""


class TextAboutSomeone(Refusal):
    """Ligne {line}, colonne {column} : « {words} » ne peut pas être écrit dans un modèle. {suggestion}"""


class SameText(Refusal):
    """Cette version dit mot pour mot la même chose que la dernière : rien n’est gardé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was written: the title of the letter, its text, how it leaves."""

    title: str
    source: str
    is_registered: bool = False
    needs_two: bool = False

    @property
    def text(self) -> LetterText:
        """The text, read. Raises TextRefused."""
        return read_text(self.source)


def create_template(*, code: str, name: str, draft: Draft, actor: Actor, at: datetime) -> TemplateVersion:
    """A template and its first version.

    Raises FunctionMayNotWrite, TextRefused, TextAboutSomeone, CharacterNotPrintable, TemplateNameTaken.
    """
    require_function(actor, MAY_WRITE_TEMPLATES)
    text = _accepted(name, draft)
    try:
        with transaction.atomic():
            template = Template.objects.create(code=code, name=name, made_at=at)
    except IntegrityError as taken:
        known = Template.objects.filter(code=code).values_list("name", flat=True).first()
        raise TemplateNameTaken(name=known or code) from taken
    return _kept(template, 1, draft, text, actor, at)


def write_version(*, template_id: int, draft: Draft, actor: Actor, at: datetime) -> TemplateVersion:
    """Another text of a template: the next version. Those before stay as they are, and so do their letters.

    Raises as `create_template`, and TemplateNotFound, TemplateRetired, SameText.
    """
    require_function(actor, MAY_WRITE_TEMPLATES)
    with transaction.atomic():
        template = Template.objects.select_for_update().filter(pk=template_id).first()
        if template is None:
            raise TemplateNotFound
        if template.retired_at is not None:
            raise TemplateRetired(name=template.name)
        text = _accepted(template.name, draft)
        last = TemplateVersion.objects.filter(template=template).order_by("-rank").first()
        if last is not None and _is_same(last, draft):
            raise SameText
        return _kept(template, 1 if last is None else last.rank + 1, draft, text, actor, at)


def retire_template(*, template_id: int, actor: Actor, at: datetime) -> None:
    """It writes no more; its letters stay. Raises FunctionMayNotWrite, TemplateNotFound."""
    require_function(actor, MAY_WRITE_TEMPLATES)
    if Template.objects.filter(pk=template_id, retired_at=None).update(retired_at=at) != 1:
        raise TemplateNotFound


def screen_draft(source: str) -> None:
    """Refuse a text that speaks of a person's health, origin, offences… Raises TextAboutSomeone."""
    verdict = judged(source)
    blocking = next((each for each in verdict.findings if each.severity == "block"), None)
    if verdict.decision == "block" and blocking is not None:
        before = source[: blocking.start]
        raise TextAboutSomeone(
            line=before.count("\n") + 1,
            column=blocking.start - (before.rfind("\n") + 1) + 1,
            words=source[blocking.start : blocking.end],
            suggestion=blocking.suggestion,
        )


def _accepted(name: str, draft: Draft) -> LetterText:
    text = draft.text
    for each in (name, draft.title):
        printable(each)
        screen_draft(each)
    screen_draft(draft.source)
    return text


def _is_same(last: TemplateVersion, draft: Draft) -> bool:
    kept = (last.title, last.source, last.is_registered, last.needs_two)
    return kept == (draft.title, draft.source, draft.is_registered, draft.needs_two)


def _kept(template: Template, rank: int, draft: Draft, text: LetterText, actor: Actor, at: datetime) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        rank=rank,
        title=draft.title,
        source=draft.source,
        fields=sorted(text.fields),
        is_registered=draft.is_registered,
        needs_two=draft.needs_two,
        written_by=actor.agent_id or 0,
        written_at=at,
    )
