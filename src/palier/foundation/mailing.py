"""Messages that leave by mail or by short message. Simulated: each is written to a folder, for a server to take."""

from email.message import EmailMessage
from pathlib import Path

from palier.foundation.home import told_in_french


def leave_mail(folder: Path, *, name: str, to: str, subject: str, body: str) -> Path:
    """Write one message as `name`.eml, readable by this account alone. Raises the refusals of a home out of reach."""
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = subject
    message.set_content(body, charset="utf-8")
    path = folder / f"{name}.eml"
    with told_in_french(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(bytes(message))
    return path


def leave_text(folder: Path, *, name: str, to: str, body: str) -> Path:
    """Write one short message as `name`.txt, its number first, closed to others. Raises as `leave_mail`."""
    path = folder / f"{name}.txt"
    with told_in_french(path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"{to}\n\n{body}\n", encoding="utf-8")
    return path
