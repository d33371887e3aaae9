"""From a file to an index folder: documents are read, measures extracted, words and vectors indexed."""
