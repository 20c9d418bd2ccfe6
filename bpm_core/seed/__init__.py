"""What a fresh installation starts with: the calendar, the sample offices and staff, and demonstration cases."""
