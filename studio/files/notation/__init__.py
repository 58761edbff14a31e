"""What written music has in common, whatever the file: bars with notes, repeats, and how they are played."""
