"""Native files: what their headers say, and whether a Lambda runtime can load them."""

# What lambda_wheel notes of a wheel's native files, beside its metadata: see `tools.native.summary`.
SUMMARY_FILE = "native.json"
