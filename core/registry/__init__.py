"""MLflow behind one wall: runs, model versions, the champion alias and safe loading."""
