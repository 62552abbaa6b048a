"""Coding of one telling against the codebook: every value with its evidence."""
