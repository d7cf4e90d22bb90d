-- Agents speak languages, which routing goes by where the entrance wants it: primary subtags, such as `de`.

ALTER TABLE identities ADD COLUMN languages text[] NOT NULL DEFAULT '{}';
