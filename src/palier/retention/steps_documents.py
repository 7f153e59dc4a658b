"""What durations do to documents, to papers kept by the person, to their journal."""

from palier.retention.shape import Step, delete, held_lease, shred, year_end

DOCUMENTS: tuple[Step, ...] = (
    Step(
        rule="DOCUMENTS",
        name="campaigns_letter",
        table="campaigns_letter",
        label="registre des lettres des campagnes",
        rows=f"""SELECT w.id, {year_end("m.prepared_at")} AS since, {held_lease("w.lease_id")} AS is_held
                 FROM campaigns_letter AS w JOIN campaigns_mailing AS m ON m.id = w.mailing_id""",
        end=delete("campaigns_letter"),
    ),
    Step(
        rule="DEPOTS",
        name="mail_deposit",
        table="mail_deposit",
        label="papiers déposés et leurs clés",
        rows="""SELECT d.id, e.closed_on AS since, e.is_held
                FROM mail_deposit AS d JOIN person_end AS e ON e.person_id = d.person_id""",
        end=shred("mail_deposit", already="destroyed_at"),
    ),
    Step(
        rule="DEPOTS",
        name="rights_retrieval",
        table="rights_retrieval",
        label="reprises de tous ses documents",
        rows="""SELECT r.id, e.closed_on AS since, e.is_held
                FROM rights_retrieval AS r JOIN person_end AS e ON e.person_id = r.person_id""",
        end=delete("rights_retrieval"),
    ),
    Step(
        rule="DOCUMENTS",
        name="mail_vaultevent",
        table="mail_vaultevent",
        label="journal des documents",
        # Its proof stays: the roots hold digests alone. A line that leads to nobody any more stays with them.
        rows=f"""SELECT v.id, {year_end("v.at")} AS since,
                        EXISTS (SELECT FROM held_lease AS h
                                WHERE h.lease_id = v.lease_id OR h.person_id = v.person_id) AS is_held
                 FROM mail_vaultevent AS v WHERE v.lease_id IS NOT NULL OR v.person_id IS NOT NULL""",
        end=delete("mail_vaultevent"),
    ),
    Step(
        rule="DOCUMENTS",
        name="mail_document",
        table="mail_document",
        label="documents, leurs PDF et leurs clés",
        rows=f"""SELECT d.id, {year_end("d.issued_on")} AS since, {held_lease("d.lease_id")} AS is_held
                 FROM mail_document AS d""",
        end="SELECT palier.purge_documents(%(ids)s, %(day)s)",
        # The key of one in a pack goes with its row: its bytes are noise from then on.
        files="""SELECT pdf_sha256 FROM mail_document
                 WHERE id = ANY (%(ids)s::bigint[]) AND pdf_sha256 <> '' AND kept_pack = ''""",
    ),
)
