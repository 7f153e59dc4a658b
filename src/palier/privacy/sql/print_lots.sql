-- The last number given to a lot of a year, or 0. One series for every family, of which the payroll sees its own lots.
CREATE OR REPLACE FUNCTION palier.last_print_lot(year text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(max(right(l.number, 6)::int), 0) FROM dispatch_printlot AS l
    WHERE l.number LIKE 'LOT-' || year || '-%'
$$;
