"""もしも: what changes if the money, the people or the time were different. Nothing here changes the plan."""
