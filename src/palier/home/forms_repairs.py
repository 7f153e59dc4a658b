"""What a tenant answers about something to repair: choices of closed lists, photos. No box to type in."""

from collections.abc import Sequence
from typing import Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from palier.home.below import told
from palier.leases.queries.tenant import OwnLease
from palier.maintenance.guide import Problem
from palier.maintenance.operations.requests import MOST_PHOTOS, Answers
from palier.maintenance.photos import LARGEST_BYTES
from palier.maintenance.words import ACCESS, DANGERS, SINCE

PHOTOS: Final = tuple(f"photo{rank}" for rank in range(1, MOST_PHOTOS + 1))
_PICTURES: Final = "image/jpeg,image/png,image/webp"


class RepairForm(forms.Form):
    """The questions of one problem, and the key that makes a sending count once."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None,
        files: "MultiValueDict[str, UploadedFile] | None",
        *,
        problem: Problem,
        leases: Sequence[OwnLease],
        initial: dict[str, object],
    ) -> None:
        super().__init__(data, files, initial=initial)
        self._problem = problem
        missing = {"required": gettext("Choisissez une réponse."), "invalid_choice": gettext("Choisissez une réponse.")}
        self.fields["bail"] = forms.TypedChoiceField(
            label=gettext("Pour quel logement"),
            coerce=int,
            choices=[(lease.id, lease.place) for lease in leases],
            widget=forms.Select if len(leases) > 1 else forms.HiddenInput,
        )
        self.fields["danger"] = forms.ChoiceField(
            label=gettext("Y a-t-il un danger\u202f?"),
            required=False,
            choices=[("", gettext("Non, aucun danger")), *told(DANGERS)],
            widget=forms.RadioSelect,
        )
        self.fields["since"] = forms.ChoiceField(
            label=gettext("Depuis quand\u202f?"), choices=told(SINCE), widget=forms.RadioSelect, error_messages=missing
        )
        if problem.is_inside:
            self.fields["access"] = forms.ChoiceField(
                label=gettext("Comment entrer chez vous\u202f?"),
                choices=told(ACCESS),
                widget=forms.RadioSelect,
                error_messages=missing,
            )
        for rank, name in enumerate(PHOTOS, start=1):
            self.fields[name] = forms.FileField(
                label=gettext("Photo %(rank)s") % {"rank": rank},
                required=False,
                widget=forms.ClearableFileInput(attrs={"accept": _PICTURES}),
            )

    @property
    def answers(self) -> Answers:
        """What was answered. Only once the form is valid."""
        sent = self.cleaned_data
        return Answers(
            problem=self._problem.code,
            since=sent["since"],
            access=sent.get("access", ""),
            danger=sent["danger"],
            # One byte past the limit is enough to refuse it.
            photos=tuple(sent[name].read(LARGEST_BYTES + 1) for name in PHOTOS if sent.get(name)),
        )


class FollowForm(forms.Form):
    """« Moi aussi », in one tap."""

    bail = forms.IntegerField()
    envoi = forms.UUIDField()
