"""Service guides for residents: open to everybody, the same for everybody, without a trace of who reads them."""
