-- Asked when someone signs in, before any role is taken: an account that stands for an employee or for a supplier opens the
-- partners' site, and no tenant's page. It tells nobody else who they are. Created as the role {scope}.
CREATE OR REPLACE FUNCTION palier.signs_in_as_partner(person bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN current_setting('role') <> 'none' THEN ''
        WHEN EXISTS (SELECT FROM payroll_employee AS e WHERE e.person_id = person) THEN 'employee'
        WHEN EXISTS (SELECT FROM purchasing_supplier AS s WHERE s.person_id = person) THEN 'supplier'
        ELSE ''
    END;
END $$;
