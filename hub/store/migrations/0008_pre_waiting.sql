-- Visitors who fall silent: when they are asked whether they are still there, and when their chat ends.

ALTER TABLE chats
    ADD COLUMN seen_at     timestamptz,  -- The visitor's newest sign that is no message: typing, or saying so.
    ADD COLUMN asked_until timestamptz;  -- The question whether they are still there stands until then; none stands without.
CREATE INDEX chats_silent ON chats (tenant_id, profile_id, last_at)
    WHERE state = 'active' AND last_side IN ('agent', 'bot') AND asked_until IS NULL AND NOT facts ? 'offline';
CREATE INDEX chats_asked ON chats (asked_until) WHERE asked_until IS NOT NULL;
CREATE INDEX profiles_patient ON profiles (tenant_id, id) WHERE (config->'patience'->>'ask_after_s')::int > 0;

-- Whatever is said, and the end, answers the question: in the transaction that stores it, whoever that is.
CREATE FUNCTION answer_question() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.asked_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER answer_question BEFORE UPDATE ON chats FOR EACH ROW
    WHEN (OLD.asked_until IS NOT NULL AND (NEW.last_seq <> OLD.last_seq OR NEW.state <> 'active')) EXECUTE FUNCTION answer_question();

-- The look at the silent chats of all tenants at once. It runs as the owner, so row security does not apply inside.
-- Asks where a visitor has owed an answer for too long, each chat once whatever the number of processes, and tells which questions have run out.
-- Who left a message while nobody could answer (`offline`) is not sitting there, and is not asked.
CREATE FUNCTION ask_silent_chats(p_limit int) RETURNS TABLE (tenant_id int, chat_id int, asked_until timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
BEGIN ATOMIC
    UPDATE chats c
    SET asked_until = date_trunc('milliseconds', now()) + make_interval(secs => due.close_after_s)
    FROM (SELECT s.tenant_id, s.id, coalesce((p.config->'patience'->>'close_after_s')::int, 120) AS close_after_s
          FROM profiles p,
               LATERAL (SELECT now() - make_interval(secs => (p.config->'patience'->>'ask_after_s')::int) AS since) x,
               LATERAL (SELECT k.tenant_id, k.id FROM chats k
                        WHERE k.tenant_id = p.tenant_id AND k.profile_id = p.id AND k.state = 'active' AND k.last_side IN ('agent', 'bot')
                          AND k.asked_until IS NULL AND NOT k.facts ? 'offline'
                          AND k.last_at <= x.since AND coalesce(k.accepted_at <= x.since, true) AND coalesce(k.seen_at <= x.since, true)
                        ORDER BY k.last_at LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) s
          WHERE (p.config->'patience'->>'ask_after_s')::int > 0) due
    WHERE c.tenant_id = due.tenant_id AND c.id = due.id;
    SELECT c.tenant_id, c.id, c.asked_until FROM chats c WHERE c.asked_until <= now() ORDER BY c.asked_until LIMIT p_limit;
END;

REVOKE ALL ON FUNCTION ask_silent_chats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ask_silent_chats TO hub_app;

-- A guard may ask for a chat that is silent (16): one whose question has run out unanswered. Everything else of append_events stays as it is,
-- so its text is changed in these three places only.
DO $$
DECLARE
    source text := pg_get_functiondef('append_events'::regproc);
    places text[] := ARRAY[
        ['c.staff_head, c.touched_at, g.items',
         'c.staff_head, c.touched_at, c.asked_until, g.items'],
        ['state_bit := CASE chat.state WHEN ''flow'' THEN 1 WHEN ''queued'' THEN 2 WHEN ''active'' THEN 4 ELSE 8 END;',
         'state_bit := CASE chat.state WHEN ''flow'' THEN 1 WHEN ''queued'' THEN 2 WHEN ''active'' THEN 4 ELSE 8 END
                | CASE WHEN chat.state = ''active'' AND chat.asked_until <= moment THEN 16 ELSE 0 END;'],
        ['ids[i] := nextval(''event_ids'');',
         'IF p_kinds[i] = ''message_posted'' THEN
                chat.asked_until := NULL;  -- What is said earlier in this batch answers the question too.
            END IF;
            ids[i] := nextval(''event_ids'');']];
    place text[];
BEGIN
    FOREACH place SLICE 1 IN ARRAY places LOOP
        IF (length(source) - length(replace(source, place[1], ''))) <> length(place[1]) THEN
            RAISE EXCEPTION 'append_events is not as this migration expects it: %', place[1];
        END IF;
        source := replace(source, place[1], place[2]);
    END LOOP;
    EXECUTE source;
END $$;
