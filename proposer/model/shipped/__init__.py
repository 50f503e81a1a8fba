"""The trained model that comes with the package: data files, see README.md."""
