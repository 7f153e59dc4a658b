"""A refusal: something the program declines to do, told to a person in one French sentence."""

import inspect

from palier.foundation.text import typeset


class Refusal(Exception):
    """L’opération est refusée."""

    def __init__(self, **facts: object) -> None:
        """`facts` fill the {placeholders} of the class's docstring, which is the sentence shown."""
        self.facts = facts
        super().__init__(type(self).sentence().format(**facts))

    @classmethod
    def sentence(cls) -> str:
        """The sentence shown, before its facts are filled in, on one line."""
        # split() with no argument would also eat the no-break spaces that French typography asks for.
        lines = inspect.cleandoc(cls.__doc__ or "").splitlines()
        return typeset(" ".join(line.strip(" ") for line in lines if line))

    def __init_subclass__(cls) -> None:
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} has no docstring: it is the sentence shown to the person")

    def __reduce__(self) -> tuple[object, ...]:
        # An exception rebuilt from its positional args would lose its facts between two processes.
        return _rebuilt, (type(self), self.facts)


def _rebuilt(refusal: type[Refusal], facts: dict[str, object]) -> Refusal:
    return refusal(**facts)
