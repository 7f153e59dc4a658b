"""Free text about persons, screened before it is kept: the engine, its lexicons, what was refused and reported."""
