-- Asked when someone signs in, before any role is taken: it tells nobody else who asks for a dwelling. A person whom no
-- residence and no lease has ever held. Created as the role {scope}.
DROP FUNCTION IF EXISTS palier.applicants();
CREATE OR REPLACE FUNCTION palier.signs_in_as_applicant(person bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN current_setting('role') = 'none'
       AND EXISTS (SELECT FROM people_person WHERE id = person AND residence_id IS NULL)
       AND NOT EXISTS (SELECT FROM leases_occupant WHERE person_id = person);
END $$;
