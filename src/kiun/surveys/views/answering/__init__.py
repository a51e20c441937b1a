"""What people see who are asked. Only pages for people who sign in look at a session."""
