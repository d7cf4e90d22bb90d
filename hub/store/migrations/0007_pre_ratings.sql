-- Ratings of chats.

-- Whether a chat was rated, for lists of chats.
CREATE INDEX events_rated ON events (tenant_id, chat_id) WHERE kind = 'chat_rated';
