"""What three recipes or more need alike."""
