"""Database columns of our own."""

from django.db import models
from django.db.models.expressions import RawSQL


class FoldedField(models.GeneratedField):
    """Text without accents or capitals, kept by PostgreSQL beside its source: names sort and are found by it.

    `expression` is SQL over the columns of the same row. The cluster has no ICU collation, so this column is the order.
    """

    def __init__(self, expression: str) -> None:
        self.folded = expression
        super().__init__(
            expression=RawSQL(f"palier.fold({expression})", []), output_field=models.TextField(), db_persist=True
        )

    def deconstruct(self) -> tuple[str, str, list[str], dict[str, str]]:
        name, path, _, _ = super().deconstruct()
        return name, path, [self.folded], {}
