"""What the manifests of functions say, for the tools that come after the build."""
