"""Decisions as MADR files in the user's repository, which people review like code. No database."""
