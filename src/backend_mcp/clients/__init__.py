"""What the configuration of each coding agent's program looks like, and how our part goes in and out."""
