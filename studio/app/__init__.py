"""The Qt shell that builds and wires everything."""
