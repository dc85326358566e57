"""What differs between models of classes and models of amounts, chosen once (`task.task_of`)."""
