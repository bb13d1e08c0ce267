"""What stays after a review: decisions in the user's repository, and stamps for the gate."""
