"""The bench of judgement: reviews of plans, published cases, seeded flaws, controls and twins."""
