/** The sample frames that the Python tests read, too, and small frames made after them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFrame, type Chat, type EventFrame, type FromHub, type Page, type Row, type TypingEph } from "../../src/shared/frames";
import type { Agent } from "../../src/console/account";
import type { Change } from "../../src/console/state/changes";
import { reduce } from "../../src/console/state/reduce";
import { initialState, type ConsoleState } from "../../src/console/state/state";

declare const TEST_FOLDER: string;

export const NOW = 1_795_250_405_000;
export const MARTA: Agent = { id: 5, name: "Marta Lindqvist", email: "marta@shop.example" };
export const JONAS = { id: 6, name: "Jonas Weber" };

type Named<Name extends FromHub["t"]> = Extract<FromHub, { t: Name }>;

/** The sample frame `from_hub/NAME.json`, which must be of the type asked for. */
export function sample<Name extends FromHub["t"]>(name: string, type: Name): Named<Name> {
  const frame = parseFrame(readFileSync(join(TEST_FOLDER, "../../hub/live/samples/from_hub", `${name}.json`), "utf8"));
  if (frame?.t !== type) throw new Error(`${name}.json is no ${type} frame`);
  return frame as Named<Name>;
}

export function sampleTyping(): TypingEph {
  return sample("eph_typing", "eph") as TypingEph;
}

/** The sample `to_hub/NAME.json` as plain data. */
export function sampleToHub(name: string): unknown {
  return JSON.parse(readFileSync(join(TEST_FOLDER, "../../hub/live/samples/to_hub", `${name}.json`), "utf8"));
}

export function freshState(): ConsoleState {
  return initialState(MARTA, new Map());
}

/** The state after these changes; a frame stands for itself. */
export function after(state: ConsoleState, ...changes: (Change | FromHub)[]): ConsoleState {
  return changes.reduce<ConsoleState>(
    (current, one) => reduce(current, "t" in one ? { kind: "frame", frame: one, now: NOW } : one),
    state,
  );
}

/** Chat 17 of the samples: welcomed, opened, its header and four public events known. */
export function openedChat(): ConsoleState {
  const opened = after(freshState(), { kind: "opened", chat: 17 });
  return after(opened, sample("welcome_agent", "welcome"), sample("page_reset", "page"));
}

export function row(chat: number, change: Partial<Row> = {}): Row {
  return { ...sample("rows", "rows").rows[0]!, chat, ...change };
}

export function header(change: Partial<Chat> = {}): Chat {
  return { ...sample("welcome_agent", "welcome").chats[0]!, ...change };
}

/** A message of chat 17. */
export function message(seq: number, who: EventFrame["who"], text: string, change: Partial<EventFrame> = {}): EventFrame {
  return { ...sample("event_message", "event"), seq, id: 900 + seq, who, text, cid: `cid-${seq}`, ...change };
}

export function page(events: EventFrame[], change: Partial<Page> = {}): Page {
  const head = events.at(-1)?.seq ?? 0;
  return { t: "page", stream: "17", resume: "ok", events, head, more: false, ...change };
}
