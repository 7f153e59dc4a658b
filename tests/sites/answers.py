"""What a page answered, read whole: a file that is streamed as well as a page."""

from django.http import HttpResponseBase


def bytes_of(response: HttpResponseBase) -> bytes:
    """The whole body. A file is closed once read."""
    try:
        return b"".join(response)
    finally:
        response.close()


def text_of(response: HttpResponseBase) -> str:
    """The body as text; the bytes that are no text, a PDF's, become « � »."""
    return bytes_of(response).decode("utf-8", "replace")
