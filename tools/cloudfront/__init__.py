"""What CloudFront asks of a Lambda@Edge function: of its code, and of what it returns."""
