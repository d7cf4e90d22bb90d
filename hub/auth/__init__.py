"""Who is calling: credentials in, a typed caller out."""
