"""Dated values set by public texts, one TOML file a subject: read by `palier.foundation.baremes`."""
