"""How a migration makes many tables in little time."""

from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class Together(Operation):
    """Operations that do not build upon one another, applied to the state as one.

    Django renders a table's relatives anew after every single operation; with a hundred tables that is most of the
    work of making a database. Here everything is rendered once. Foreign keys may point forward and in circles, since
    they are added at the end of the migration. What changes a table and what creates it cannot be in one group.
    """

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # rendered by the first who asks, with all of it in
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            goes_with_its_table = (
                isinstance(operation, AddTrigger)
                and (app_label, operation.model_name_lower) not in to_state.models
            )
            if not goes_with_its_table:
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"{len(self.operations)} operations together"
