"""The screen's own rules: words, patterns, context guards, identifiers. Pure: no Django, no database, no clock."""
