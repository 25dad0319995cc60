"""Resources -> findings. No check raises for what it finds, or changes what it looks at."""
