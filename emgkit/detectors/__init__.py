"""One algorithm a file behind one small interface."""
