"""The law of a letter’s text, with no database and no clock."""
