"""What does not fit any more: scores with what they were, predictions with scores, labels with both."""
