-- What visitors in the queue are told: their place, and how long others waited.

CREATE INDEX chats_queued ON chats (tenant_id, profile_id, queued_at, id) WHERE state = 'queued' AND NOT facts ? 'offline';
-- When chats were accepted stands in their events too, where a row is written once: an index over chats would cost every message.
CREATE INDEX events_accepted ON events (tenant_id, at) WHERE kind = 'agent_joined' AND data->>'state' = 'active';
