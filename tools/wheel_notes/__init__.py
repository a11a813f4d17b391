"""Notes that lambda_wheel leaves in what it unpacks, for lambda_zip to read."""

# The name of the note about native files, beside the metadata of their distribution: see `native_facts`.
NATIVE_FACTS_FILE = "native.json"
