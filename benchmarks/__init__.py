"""What the library costs, measured against a floor and against rivals in the same run."""
