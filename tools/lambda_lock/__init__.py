"""Lock file in, `third_party/python/BUILD` out."""
