"""How the private server is tuned for one small machine, and what its logs must not hold."""

import os
from pathlib import Path

from palier.foundation.postgres.address import PORT

MEGABYTE = 1024 * 1024


def configuration(*, socket_directory: Path, logs: Path, wal_compression: str) -> str:
    """The text of `palier.conf`, read after PostgreSQL's own file."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    shared_buffers_mb = max(128, min(1024, memory // 4 // MEGABYTE))
    settings = {
        # A unix socket only: nothing of this server is on the network.
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_directory),
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{shared_buffers_mb}MB",
        "effective_cache_size": f"{max(256, memory // 2 // MEGABYTE)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "random_page_cost": "1.1",
        # The compiler costs more than it saves on the short statements of a screen.
        "jit": "off",
        # What was answered "sealed" must outlive a power cut.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_compression": wal_compression,
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C.UTF-8",
        "logging_collector": "on",
        "log_directory": str(logs),
        "log_filename": "postgres-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_checkpoints": "off",
        # A statement or the DETAIL of an error holds names and amounts: they never reach a log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
    }
    # What continuous archiving or a restoration adds (palier.continuity); nothing most of the time.
    beside = "include_if_exists = 'archiving.conf'\n"
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items()) + beside


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
