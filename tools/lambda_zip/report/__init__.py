"""What is told of a zip: sizes, caps, the manifest and the listing."""
