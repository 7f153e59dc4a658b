"""The reference of a tenant's account, as the payer's bank carries it. No database, no clock."""

from stdnum.iso7064 import mod_97_10


def creditor_reference(account_code: str) -> str:
    """ISO 11649: RF, two check digits, the account's code; stable for life."""
    return f"RF{mod_97_10.calc_check_digits(f'{account_code}RF')}{account_code}"
