-- The history of leases keeps no copy of what the job of retention erases: it would be kept after all.
CREATE OR REPLACE TRIGGER lease_changed AFTER UPDATE OR DELETE ON leases_lease FOR EACH ROW
    WHEN (current_user NOT LIKE '%\_batch\_retention') EXECUTE FUNCTION palier.keep_change('LEASE');
CREATE OR REPLACE TRIGGER term_changed AFTER UPDATE OR DELETE ON leases_term FOR EACH ROW
    WHEN (current_user NOT LIKE '%\_batch\_retention') EXECUTE FUNCTION palier.keep_change('TERM');
CREATE OR REPLACE TRIGGER occupant_changed AFTER UPDATE OR DELETE ON leases_occupant FOR EACH ROW
    WHEN (current_user NOT LIKE '%\_batch\_retention') EXECUTE FUNCTION palier.keep_change('OCCUPANT');
CREATE OR REPLACE TRIGGER contact_changed AFTER UPDATE OR DELETE ON people_contact FOR EACH ROW
    WHEN (current_user NOT LIKE '%\_batch\_retention') EXECUTE FUNCTION palier.keep_change('CONTACT');

-- Sealed bills and lines do not move; palier.purge_bills alone deletes them, ten years after their year.
CREATE OR REPLACE FUNCTION palier.refuse_change_of_sealed_rows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user LIKE '%\_purge' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM old_rows) AS o
        JOIN quittancement_run AS r ON r.id = o.run_id AND r.state = 'SEALED'
    ) THEN
        RAISE EXCEPTION 'Ce mois est scellé : seule une contre-écriture corrige un avis.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
