/** Commands that wait for their reply, kept across reloads so that each is carried out exactly once. */
import type { Command } from "./commands";

/** Where text outlives the page; both calls may find the place closed and must not throw. */
export interface Keep {
  load(): string | null;
  save(text: string): void;
}

/** Entries in the order they were added, each until its `cid` is settled. */
export class Outbox<Entry extends { cid: string } = Command> {
  readonly #keep: Keep;
  #entries: Entry[];

  constructor(keep: Keep) {
    this.#keep = keep;
    this.#entries = parseEntries<Entry>(keep.load());
  }

  /** Adds an entry, or puts it in the place of the one with the same cid. */
  add(entry: Entry): void {
    const isKnown = this.#entries.some((kept) => kept.cid === entry.cid);
    this.#store(
      isKnown
        ? this.#entries.map((kept) => (kept.cid === entry.cid ? entry : kept))
        : [...this.#entries, entry],
    );
  }

  /** The entry that is done with, or null when it was settled before or never here. */
  settle(cid: string): Entry | null {
    const settled = this.#entries.find((kept) => kept.cid === cid) ?? null;
    if (settled) this.#store(this.#entries.filter((kept) => kept !== settled));
    return settled;
  }

  pending(): Entry[] {
    return [...this.#entries];
  }

  #store(entries: Entry[]): void {
    this.#entries = entries;
    this.#keep.save(JSON.stringify(entries));
  }
}

function parseEntries<Entry extends { cid: string }>(text: string | null): Entry[] {
  try {
    return (JSON.parse(text ?? "[]") as (Entry | null)[]).filter((entry) => entry?.cid) as Entry[];
  } catch {
    return [];
  }
}
