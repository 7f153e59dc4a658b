"""Housing aid as the CAF pays it: APL and RLS read from its files, matched, their exceptions told."""
