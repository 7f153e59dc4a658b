-- The owner sees no row of a table under forced row security: lifted for this transaction, put back at its end.
ALTER TABLE quittancement_receipt NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mail_document NO FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch_sending NO FORCE ROW LEVEL SECURITY;

INSERT INTO dispatch_printlot (id, number, family, is_protected, paper_count, sha256, made_by, made_at, taken_at)
OVERRIDING SYSTEM VALUE
SELECT id, number, 'RECEIPTS', false, paper_count, '', made_by, made_at, taken_at FROM quittancement_printlot;
SELECT setval(pg_get_serial_sequence('dispatch_printlot', 'id'),
              greatest((SELECT coalesce(max(id), 1) FROM dispatch_printlot), 1));

-- What was on paper in a lot, taken out or not; the quittances that wait are routed when lots are next asked for.
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected, routed_at,
                              taken_at, told_at, tries, reference, code, print_lot_id, print_rank, return_reason)
SELECT r.document_id, r.lease_id, r.residence_id, r.kind, r.month, 'PRINT',
       CASE WHEN l.taken_at IS NULL THEN 'TAKEN' ELSE 'ACCEPTED' END, false, r.issued_at, l.made_at, l.taken_at, 0, '',
       '', r.print_lot_id, r.print_rank, ''
FROM quittancement_receipt AS r JOIN quittancement_printlot AS l ON l.id = r.print_lot_id;

-- Notices and letters of before this register left by other means: asked to be printed, they would leave twice.
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected, routed_at,
                              told_at, tries, reference, code, return_reason)
SELECT d.id, d.lease_id, d.residence_id, d.kind, d.month,
       CASE WHEN convert_from(d.data, 'UTF8')::jsonb -> 'envoi' ->> 'canal' = 'espace' THEN 'SPACE' ELSE 'PRINT' END,
       CASE WHEN convert_from(d.data, 'UTF8')::jsonb -> 'envoi' ->> 'canal' = 'espace' THEN 'DELIVERED'
            ELSE 'ACCEPTED' END,
       false, d.frozen_at, d.frozen_at, 0, '', 'BEFORE', ''
FROM mail_document AS d
WHERE d.kind NOT IN ('QUITTANCE', 'RECU', 'RETRAIT')
  AND NOT EXISTS (SELECT FROM dispatch_sending AS s WHERE s.document_id = d.id);

ALTER TABLE quittancement_receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE mail_document FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch_sending FORCE ROW LEVEL SECURITY;
