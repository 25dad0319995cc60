"""Case -> FHIR resources. Templates (YAML trees with Jinja leaves) have the shapes; this room compiles them."""
