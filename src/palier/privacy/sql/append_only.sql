-- What is written stays written: nobody updates, deletes or empties these tables, their owner included.
-- One exception: a row whose time is over is deleted by the functions of purge.sql, which refuse any other. They run
-- as a role that nobody takes, with a right on those tables only where a duration ends in an erasure.
CREATE OR REPLACE FUNCTION palier.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user LIKE '%\_purge' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Les lignes de % ne se modifient ni ne s’effacent.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
