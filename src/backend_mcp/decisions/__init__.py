"""What stays after a review: decisions as MADR files in the user's repository, and stamps for the gate. No database."""
