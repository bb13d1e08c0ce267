"""A deterministic second opinion on backend designs, before they are accepted."""
