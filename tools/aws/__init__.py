"""What AWS says of Lambda and Lambda@Edge, as data."""
