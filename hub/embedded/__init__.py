"""A real Postgres and a real Valkey from wheels, as children of the hub; everybody else uses only `pair`."""
