"""The Case: a report's facts in a clinician's words (`model`), read from YAML (`load`)."""
