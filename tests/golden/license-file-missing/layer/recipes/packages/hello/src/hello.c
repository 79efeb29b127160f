the source
