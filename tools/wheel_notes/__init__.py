"""Notes that lambda_wheel leaves in what it unpacks, for lambda_zip to read."""
