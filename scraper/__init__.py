"""From the web to posts: sources, spiders, engines and the archive."""
