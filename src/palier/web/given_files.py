"""Files given with a form, several in one field; and given back, so that no browser runs what is in them."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from palier.foundation.papers import LARGEST_BYTES

_KINDS = "application/pdf,image/jpeg,image/png,image/webp"


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """Photos and PDFs, as their bytes; none is an empty tuple. Whoever keeps them judges them."""

    def __init__(self, *, most: int, label: str, help_text: str) -> None:
        super().__init__(required=False, label=label, help_text=help_text, widget=_Several(attrs={"accept": _KINDS}))
        self.most = most

    def clean(self, data: object, initial: object = None) -> tuple[bytes, ...]:
        """One file and one byte past the limits are enough to refuse them."""
        del initial
        given = data if isinstance(data, list) else []
        return tuple(each.read(LARGEST_BYTES + 1) for each in given[: self.most + 1] if isinstance(each, UploadedFile))


def given_back(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """A paper to download, kept by no cache on the way."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
