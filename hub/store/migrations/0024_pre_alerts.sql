-- Visitors who wait for words of people: since when, for whatever judges how long that may take.

ALTER TABLE chats
    ADD COLUMN waiting_since timestamptz,                     -- Since when the visitor waits for an agent, or for an agent's words.
    ADD COLUMN is_answered   boolean NOT NULL DEFAULT false;  -- An agent has said something: what the visitor waits for is not the first answer.
UPDATE chats c SET
    waiting_since = CASE WHEN c.state = 'queued' THEN c.queued_at
                         WHEN c.state = 'active' AND coalesce(c.last_side, 'visitor') = 'visitor' THEN coalesce(c.last_at, c.queued_at) END,
    is_answered = EXISTS (SELECT FROM events e WHERE e.tenant_id = c.tenant_id AND e.chat_id = c.id AND e.stream = 'public'
                          AND e.kind = 'message_posted' AND e.side = 'agent')
WHERE c.state <> 'ended';

-- Until when somebody has to answer; NULL: nobody waits, or for as long as it takes. Who left a message expects nothing at once.
-- Its counterpart is `find_wait` of hub.domain.waiting.
CREATE FUNCTION answer_due_at(p_waiting_since timestamptz, p_is_answered boolean, p_is_offline boolean, p_alerts jsonb) RETURNS timestamptz
LANGUAGE sql STABLE
RETURN p_waiting_since + make_interval(secs => nullif(CASE WHEN p_is_answered THEN (p_alerts->>'next_answer_s')::int
                                                           WHEN NOT p_is_offline THEN (p_alerts->>'first_answer_s')::int END, 0));

-- For operators: how many chats of all tenants somebody should have answered by now. As the owner, so row security does not apply inside.
CREATE FUNCTION count_overdue_chats() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    SELECT count(*) FROM profiles p JOIN chats c ON c.tenant_id = p.tenant_id AND c.profile_id = p.id
    WHERE p.config ? 'alerts' AND c.state <> 'ended'
      AND answer_due_at(c.waiting_since, c.is_answered, c.facts ? 'offline', p.config->'alerts') <= now();
END;
REVOKE ALL ON FUNCTION count_overdue_chats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_overdue_chats TO hub_app;

-- The list row knows since when somebody waits. Everything else of the two functions stays as it is.
DO $$
DECLARE
    places text[] := ARRAY[
        ['append_events', 'last_id = coalesce(x.last_id, c.last_id),',
         'last_id = coalesce(x.last_id, c.last_id),
        waiting_since = CASE WHEN c.state IN (''flow'', ''ended'') THEN NULL
                             WHEN c.state = ''queued'' OR p_sides[x.last] = ''visitor''
                                 THEN coalesce(CASE WHEN NOT x.is_answered THEN c.waiting_since END, x.at)
                             WHEN x.is_answered THEN NULL ELSE c.waiting_since END,
        is_answered = c.is_answered OR x.is_answered,'],
        ['append_events', 'max(n.id) FILTER (WHERE u.stream = ''public'') AS last_id',
         'max(n.id) FILTER (WHERE u.stream = ''public'') AS last_id, bool_or(u.kind = ''message_posted'' AND u.side = ''agent'') AS is_answered'],
        ['start_chat', 'facts, started_at, queued_at, touched_at)', 'facts, started_at, queued_at, waiting_since, touched_at)'],
        ['start_chat', 'CASE WHEN p_state = ''queued'' THEN moment END, moment)',
         'CASE WHEN p_state = ''queued'' THEN moment END, CASE WHEN p_state = ''queued'' THEN moment END, moment)']];
    place text[];
    source text;
BEGIN
    FOREACH place SLICE 1 IN ARRAY places LOOP
        source := pg_get_functiondef(place[1]::regproc);
        IF (length(source) - length(replace(source, place[2], ''))) <> length(place[2]) THEN
            RAISE EXCEPTION '% is not as this migration expects it: %', place[1], place[2];
        END IF;
        EXECUTE replace(source, place[2], place[3]);
    END LOOP;
END $$;
