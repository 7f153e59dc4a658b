"""`{% sending_key %}`, a key for one form, and `labels|at:code`, a word from a closed list."""

from collections.abc import Mapping
from uuid import uuid4

from django import template

register = template.Library()


@register.simple_tag
def sending_key() -> str:
    """A new key: the form it stands in counts once, however often it is sent."""
    return str(uuid4())


@register.filter
def at(labels: Mapping[str, str], code: str) -> str:
    """The word of a code. A code without a word is an error, told at once."""
    return labels[code]
