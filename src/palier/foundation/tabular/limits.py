"""How much of an outside file is read, and no more: every limit is generous for a landlord of 120,000 dwellings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one reading. Sizes in bytes, lengths in characters."""

    file_bytes: int = 200_000_000
    records: int = 400_000
    columns: int = 200
    cell_characters: int = 4_000
    line_characters: int = 500_000
    unpacked_bytes: int = 800_000_000
    shared_text_bytes: int = 40_000_000
    # A sheet of repeated values packs about a hundred times; a bomb, a thousand times.
    packing_ratio: int = 250
    archive_members: int = 2_000


USUAL = Limits()
# Twelve months of a landlord of 120,000 dwellings, heading by heading: read as they stream, never held.
TWELVE_MONTHS = Limits(file_bytes=600_000_000, records=12_000_000)
