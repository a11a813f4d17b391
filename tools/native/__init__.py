"""Native files: what their headers say, and whether a Lambda runtime can load them."""
