"""Measures the whole stack over HTTP and prints a table beside the figures that were asked for."""
