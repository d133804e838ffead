"""The faults that reminders must survive, done to real processes: `./run faults`, see docs/reliability.md."""
