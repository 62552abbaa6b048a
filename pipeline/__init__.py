"""From posts to reports, cases and figures."""
