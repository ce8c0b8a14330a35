"""Backup and restore of an office: its database, its documents and its keys together."""
