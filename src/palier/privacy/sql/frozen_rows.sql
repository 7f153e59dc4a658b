-- Refuses the change of one row while its person's data are frozen (freezing.sql says whose are), whichever agent asks
-- for it. The arguments are what leads to the person, and by which column. Runs with the rights of whoever writes.
CREATE OR REPLACE FUNCTION palier.refuse_frozen() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    FOR rank IN 0 .. TG_NARGS / 2 - 1 LOOP
        IF palier.is_frozen(TG_ARGV[2 * rank], (to_jsonb(OLD) ->> TG_ARGV[2 * rank + 1])::bigint) THEN
            RAISE EXCEPTION 'Les données d’une personne de ce bail sont gelées à sa demande (RGPD, art. 18) : rien ne s’y modifie avant que le délégué à la protection des données lève ce gel.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
