"""Messages that leave by mail. Simulated: each is written to a folder, where a mail server would take it."""

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
