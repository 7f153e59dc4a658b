from django.db import migrations

_TABLES = ("leases_lease", "leases_occupant", "leases_consent")


class Migration(migrations.Migration):
    """The day of the former agreement becomes the word of each holder, for notices and receipts; letters go on paper.

    The owner sees no row of a table under forced row security: it is lifted for this transaction alone.
    """

    dependencies = [("leases", "0005_consents")]
    operations = [
        migrations.RunSQL(
            [
                *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in _TABLES),
                """INSERT INTO leases_consent (lease_id, residence_id, person_id, family, word, said_on, means,
                                               text_version, text_sha256, kept_at)
                   SELECT l.id, l.residence_id, o.person_id, f.family, 'GIVEN', l.online_agreed_on, 'TAKEOVER', 0, '', now()
                   FROM leases_lease AS l
                   JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')
                        AND (o.moved_out_on IS NULL OR o.moved_out_on >= l.online_agreed_on)
                   CROSS JOIN (VALUES ('NOTICES'), ('RECEIPTS')) AS f (family)
                   WHERE l.online_agreed_on IS NOT NULL ORDER BY l.id, o.id, f.family""",
                # No table is altered while its foreign keys wait to be checked.
                "SET CONSTRAINTS ALL IMMEDIATE",
                *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in _TABLES),
            ],
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
