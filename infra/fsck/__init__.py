"""Checks that what is stored still fits together, and names each thing that does not."""
