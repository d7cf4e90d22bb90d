/** What can be written below a conversation, to choose among: a reply, a note, a whisper. */
import type { Chat } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { shortNameFrom } from "../names";
import { mayWhisper } from "../state/headers";
import type { ConsoleState, Mode } from "../state/state";
import { titleOf } from "../state/talks";
import { Icon, type IconName } from "./icon";
import { KeyCap } from "./small_parts";

/** How the composer looks while one of them is written. */
interface Look {
  name: string;
  key: string;
  icon: IconName | null;
  label: string;
  placeholder: string;
  /** On the button. */
  say: string;
}

interface ModesProps {
  desk: Desk;
  chat: number;
  header: Chat;
  mode: Mode;
  modes: readonly Mode[];
}

export function Modes({ desk, chat, header, mode, modes }: ModesProps) {
  return (
    <div class="modes" role="group" aria-label="What to write">
      {modes.map((one) => {
        const { name, key, icon } = lookOf(one, header);
        return (
          <button
            key={one}
            type="button"
            class="mode"
            aria-pressed={one === mode}
            aria-keyshortcuts={key.toLowerCase()}
            onClick={(event) => {
              desk.chooseMode(chat, one);
              event.currentTarget.form?.querySelector("textarea")?.focus();
            }}
          >
            {icon && <Icon name={icon} size={14} />}
            {name} <KeyCap>{key}</KeyCap>
          </button>
        );
      })}
      {!modes.includes("reply") && (
        <button type="button" class="mode" onClick={() => desk.chooseMode(chat, "reply")}>
          Cancel
        </button>
      )}
    </div>
  );
}

/** What can be written here. A whisper that was begun stays, whoever holds the chat by now. */
export function modesFor(header: Chat, { me, isSupervisor }: ConsoleState, mode: Mode, canReply: boolean): Mode[] {
  if (header.kind === "agents") return [];
  const canWhisper = mode === "whisper" || mayWhisper(header, me.id, isSupervisor);
  return [...(canReply ? ["reply" as const] : []), "note", ...(canWhisper ? ["whisper" as const] : [])];
}

export function lookOf(mode: Mode, header: Chat, me = 0): Look {
  if (header.kind === "agents") {
    const title = titleOf(header, me);
    return { name: "Reply", key: "R", icon: null, label: `Write to ${title}`, placeholder: `Write to ${title}`, say: "Send" };
  }
  switch (mode) {
    case "reply": {
      const label = `Reply to ${header.visitor.name}`;
      return { name: "Reply", key: "R", icon: null, label, placeholder: "Write a reply, or / for a canned text", say: "Send" };
    }
    case "note": {
      const placeholder = "Only staff will see this. @ names a colleague";
      return { name: "Note", key: "N", icon: "lock", label: "Note for colleagues", placeholder, say: "Add note" };
    }
    case "whisper": {
      const holder = header.participants.find(({ id }) => id === header.holder)?.name;
      const label = `Whisper to ${holder ?? "the agent"}`;
      const placeholder = `A word for ${holder ? shortNameFrom(holder) : "the agent"}. The visitor will not see it`;
      return { name: "Whisper", key: "W", icon: "whisper", label, placeholder, say: "Whisper" };
    }
  }
}
