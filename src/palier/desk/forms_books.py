"""What is typed in the books: an amount moved by hand, a number of the chart, what a paper statement says."""

from django import forms

from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.ledger.models import ManualEntry
from palier.web.amounts import Amount

_CHOOSE = {"required": "Choisissez dans la liste.", "invalid_choice": "Ce choix n’est plus dans la liste."}
REASONS: dict[str, str] = labels_of(ManualEntry, "reason")


def _code(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=20,
        help_text="Le code d’un compte général, ou celui du compte d’un bail.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Tapez le code d’un compte."},
    )


class ManualEntryForm(forms.Form):
    """From one account to another, a day, a reason of the list."""

    reason = forms.ChoiceField(
        label="Motif",
        choices=[("", "Choisir"), *((code, label.capitalize()) for code, label in REASONS.items())],
        error_messages=_CHOOSE,
    )
    debit = _code("Compte débité")
    credit = _code("Compte crédité")
    amount = Amount(label="Montant (€)")
    booked_on = Day(label="Date de l’écriture")


class StatedForm(forms.Form):
    """The balance that a paper statement says at the end of a day."""

    bank_account = forms.IntegerField(widget=forms.HiddenInput)
    on = Day(label="Solde à la fin du")
    # Signed: an account may be overdrawn.
    balance = forms.RegexField(
        label="Solde du relevé (€)",
        regex=r"^[-\u2212]?[0-9]{1,10}([,.][0-9]{1,2})?$",
        error_messages={
            "required": "Tapez le solde, par exemple 1250,40.",
            "invalid": "Tapez des chiffres et une virgule, sans espace, avec un moins devant un découvert.",
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
