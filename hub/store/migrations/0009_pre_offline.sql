-- Messages left while nobody could answer: facts with `offline` mark the chat, and its first event says so.

-- As before, but for that and for what somebody who was here already says of themselves at a new start: agents have to know where to answer.
-- What a user's page has proved stands.
CREATE OR REPLACE FUNCTION start_chat(
    p_tenant int, p_profile int, p_visitor uuid, p_name text, p_email text, p_state text, p_cid text, p_hash bytea, p_facts jsonb,
    p_ticket jsonb
) RETURNS TABLE (chat_id int, visitor_id int, created boolean)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    moment timestamptz := date_trunc('milliseconds', clock_timestamp());
    visitor int;
    chat int;
BEGIN
    PERFORM set_config('hub.tenants', ARRAY[p_tenant]::text, true);
    INSERT INTO identities AS i (tenant_id, uuid, kind, name, email) VALUES (p_tenant, p_visitor, 'visitor', p_name, p_email)
    ON CONFLICT (tenant_id, uuid) DO NOTHING;
    SELECT i.id INTO visitor FROM identities i WHERE i.tenant_id = p_tenant AND i.uuid = p_visitor;

    SELECT c.id INTO chat FROM chats c WHERE c.tenant_id = p_tenant AND c.visitor_id = visitor AND c.start_cid = p_cid;
    IF chat IS NOT NULL THEN
        RETURN QUERY SELECT chat, visitor, false;
        RETURN;
    END IF;
    LOOP
        INSERT INTO chats AS c (tenant_id, profile_id, visitor_id, state, head, start_cid, facts, started_at, queued_at, touched_at)
        VALUES (p_tenant, p_profile, visitor, p_state, 1, p_cid, p_facts, moment, CASE WHEN p_state = 'queued' THEN moment END, moment)
        ON CONFLICT DO NOTHING RETURNING c.id INTO chat;
        EXIT WHEN chat IS NOT NULL;
        SELECT c.id INTO chat FROM chats c  -- Another tab was first; its transaction is over by now.
        WHERE c.tenant_id = p_tenant AND c.visitor_id = visitor AND (c.start_cid = p_cid OR (c.profile_id = p_profile AND c.state <> 'ended'))
        ORDER BY c.start_cid = p_cid DESC LIMIT 1;
        IF chat IS NOT NULL THEN
            RETURN QUERY SELECT chat, visitor, false;
            RETURN;
        END IF;
    END LOOP;  -- The chat that was in the way has ended between the two statements: there is room for a new one.
    UPDATE identities i SET name = coalesce(p_facts->>'name', i.name), email = coalesce(p_email, i.email)
    WHERE i.tenant_id = p_tenant AND i.id = visitor AND i.kind = 'visitor'
      AND (i.name, i.email) IS DISTINCT FROM (coalesce(p_facts->>'name', i.name), coalesce(p_email, i.email));
    INSERT INTO participants (tenant_id, chat_id, identity_id, side, name, joined_at)
    SELECT p_tenant, chat, visitor, 'visitor', i.name, moment FROM identities i WHERE i.tenant_id = p_tenant AND i.id = visitor;
    INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, data)
    VALUES (p_tenant, chat, 'public', 1, nextval('event_ids'), 'chat_started', 'visitor', visitor, p_cid, p_hash, moment,
            jsonb_build_object('state', p_state) || CASE WHEN p_facts ? 'offline' THEN '{"offline": true}'::jsonb ELSE '{}'::jsonb END);
    UPDATE chats c SET last_id = currval('event_ids') WHERE c.tenant_id = p_tenant AND c.id = chat;
    IF p_ticket IS NOT NULL THEN
        PERFORM log_ticket(p_tenant, chat, p_ticket, moment);
    END IF;
    RETURN QUERY SELECT chat, visitor, true;
END $$;
