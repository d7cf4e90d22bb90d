-- Chats among agents: how one begins. What is said in them is appended as everywhere.

-- Starts a chat among agents, or finds it: two have one open chat, whoever of them starts it and however often; a group is a new one for each
-- cid of who starts it; `reused` when that cid named other people before. `p_people` are those who take part, the starter among them, each with the name in `p_names`.
CREATE FUNCTION start_colleagues(p_tenant int, p_starter int, p_people int[], p_names text[], p_name text, p_cid text, p_hash bytea)
RETURNS TABLE (chat_id int, created boolean, reused boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    moment timestamptz := date_trunc('milliseconds', clock_timestamp());
    two int[] := CASE WHEN cardinality(p_people) = 2 THEN ARRAY(SELECT i FROM unnest(p_people) i ORDER BY i) END;
    chat int;
BEGIN
    PERFORM set_config('hub.tenants', ARRAY[p_tenant]::text, true);
    LOOP
        SELECT c.id INTO chat FROM chats c
        WHERE c.tenant_id = p_tenant AND ((c.starter_id = p_starter AND c.start_cid = p_cid) OR (c.pair = two AND c.state <> 'ended'))
        ORDER BY c.starter_id = p_starter AND c.start_cid = p_cid DESC LIMIT 1;
        IF chat IS NOT NULL THEN
            RETURN QUERY SELECT chat, false, EXISTS (SELECT FROM events e WHERE e.tenant_id = p_tenant AND e.chat_id = chat AND e.actor_id = p_starter
                                                     AND e.cid = p_cid AND e.body_hash <> p_hash);
            RETURN;
        END IF;
        INSERT INTO chats AS c (tenant_id, kind, starter_id, pair, state, head, start_cid, name, started_at, touched_at)
        VALUES (p_tenant, 'agents', p_starter, two, 'active', 1, p_cid, p_name, moment, moment)
        ON CONFLICT DO NOTHING RETURNING c.id INTO chat;
        EXIT WHEN chat IS NOT NULL;
    END LOOP;  -- The other one was first, whose transaction is over by now; or that chat has ended meanwhile, and there is room for a new one.
    INSERT INTO participants (tenant_id, chat_id, identity_id, side, name, joined_at, read_seq, sent_count)
    SELECT p_tenant, chat, u.id, 'agent', u.name, moment, 1, 0 FROM unnest(p_people, p_names) u(id, name);
    INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, data)
    VALUES (p_tenant, chat, 'public', 1, nextval('event_ids'), 'chat_started', 'agent', p_starter, p_cid, p_hash, moment, '{"state": "active"}');
    UPDATE chats c SET last_id = currval('event_ids') WHERE c.tenant_id = p_tenant AND c.id = chat;
    RETURN QUERY SELECT chat, true, false;
END $$;

REVOKE ALL ON FUNCTION start_colleagues FROM PUBLIC;
GRANT EXECUTE ON FUNCTION start_colleagues TO hub_app;
