"""The kinds of SQL database that rows are read from, all behind one protocol: `protocol.Database`."""
