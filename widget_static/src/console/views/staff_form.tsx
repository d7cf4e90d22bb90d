/** What one agent takes: how many chats, of which teams and roles, in which languages. */
import { useState } from "preact/hooks";
import type { Named } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import type { StaffMember } from "../desk/settings";
import { wordsFrom } from "../text/settings";
import { SettingsForm, Teams, Words } from "./settings_form";

interface Props {
  desk: Desk;
  member: StaffMember;
  teams: readonly Named[];
  onSaved(member: StaffMember): void;
  onBack(): void;
}

export function StaffForm({ desk, member, teams, onSaved, onBack }: Props) {
  const [capacity, setCapacity] = useState(member.capacity === null ? "" : String(member.capacity));
  const [teamIds, setTeamIds] = useState(member.team_ids);
  const [roles, setRoles] = useState(member.role_ids.join(", "));
  const [languages, setLanguages] = useState(member.languages.join(", "));
  return (
    <SettingsForm
      title={member.name}
      save={() =>
        desk.settings.saveStaff({
          ...member,
          capacity: capacity === "" ? null : Number(capacity),
          team_ids: teamIds,
          role_ids: wordsFrom(roles).map(Number),
          languages: wordsFrom(languages),
        })
      }
      onSaved={onSaved}
      onBack={onBack}
    >
      <label class="setting">
        <span class="setting-words">
          Chats at a time
          <small>Empty: any number</small>
        </span>
        <span class="setting-number">
          <input
            type="number"
            min={1}
            max={1_000}
            step={1}
            value={capacity}
            onInput={(event) => setCapacity(event.currentTarget.value)}
          />
        </span>
      </label>
      <Teams
        legend="Teams"
        hint="Chats of these teams come here"
        teams={teams}
        chosen={teamIds}
        onChoose={setTeamIds}
      />
      <Words label="Roles" hint="Their numbers, such as 3, 4" text={roles} pattern="[0-9 ,;]*" onWrite={setRoles} />
      <Words
        label="Languages"
        hint="As tags, such as de, en, pt-BR"
        text={languages}
        pattern="[A-Za-z0-9 ,;_\-]*"
        onWrite={setLanguages}
      />
    </SettingsForm>
  );
}
