/** How chats of one entrance come to agents, how long each side waits, when agents are alerted, and what they see of visitors. */
import { useState } from "preact/hooks";
import type { Named } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { Entrance } from "../desk/settings";
import { LANGUAGE_RULES, METHODS, wordsFrom } from "../text/settings";
import { Radios, Seconds, SettingsForm, Switch, Teams, Words } from "./settings_form";

interface Props {
  desk: Desk;
  entrance: Entrance;
  teams: readonly Named[];
  onSaved(entrance: Entrance): void;
  onBack(): void;
}

export function EntranceForm({ desk, entrance, teams, onSaved, onBack }: Props) {
  const [draft, setDraft] = useState(entrance);
  const [roles, setRoles] = useState(entrance.agent_roles.join(", "));
  const change = (members: Partial<Entrance>) => setDraft({ ...draft, ...members });
  const isRouted = draft._routing > 0;
  return (
    <SettingsForm
      title={entrance.name}
      save={() => desk.settings.saveEntrance({ ...draft, agent_roles: wordsFrom(roles).map(Number) })}
      onSaved={onSaved}
      onBack={onBack}
    >
      <Radios
        legend="How chats come to agents"
        name="method"
        labels={METHODS}
        chosen={draft._routing}
        onChoose={(_routing) => change({ _routing })}
      />
      {isRouted && (
        <Seconds
          label="Time to accept"
          hint="Then it is offered to the next one"
          min={5}
          max={3_600}
          value={draft._offer_seconds}
          onChange={(_offer_seconds) => change({ _offer_seconds })}
        />
      )}
      <Teams
        legend="Teams"
        hint="Who is offered chats. None: everybody who may answer"
        teams={teams}
        chosen={draft._routing_teams}
        onChoose={(_routing_teams) => change({ _routing_teams })}
      />
      <Words
        label="Roles"
        hint="Numbers of the roles that may answer. None: everybody"
        text={roles}
        pattern="[0-9 ,;]*"
        onWrite={setRoles}
      />
      {isRouted && (
        <Radios
          legend="The visitor’s language"
          name="language"
          labels={LANGUAGE_RULES}
          chosen={draft._routing_language}
          onChoose={(_routing_language) => change({ _routing_language })}
        />
      )}
      {isRouted && draft._routing_language === 2 && (
        <Seconds
          label="Then anybody"
          hint="After the visitor has waited for so long"
          value={draft._routing_language_seconds}
          onChange={(_routing_language_seconds) => change({ _routing_language_seconds })}
        />
      )}
      <fieldset>
        <legend>Alerts</legend>
        <Seconds
          label="First answer"
          hint="The agent and supervisors are called when it is overdue"
          value={draft._first_answer_seconds}
          onChange={(_first_answer_seconds) => change({ _first_answer_seconds })}
        />
        <Seconds
          label="Later answers"
          hint="The same, for every further message"
          value={draft._next_answer_seconds}
          onChange={(_next_answer_seconds) => change({ _next_answer_seconds })}
        />
      </fieldset>
      <fieldset>
        <legend>Nobody is left waiting</legend>
        <Seconds
          label="Back to the queue"
          hint="When the agent of a chat has been gone for so long"
          value={draft._release_seconds}
          onChange={(_release_seconds) => change({ _release_seconds })}
        />
        <Seconds
          label="Longest wait"
          hint="Then the chat becomes a message that was left"
          value={draft._max_wait_seconds}
          onChange={(_max_wait_seconds) => change({ _max_wait_seconds })}
        />
        <Seconds
          label="Visitor gone"
          hint="A waiting chat whose visitor has left ends after so long"
          value={draft._abandon_seconds}
          onChange={(_abandon_seconds) => change({ _abandon_seconds })}
        />
      </fieldset>
      <fieldset>
        <legend>What agents see of visitors</legend>
        <Switch
          label="Who is on the site"
          hint="Agents see the pages visitors are on, and may invite them"
          isOn={draft._visits}
          onTurn={(_visits) => change({ _visits })}
        />
        <Switch
          label="What is being written"
          hint="Agents read along before it is sent; visitors are told so"
          isOn={draft._draft_preview}
          onTurn={(_draft_preview) => change({ _draft_preview })}
        />
      </fieldset>
    </SettingsForm>
  );
}
