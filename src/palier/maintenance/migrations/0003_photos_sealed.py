from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import migrations, models

from palier.mail.store import DocumentStore

_AT_ONCE = 50


def seal(apps: Any, schema_editor: Any) -> None:
    """Put each picture in the store, under a key of its own; its row keeps the key, wrapped, and the digest."""
    del apps
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM maintenance_ticketphoto ORDER BY id")
        ids = [number for (number,) in cursor.fetchall()]
        for at in range(0, len(ids), _AT_ONCE):
            cursor.execute(
                "SELECT id, image FROM maintenance_ticketphoto WHERE id = ANY (%s)", [ids[at : at + _AT_ONCE]]
            )
            rows = cursor.fetchall()
            for (number, _), kept in zip(rows, store.deposit([bytes(image) for _, image in rows]), strict=True):
                cursor.execute(
                    """UPDATE maintenance_ticketphoto
                       SET sha256 = %s, byte_count = %s, kept_key = %s, kept_pack = %s, kept_slot = %s WHERE id = %s""",
                    [kept.digest, kept.size, kept.wrapped, kept.pack, kept.slot, number],
                )


class Migration(migrations.Migration):
    """The pictures of a home leave the database for the store of documents, each sealed under a key of its own.

    The owner sees no row of a table under forced row security: it is lifted for this transaction alone.
    """

    dependencies = [("maintenance", "0002_repair_requests"), ("mail", "0006_packs")]
    operations = [
        migrations.AddField("ticketphoto", "kept_key", models.BinaryField(max_length=64, null=True)),
        migrations.AddField("ticketphoto", "kept_pack", models.CharField(blank=True, db_default="", max_length=32)),
        migrations.AddField("ticketphoto", "kept_slot", models.SmallIntegerField(db_default=0)),
        migrations.AddField(
            "ticketphoto", "sha256", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("ticketphoto", "byte_count", models.IntegerField(default=0), preserve_default=False),
        migrations.RunSQL(
            "ALTER TABLE maintenance_ticketphoto NO FORCE ROW LEVEL SECURITY", migrations.RunSQL.noop
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        # No table is altered while its foreign keys wait to be checked.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField("ticketphoto", "image"),
        migrations.RunSQL(
            [
                # The table is written anew: a column that is dropped leaves its bytes on the disk.
                "ALTER TABLE maintenance_ticketphoto ALTER COLUMN width TYPE smallint USING (width + 0)::smallint",
                "ALTER TABLE maintenance_ticketphoto FORCE ROW LEVEL SECURITY",
            ],
            migrations.RunSQL.noop,
        ),
    ]
