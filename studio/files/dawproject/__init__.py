"""DAWproject: projects for other workstations."""
