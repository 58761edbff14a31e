"""The journal of a document: every edit as a difference, kept on disk before it is shown, and replayed after a crash."""
