-- The two ways in which events are stored: appending them to chats, and starting a chat.

-- Numbers, guards and stores a batch of events; the counterpart of hub/store/events.py.
--
-- One element of each array is one item, in the order of arrival. Chats somebody else has locked are skipped (outcome `busy`), so that one
-- locked chat never holds up the others. Each statement of this function has a snapshot of its own: what is read after the lock is the truth.
-- Rows are looked up one by one (`LIMIT 1`): joined at once, a plan made while the tables were small would read all of a tenant's, and be kept.
-- `p_named` are the tenants, each once.
-- A chat among agents is there for who takes part, and takes in what fits (`kind` when not).
-- Outcomes: new, known (this cid was stored before; the stored event is returned), reused (same cid, other body), busy, missing, and the
-- failed guards: kind, state, participant, holder, offer, seq.
-- p_states is a sum of the states the chat may be in: flow 1, queued 2, active 4, ended 8, and silent 16, which is active with a question
-- that has run out unanswered; NULL is any. p_changes holds what an item changes about its chat (`Change` of hub/domain/event.py), and in `guard` two
-- guards more: `offer_seq`, the offer that must stand (0: none), and `not_holder_id`, who must not hold the chat.
CREATE FUNCTION append_events(
    p_named int[], p_tenants int[], p_chats int[], p_streams text[], p_kinds text[], p_sides text[], p_actors int[], p_cids text[], p_hashes bytea[],
    p_texts text[], p_data jsonb[], p_previews text[], p_states int[], p_participants int[], p_holders int[], p_expects bigint[], p_changes jsonb[]
) RETURNS TABLE (item int, outcome text, seq bigint, id bigint, uuid uuid, at timestamptz, after_seq bigint)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    named CONSTANT text := set_config('hub.tenants', p_named::text, true);
    locked chats[];
    known events[];
    members boolean[];
    outcomes text[] := array_fill(NULL::text, ARRAY[cardinality(p_chats)]);
    seqs bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_chats)]);
    ids bigint[] := seqs;
    uuids uuid[] := array_fill(NULL::uuid, ARRAY[cardinality(p_chats)]);
    ats timestamptz[] := array_fill(NULL::timestamptz, ARRAY[cardinality(p_chats)]);
    afters bigint[] := seqs;
    agent_seqs bigint[]; agent_ids int[];  -- What agents wrote to this chat earlier in this batch.
    members_changed boolean;
    is_message boolean; is_answer boolean; is_changed boolean;
    chat chats;  -- As it will be.
    changed chats[];
    joined jsonb;
    i int;
    moment timestamptz;
    state_bit int;
    passed boolean;
BEGIN
    SELECT array_agg(c.one) INTO locked
    FROM (SELECT DISTINCT t, k FROM unnest(p_tenants, p_chats) u(t, k)) u,
         LATERAL (SELECT c AS one FROM chats c WHERE c.tenant_id = u.t AND c.id = u.k LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) c;

    SELECT array_agg(e.one ORDER BY u.n),
           array_agg(EXISTS (SELECT FROM participants p WHERE p.tenant_id = u.t AND p.chat_id = u.k AND p.identity_id = coalesce(u.m, u.a) AND p.left_at IS NULL)
                     ORDER BY u.n)
    INTO known, members
    FROM unnest(p_tenants, p_chats, p_actors, p_cids, p_participants) WITH ORDINALITY u(t, k, a, c, m, n)
    LEFT JOIN LATERAL (SELECT e AS one FROM events e
                       WHERE e.tenant_id = u.t AND e.chat_id = u.k AND e.actor_id = u.a AND e.cid = u.c LIMIT 1) e ON true;

    FOREACH chat IN ARRAY coalesce(locked, '{}') LOOP
        agent_seqs := '{}'; agent_ids := '{}'; members_changed := false; is_changed := false;
        moment := greatest(date_trunc('milliseconds', clock_timestamp()), chat.touched_at);
        i := 0;
        LOOP
            i := array_position(p_chats, chat.id, i + 1);
            EXIT WHEN i IS NULL;
            CONTINUE WHEN p_tenants[i] <> chat.tenant_id;
            IF known[i].seq IS NOT NULL THEN
                outcomes[i] := CASE WHEN known[i].body_hash = p_hashes[i] THEN 'known' ELSE 'reused' END;
                seqs[i] := known[i].seq; ids[i] := known[i].id; uuids[i] := known[i].uuid; ats[i] := known[i].at; afters[i] := known[i].after_seq;
                CONTINUE;
            END IF;
            IF p_participants[i] IS NOT NULL OR chat.kind = 'agents' THEN
                passed := members[i];
                IF members_changed THEN
                    SELECT EXISTS (SELECT FROM participants p WHERE p.tenant_id = chat.tenant_id AND p.chat_id = chat.id
                                   AND p.identity_id = coalesce(p_participants[i], p_actors[i]) AND p.left_at IS NULL) INTO passed;
                END IF;
                IF NOT passed THEN
                    outcomes[i] := CASE chat.kind WHEN 'agents' THEN 'missing' ELSE 'participant' END;
                    CONTINUE;
                END IF;
            END IF;
            IF chat.kind = 'agents' AND (p_streams[i] <> 'public' OR p_kinds[i] NOT IN ('message_posted', 'message_edited', 'agent_joined', 'agent_left',
                                                                                        'chat_renamed', 'chat_ended', 'chat_reopened')
                                         OR EXISTS (SELECT FROM participants p WHERE p.tenant_id = chat.tenant_id AND p.chat_id = chat.id AND p.left_at IS NULL
                                                    AND p.identity_id = (p_changes[i]->'join'->>'identity_id')::int)) THEN
                outcomes[i] := 'kind';
                CONTINUE;
            END IF;
            state_bit := CASE chat.state WHEN 'flow' THEN 1 WHEN 'queued' THEN 2 WHEN 'active' THEN 4 ELSE 8 END
                | CASE WHEN chat.state = 'active' AND chat.asked_until <= moment THEN 16 ELSE 0 END;
            IF p_states[i] & state_bit = 0 THEN
                outcomes[i] := 'state';
                CONTINUE;
            END IF;
            IF p_holders[i] IS NOT NULL AND p_holders[i] IS DISTINCT FROM chat.holder_id THEN
                outcomes[i] := 'holder';
                CONTINUE;
            END IF;
            IF p_changes[i]->'guard' ? 'offer_seq' AND (p_changes[i]->'guard'->>'offer_seq')::bigint <> coalesce(chat.offer_seq, 0) THEN
                outcomes[i] := 'offer';
                CONTINUE;
            END IF;
            IF (p_changes[i]->'guard'->>'not_holder_id')::int = chat.holder_id THEN
                outcomes[i] := 'holder';
                CONTINUE;
            END IF;
            IF p_expects[i] < chat.head THEN
                SELECT EXISTS (SELECT FROM events e WHERE e.tenant_id = chat.tenant_id AND e.chat_id = chat.id AND e.stream = 'public'
                               AND e.seq > p_expects[i] AND e.kind = 'message_posted' AND e.side = 'agent' AND e.actor_id <> p_actors[i])
                    OR EXISTS (SELECT FROM unnest(agent_seqs, agent_ids) w(s, a) WHERE w.s > p_expects[i] AND w.a <> p_actors[i])
                INTO passed;
                IF passed THEN
                    outcomes[i] := 'seq';
                    CONTINUE;
                END IF;
            END IF;

            outcomes[i] := 'new';
            ids[i] := nextval('event_ids');
            uuids[i] := gen_random_uuid();
            ats[i] := moment;
            IF p_streams[i] = 'staff' THEN
                chat.staff_head := chat.staff_head + 1;
                seqs[i] := chat.staff_head;
                afters[i] := chat.head;
            ELSE
                chat.head := chat.head + 1;
                seqs[i] := chat.head;
                chat.last_id := ids[i];
            END IF;
            chat.touched_at := moment;
            is_message := p_kinds[i] = 'message_posted';
            is_answer := is_message AND p_sides[i] = 'agent';
            IF is_message THEN
                chat.asked_until := NULL;  -- What is said earlier in this batch answers the question too.
                chat.last_text := p_previews[i];
                chat.last_side := p_sides[i];
                chat.last_actor_id := p_actors[i];
                chat.last_at := moment;
                chat.last_seq := seqs[i];
                IF p_sides[i] = 'visitor' THEN
                    chat.visitor_count := chat.visitor_count + 1;
                ELSE
                    chat.agent_count := chat.agent_count + 1;
                END IF;
            END IF;
            IF is_answer THEN
                chat.is_answered := true;
                agent_seqs := agent_seqs || seqs[i];
                agent_ids := agent_ids || p_actors[i];
            END IF;

            IF p_changes[i] IS NOT NULL THEN
                UPDATE chats c SET
                    state = coalesce(p_changes[i]->>'state', c.state),
                    holder_id = CASE WHEN (p_changes[i]->>'releases')::boolean THEN NULL ELSE coalesce((p_changes[i]->>'holder_id')::int, c.holder_id) END,
                    held_at = CASE WHEN p_changes[i] ? 'holder_id' THEN moment ELSE c.held_at END,
                    offer_seq = CASE WHEN p_changes[i] ? 'offer' THEN seqs[i] WHEN (p_changes[i]->>'ends_offer')::boolean THEN NULL ELSE c.offer_seq END,
                    offer = coalesce(p_changes[i]->'offer', c.offer),
                    facts = CASE WHEN (p_changes[i]->>'puts_off')::boolean THEN c.facts || '{"offline": true}' ELSE c.facts END,
                    offer_until = CASE WHEN p_changes[i] ? 'offer' THEN moment + make_interval(secs => (p_changes[i]->>'offer_for_s')::float8) ELSE c.offer_until END,
                    passed_ids = CASE WHEN p_changes[i]->>'state' = 'active' THEN '{}'::int[]
                                      WHEN p_changes[i] ? 'passes_id' THEN c.passed_ids || (p_changes[i]->>'passes_id')::int ELSE c.passed_ids END,
                    passed_at = CASE WHEN p_changes[i] ? 'passes_id' THEN moment ELSE c.passed_at END,
                    queued_at = CASE WHEN p_changes[i]->>'state' = 'queued' THEN moment ELSE c.queued_at END,
                    accepted_at = CASE WHEN p_changes[i]->>'state' = 'active' THEN moment ELSE c.accepted_at END,
                    ended_at = CASE WHEN p_changes[i]->>'state' = 'ended' THEN moment WHEN p_changes[i] ? 'state' THEN NULL ELSE c.ended_at END
                WHERE c.tenant_id = chat.tenant_id AND c.id = chat.id
                RETURNING c.state, c.holder_id, c.offer_seq INTO chat.state, chat.holder_id, chat.offer_seq;
                joined := p_changes[i]->'join';
                IF joined IS NOT NULL THEN
                    INSERT INTO participants AS p (tenant_id, chat_id, identity_id, side, name, joined_at)
                    VALUES (chat.tenant_id, chat.id, (joined->>'identity_id')::int, joined->>'side', joined->>'name', moment)
                    ON CONFLICT (tenant_id, chat_id, identity_id) DO UPDATE SET left_at = NULL, name = excluded.name;
                    IF chat.kind = 'agents' THEN  -- What was said before is there to read, and nothing that somebody who comes now has missed.
                        UPDATE participants p SET read_seq = chat.head, sent_count = coalesce(p.sent_count, 0),
                            read_count = chat.agent_count - coalesce(p.sent_count, 0) - cardinality(array_positions(agent_ids, p.identity_id))
                        WHERE p.tenant_id = chat.tenant_id AND p.chat_id = chat.id AND p.identity_id = (joined->>'identity_id')::int;
                    END IF;
                    members_changed := true;
                END IF;
                IF p_changes[i] ? 'details' THEN
                    UPDATE chats c SET
                        name = CASE WHEN d ? 'name' THEN d->>'name' ELSE c.name END,
                        team_id = CASE WHEN d ? 'team_id' THEN (d->>'team_id')::int ELSE c.team_id END,
                        ticket_id = CASE WHEN d ? 'ticket_id' THEN (d->>'ticket_id')::int ELSE c.ticket_id END,
                        icon = CASE WHEN d ? 'icon' THEN d->>'icon' ELSE c.icon END,
                        teams_conversation_id = CASE WHEN d ? 'teams_conversation_id' THEN d->>'teams_conversation_id' ELSE c.teams_conversation_id END
                    FROM (SELECT p_changes[i]->'details' AS d) x
                    WHERE c.tenant_id = chat.tenant_id AND c.id = chat.id;
                END IF;
                IF p_changes[i] ? 'edits' THEN  -- The list row shows the last message as it reads now.
                    chat.last_text := CASE WHEN chat.last_seq = (p_changes[i]->>'edits')::bigint THEN p_previews[i] ELSE chat.last_text END;
                END IF;
                IF p_changes[i] ? 'ticket' THEN
                    PERFORM log_ticket(chat.tenant_id, chat.id, p_changes[i]->'ticket', moment);
                END IF;
                IF p_changes[i] ? 'leave_id' THEN
                    UPDATE participants p SET left_at = moment
                    WHERE p.tenant_id = chat.tenant_id AND p.chat_id = chat.id AND p.identity_id = (p_changes[i]->>'leave_id')::int;
                    members_changed := true;
                END IF;
            END IF;
            chat.waiting_since := CASE WHEN chat.state IN ('flow', 'ended') THEN NULL
                                       WHEN chat.state = 'queued' OR is_message AND p_sides[i] = 'visitor'
                                           THEN coalesce(CASE WHEN NOT is_answer THEN chat.waiting_since END, moment)
                                       WHEN NOT is_answer THEN chat.waiting_since END;
            is_changed := true;
        END LOOP;
        IF is_changed THEN
            changed := changed || chat;
            IF chat.kind = 'agents' AND agent_ids <> '{}' THEN
                UPDATE participants p SET sent_count = p.sent_count + cardinality(array_positions(agent_ids, p.identity_id))
                WHERE p.tenant_id = chat.tenant_id AND p.chat_id = chat.id AND p.identity_id = ANY (agent_ids);
            END IF;
        END IF;
    END LOOP;

    UPDATE chats c SET
        head = x.head, staff_head = x.staff_head, touched_at = x.touched_at, visitor_count = x.visitor_count, agent_count = x.agent_count,
        last_text = x.last_text, last_side = x.last_side, last_actor_id = x.last_actor_id, last_at = x.last_at, last_seq = x.last_seq,
        last_id = x.last_id, waiting_since = x.waiting_since, is_answered = x.is_answered, changed_xid = pg_current_xact_id()
    FROM unnest(changed) x WHERE c.tenant_id = x.tenant_id AND c.id = x.id;

    INSERT INTO events (tenant_id, chat_id, stream, seq, id, uuid, kind, side, actor_id, cid, body_hash, at, text, data, after_seq)
    SELECT u.t, u.k, u.stream, u.seq, u.id, u.uuid, u.kind, u.side, u.actor, u.cid, u.hash, u.at, u.text, u.data, u.after_seq
    FROM unnest(p_tenants, p_chats, p_streams, p_kinds, p_sides, p_actors, p_cids, p_hashes, p_texts, p_data, outcomes, seqs, ids, uuids, ats, afters)
         u(t, k, stream, kind, side, actor, cid, hash, text, data, outcome, seq, id, uuid, at, after_seq)
    WHERE u.outcome = 'new';

    FOR i IN 1 .. cardinality(p_chats) LOOP
        IF outcomes[i] IS NULL THEN
            outcomes[i] := CASE WHEN EXISTS (SELECT FROM chats c WHERE c.tenant_id = p_tenants[i] AND c.id = p_chats[i]) THEN 'busy' ELSE 'missing' END;
        END IF;
        item := i; outcome := outcomes[i]; seq := seqs[i]; id := ids[i]; uuid := uuids[i]; at := ats[i]; after_seq := afters[i];
        RETURN NEXT;
    END LOOP;
END $$;

-- Starts the one open chat of a visitor and profile, or finds it: a second tab and a repeat both get the first one's chat.
-- Facts with `offline` make it a message left while nobody could answer, and its first event says so.
CREATE FUNCTION start_chat(
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
        INSERT INTO chats AS c (tenant_id, profile_id, visitor_id, state, head, start_cid, facts, started_at, queued_at, waiting_since, touched_at)
        VALUES (p_tenant, p_profile, visitor, p_state, 1, p_cid, p_facts, moment, CASE WHEN p_state = 'queued' THEN moment END,
                CASE WHEN p_state = 'queued' THEN moment END, moment)
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
    -- Agents have to know where to answer: somebody who was here already may say anew who they are. What a user's page has proved stands.
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

REVOKE ALL ON FUNCTION append_events, start_chat FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_events, start_chat TO hub_app;
