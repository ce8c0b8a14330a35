"""Sheets that an office brings in (categories, places, posts, routes): checked whole, then written in one go."""
