"""Wire EMG and foot switches with known truth."""
