"""The tables of a database that holds none yet, by the same migrations, in a few seconds instead of a minute.

After each operation Django draws again every model that is linked to the one it touched, and here nearly all are. On an
empty database nothing looks back through a link: the model that was touched is enough. A test holds the tables made so
to those that Django's command makes.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class _OneByOne(ProjectState):
    """A state of migrations where what touches a model draws that model alone."""

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        if delay:
            self.is_delayed = True
        return {(app_label, model_name)}


def make_first_tables(connection: BaseDatabaseWrapper) -> None:
    """Run every migration when none was ever run there; do nothing otherwise."""
    executor = MigrationExecutor(connection)
    if executor.loader.applied_migrations:
        return
    targets = executor.loader.graph.leaf_nodes()
    executor.migrate(targets, state=_OneByOne(real_apps=executor.loader.unmigrated_apps))
