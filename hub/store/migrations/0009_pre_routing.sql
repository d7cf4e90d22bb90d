-- Offers and routing: how an offer ends, chats that look for agents, agents who are gone, and what must not be left lying.

-- Whatever changes who holds the chat ends the offer, in the transaction that stores it: no path can forget to.
CREATE FUNCTION end_offer() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.offer_seq := NULL;
    NEW.offer := NULL;
    NEW.offer_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER end_offer BEFORE UPDATE ON chats FOR EACH ROW
    WHEN (OLD.offer_seq IS NOT NULL AND (NEW.offer_seq IS NULL OR NEW.state <> OLD.state OR NEW.holder_id IS DISTINCT FROM OLD.holder_id))
    EXECUTE FUNCTION end_offer();

-- The chats of all tenants that ask for something to be done now, and what. They run as the owner, so row security does not apply inside.
-- `gone`: the holder has been here after they took the chat, has not been for so long as the entrance waits, and has said nothing since;
-- or they are disabled. The last lease of somebody whose line ended outlasts the line by 20 s.
CREATE FUNCTION list_chats_to_move(p_limit int) RETURNS TABLE (tenant_id int, chat_id int, move text, agent_id int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    (SELECT c.tenant_id, c.id, 'offer_over', NULL::int FROM chats c
     WHERE c.offer_seq IS NOT NULL
       AND (c.offer_until <= now()
            OR (c.offer ? 'to' AND NOT EXISTS (SELECT FROM presence s
                WHERE s.tenant_id = c.tenant_id AND s.agent_id = (c.offer->'to'->>'id')::int AND s.until > now())))
     LIMIT p_limit)
    UNION ALL
    (SELECT c.tenant_id, c.id, 'gone', c.holder_id
     FROM (SELECT s.tenant_id, s.agent_id, max(s.until) AS until FROM presence s GROUP BY s.tenant_id, s.agent_id HAVING max(s.until) <= now()) g
     JOIN chats c ON c.tenant_id = g.tenant_id AND c.holder_id = g.agent_id AND c.state = 'active'
     JOIN profiles p ON p.tenant_id = c.tenant_id AND p.id = c.profile_id,
     LATERAL (SELECT coalesce((p.config->'routing'->>'release_after_s')::int, 60) AS after_s) r
     WHERE r.after_s > 0 AND g.until <= now() - make_interval(secs => greatest(0, r.after_s - 20))
       AND g.until > coalesce(c.held_at, c.accepted_at) AND NOT coalesce(c.last_actor_id = c.holder_id AND c.last_at > g.until, false)
     LIMIT p_limit)
    UNION ALL
    (SELECT c.tenant_id, c.id, 'gone', c.holder_id
     FROM identities i JOIN chats c ON c.tenant_id = i.tenant_id AND c.holder_id = i.id AND c.state = 'active'
     WHERE i.kind = 'agent' AND i.disabled_at IS NOT NULL LIMIT p_limit)
    UNION ALL
    (SELECT c.tenant_id, c.id, 'overdue', NULL::int
     FROM profiles p,
          LATERAL (SELECT k.tenant_id, k.id FROM chats k
                   WHERE k.tenant_id = p.tenant_id AND k.profile_id = p.id AND k.state = 'queued' AND NOT k.facts ? 'offline'
                     AND k.offer_seq IS NULL AND k.queued_at <= now() - make_interval(secs => (p.config->'routing'->>'max_wait_s')::int)
                   ORDER BY k.queued_at, k.id LIMIT p_limit) c
     WHERE (p.config->'routing'->>'max_wait_s')::int > 0 LIMIT p_limit)
    UNION ALL
    (SELECT c.tenant_id, c.id, 'abandoned', NULL::int
     FROM profiles p,
          LATERAL (SELECT k.tenant_id, k.id FROM chats k
                   WHERE k.tenant_id = p.tenant_id AND k.profile_id = p.id AND k.state = 'queued' AND NOT k.facts ? 'offline'
                     AND k.seen_at <= now() - make_interval(secs => (p.config->'routing'->>'abandon_after_s')::int)
                     AND k.touched_at <= now() - make_interval(secs => (p.config->'routing'->>'abandon_after_s')::int)
                   ORDER BY k.queued_at, k.id LIMIT p_limit) c
     WHERE (p.config->'routing'->>'abandon_after_s')::int > 0 LIMIT p_limit)
    UNION ALL
    (SELECT c.tenant_id, c.id, 'route', NULL::int
     FROM profiles p,
          LATERAL (SELECT k.tenant_id, k.id FROM chats k
                   WHERE k.tenant_id = p.tenant_id AND k.profile_id = p.id AND k.state = 'queued' AND NOT k.facts ? 'offline'
                     AND k.offer_seq IS NULL
                   ORDER BY k.queued_at, k.id LIMIT 1) c
     WHERE p.config->'routing'->>'mode' IN ('round_robin', 'least_busy'));
END;

-- The standing check: no open chat of a visitor without a queue, an agent or a flow, and no offer for ever.
CREATE FUNCTION list_stranded_chats(p_limit int) RETURNS TABLE (tenant_id int, chat_id int, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT s.tenant_id, s.id, s.reason
    FROM (SELECT c.tenant_id, c.id,
                 CASE WHEN c.state = 'active' AND c.holder_id IS NULL THEN 'no_holder'
                      WHEN c.state = 'active' AND NOT EXISTS (SELECT FROM participants m
                           WHERE m.tenant_id = c.tenant_id AND m.chat_id = c.id AND m.identity_id = c.holder_id AND m.left_at IS NULL) THEN 'holder_left'
                      WHEN c.state = 'active' AND c.touched_at < now() - interval '1 minute' AND EXISTS (SELECT FROM identities i
                           WHERE i.tenant_id = c.tenant_id AND i.id = c.holder_id AND i.disabled_at < now() - interval '1 minute') THEN 'holder_disabled'
                      WHEN c.state = 'queued' AND c.queued_at IS NULL THEN 'no_queue'
                      WHEN c.state = 'queued' AND c.holder_id IS NOT NULL THEN 'held_in_queue'
                      WHEN c.state = 'flow' AND NOT EXISTS (SELECT FROM profiles p
                           WHERE p.tenant_id = c.tenant_id AND p.id = c.profile_id AND jsonb_array_length(coalesce(p.flow->'steps', '[]')) > 0) THEN 'no_flow'
                      WHEN c.offer_until < now() - interval '1 minute' THEN 'offer_overdue'
                 END AS reason
          FROM chats c WHERE c.state <> 'ended' AND c.kind = 'visitor') s
    WHERE s.reason IS NOT NULL LIMIT p_limit;
END;

REVOKE ALL ON FUNCTION list_chats_to_move, list_stranded_chats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_chats_to_move, list_stranded_chats TO hub_app;
