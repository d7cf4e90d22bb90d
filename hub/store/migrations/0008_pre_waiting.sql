-- Who waits for whom: agents for visitors who have fallen silent and are asked whether they are still there, visitors for words of people.

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

REVOKE ALL ON FUNCTION ask_silent_chats, count_overdue_chats FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ask_silent_chats, count_overdue_chats TO hub_app;
