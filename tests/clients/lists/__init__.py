"""Around the client list: columns, saved views, tags, what is done to many clients at once."""
