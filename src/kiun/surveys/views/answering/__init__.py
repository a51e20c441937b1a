"""What people see who are asked. These pages look at nobody's session unless their address is for people who sign in."""
