"""From contacts and repetitions to cycles and phases."""
