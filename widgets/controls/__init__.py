"""Small controls shared by the panels."""
