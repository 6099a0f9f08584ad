"""What several recipes need alike."""
