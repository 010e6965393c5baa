"""What people read once a week, a month or a quarter."""
