"""Notes that lambda_wheel leaves in what it unpacks, for lambda_zip to read."""

# The name of the note about native files, beside the metadata of their distribution: see `native_facts`.
NATIVE_FACTS_FILE = "native.json"

# The name of the note about what its modules import, and what it requires: see `import_index`.
IMPORT_INDEX_FILE = "imports.json"

# The name of the note about what its modules say of files that slimming may leave out: see `tools.slim.note`.
SLIM_NOTE_FILE = "slim.json"

# The name of the note about what was done to its files: see `treatment`.
TREATMENT_FILE = "treatment.json"

NOTES = frozenset({NATIVE_FACTS_FILE, IMPORT_INDEX_FILE, SLIM_NOTE_FILE, TREATMENT_FILE})
