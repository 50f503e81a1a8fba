"""Its place matters, not its content: pytest puts this folder on the import path, so every test can import `support`."""
