-- What erases rows that nobody else may delete: sealed bills, documents, the history of leases. Created as the role
-- {purge}, which owns these functions, and called by the job of retention alone. Each refuses a row whose time is not
-- over by law, whatever the durations that the landlord decided.

-- Nothing is erased ahead of its day. Only a demonstration may move its clock.
CREATE OR REPLACE FUNCTION palier.refuse_a_day_to_come(day date) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF day > palier.today() AND NOT EXISTS (SELECT FROM estate_landlord WHERE is_demo) THEN
        RAISE EXCEPTION 'nothing is erased ahead of its day' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Accounting pieces: ten years from the end of their year (Code de commerce, art. L123-22).
CREATE OR REPLACE FUNCTION palier.is_kept_by_law(piece_day date, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp
RETURN (date_trunc('year', piece_day) + interval '11 years')::date > day;

CREATE OR REPLACE FUNCTION palier.purge_bills(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (SELECT FROM quittancement_bill WHERE id = ANY (ids) AND palier.is_kept_by_law(month, day)) THEN
        RAISE EXCEPTION 'a bill is kept ten years after its year' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM quittancement_contra WHERE bill_id = ANY (ids);
    DELETE FROM quittancement_line AS l USING quittancement_bill AS b
    WHERE b.id = ANY (ids) AND l.run_id = b.run_id AND l.lease_id = b.lease_id;
    DELETE FROM quittancement_bill WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

CREATE OR REPLACE FUNCTION palier.purge_documents(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    accounts bigint[];
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (SELECT FROM mail_document WHERE id = ANY (ids) AND palier.is_kept_by_law(issued_on, day)) THEN
        RAISE EXCEPTION 'a document is kept ten years after its year' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(DISTINCT account_id) INTO accounts FROM mail_document WHERE id = ANY (ids);
    -- The journal of documents keeps that each was destroyed, and no longer whose it was.
    INSERT INTO mail_vaultevent (ref, at, kind, sha256, by)
    SELECT gen_random_uuid(), now(), 'DESTROYED', pdf_sha256, 'JOB' FROM mail_document
    WHERE id = ANY (ids) AND pdf_sha256 <> '';
    DELETE FROM mail_document WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    -- A key goes with the last document that it sealed: what backups of the files still hold is then noise.
    DELETE FROM mail_documentkey AS k
    WHERE k.account_id = ANY (accounts) AND NOT EXISTS (
        SELECT FROM mail_document AS d WHERE d.account_id = k.account_id AND extract(year FROM d.issued_on) = k.year
    ) AND (make_date(k.year, 12, 31) + interval '10 years')::date < day;
    RETURN gone;
END $$;

-- The history of a lease, once it has ended; that of a contact, once the contact itself is gone.
CREATE OR REPLACE FUNCTION palier.purge_changes(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (
        SELECT FROM leases_change AS c LEFT JOIN leases_lease AS l ON l.id = c.lease_id
        WHERE c.id = ANY (ids)
          AND CASE c.subject WHEN 'CONTACT' THEN EXISTS (SELECT FROM people_contact AS p WHERE p.id = c.row_id)
              ELSE l.ends_on IS NULL OR l.ends_on >= day END
    ) THEN
        RAISE EXCEPTION 'the history of a running lease is kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM leases_change WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

-- What was agreed to is the proof of it as long as the lease runs.
CREATE OR REPLACE FUNCTION palier.purge_consents(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (
        SELECT FROM leases_consent AS c JOIN leases_lease AS l ON l.id = c.lease_id
        WHERE c.id = ANY (ids) AND (l.ends_on IS NULL OR l.ends_on >= day)
    ) THEN
        RAISE EXCEPTION 'the agreements of a running lease are kept' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM leases_consent WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

-- What persons asked, and what was answered: never before the answer.
CREATE OR REPLACE FUNCTION palier.purge_requests(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (
        SELECT FROM unnest(ids) AS asked (id)
        WHERE NOT EXISTS (
            SELECT FROM rights_step AS s WHERE s.request_id = asked.id AND s.kind = 'ANSWERED' AND s.at < day
        )
    ) THEN
        RAISE EXCEPTION 'a request is kept until its answer' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM rights_package WHERE request_id = ANY (ids);
    DELETE FROM rights_step WHERE request_id = ANY (ids);
    DELETE FROM rights_request WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

-- Breaches: never while one is open (RGPD, art. 33-5).
CREATE OR REPLACE FUNCTION palier.purge_incidents(ids bigint[], day date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM palier.refuse_a_day_to_come(day);
    IF EXISTS (
        SELECT FROM unnest(ids) AS asked (id)
        WHERE NOT EXISTS (
            SELECT FROM oversight_incidentstep AS s
            WHERE s.incident_id = asked.id AND s.kind = 'CLOSED' AND s.at < day
        )
    ) THEN
        RAISE EXCEPTION 'a breach is kept until it is closed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM oversight_incidentperson WHERE incident_id = ANY (ids);
    DELETE FROM oversight_incidentstep WHERE incident_id = ANY (ids);
    DELETE FROM oversight_incident WHERE id = ANY (ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
