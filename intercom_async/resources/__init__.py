"""The API's resources, one file per noun, a method per operation."""
