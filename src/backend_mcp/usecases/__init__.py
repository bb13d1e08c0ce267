"""One function per verb; the only place where reading, catalog and review meet."""
