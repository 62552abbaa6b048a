"""One module per engine: pure functions from a page to posts and next links."""
