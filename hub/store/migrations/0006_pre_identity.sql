-- Visitors whose page has proved who they are.

ALTER TABLE identities
    ADD COLUMN subject          text,  -- Of users: what id tokens call them (`sub`).
    ADD COLUMN unverified_email text;  -- What an id token said without having verified it: nothing is found by it.
CREATE UNIQUE INDEX identities_subject ON identities (tenant_id, subject) WHERE subject IS NOT NULL;
CREATE INDEX identities_user_email ON identities (tenant_id, lower(email)) WHERE kind = 'user';

-- Who a user was in a chat before: a repeat of what that one said is no second message.
CREATE INDEX events_identified ON events (tenant_id, chat_id) WHERE kind = 'visitor_identified';

-- Id tokens with a `jti`, as long as they would be accepted: who used them, and for whom.
CREATE TABLE used_id_tokens (
    tenant_id  int NOT NULL REFERENCES tenants,
    profile_id int NOT NULL,
    jti        text NOT NULL,
    subject    text NOT NULL,
    presenter  uuid,         -- The visitor whose token came with it; none when it came alone.
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, profile_id, jti),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id)
);
CREATE INDEX used_id_tokens_over ON used_id_tokens (tenant_id, expires_at);

ALTER TABLE used_id_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY named_tenants ON used_id_tokens USING (tenant_id = ANY ((SELECT hub_tenants())::int[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON used_id_tokens TO hub_app;
