"""What a command does before it touches data: the database runs, and Django knows which login it uses."""

import os


def open_application(process: str = "work") -> None:
    """Start the private database when it is stopped, then load the application under the login of `process`.

    Call it inside a command's run, before importing any model. The account of a service, from which the owner's secret
    is kept, starts nothing: it finds the database running. Raises a Refusal when the database cannot be had.
    """
    from palier.foundation.home import home_of
    from palier.foundation.postgres import ensure_running, provision
    from palier.foundation.postgres.address import role_prefix_of

    home = home_of(os.environ)
    prefix = role_prefix_of(os.environ)
    if home.secret_is_kept_from_us(f"{prefix}_owner"):
        # Told now, by its name: without it the database would only say that no password was given.
        home.secret(f"{prefix}_{'login' if process == 'web' else 'worker'}")
    else:
        server = ensure_running(home)
        if not home.secret_readable(f"{prefix}_worker"):
            provision(server, prefix=prefix)
    os.environ["PALIER_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")

    import django

    django.setup()
