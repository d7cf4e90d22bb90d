/** Calls the agent when something is news: by a sound, by the desktop, as they have chosen. */
import type { Row } from "../../shared/frames";
import { shortNameFrom } from "../names";
import { newsFrom, type News, type NewsKind } from "../state/news";
import type { ConsoleState } from "../state/state";

export interface NotifierSettings {
  readonly sounds: readonly NewsKind[];
  readonly notifications: readonly NewsKind[];
  /** 0 to 1. */
  readonly volume: number;
}

export const DEFAULT_SETTINGS: NotifierSettings = {
  sounds: ["waiting", "message", "mention", "overdue"],
  notifications: [],
  volume: 0.5,
};

/** Where the settings are kept, and how the browser is asked. Tests bring their own. */
export interface Senses {
  load(): string | null;
  save(text: string): void;
  /** Whether somebody looks at this page. */
  isSeen(): boolean;
  play(kind: NewsKind, volume: number): void;
  show(title: string, body: string, tag: string, onClick: () => void): void;
}

export class Notifier {
  settings: NotifierSettings;

  constructor(
    readonly senses: Senses,
    readonly onOpen: (chat: number) => void,
  ) {
    this.settings = settingsFrom(senses.load());
  }

  choose(settings: NotifierSettings): void {
    this.settings = settings;
    this.senses.save(JSON.stringify(settings));
  }

  /** As it sounds when somebody waits. */
  tryOut(): void {
    this.senses.play("waiting", this.settings.volume);
  }

  /** What changed between two states, told once however much of it there is: one sound, one notification a chat. */
  hear(before: ConsoleState, after: ConsoleState): void {
    // What is late calls also whoever has the chat open: nothing new has come there that they would have seen.
    const isBefore = (row: Row) => this.senses.isSeen() && after.open === row.chat;
    const news = newsFrom(before, after).filter(({ kind, row }) => kind === "overdue" || !isBefore(row));
    const loudest = news.find(({ kind }) => this.settings.sounds.includes(kind));
    if (loudest) this.senses.play(loudest.kind, this.settings.volume);
    if (this.senses.isSeen()) return;
    for (const one of news) if (this.settings.notifications.includes(one.kind)) this.show(one);
  }

  private show({ kind, row }: News): void {
    const name = row.visitor.name;
    const titles: Record<NewsKind, string> = {
      waiting: `${name} is waiting`,
      message: name,
      mention: `A note about ${shortNameFrom(name)} names you`,
      overdue: `${name} has been waiting for too long`,
    };
    const body = kind === "mention" ? row.profile.name : (row.last?.text ?? row.profile.name);
    this.senses.show(titles[kind], body, `chat-${row.chat}`, () => this.onOpen(row.chat));
  }
}

/** The settings in `text`; what cannot be read is as it comes. */
export function settingsFrom(text: string | null): NotifierSettings {
  try {
    const value = JSON.parse(text ?? "{}") as Partial<NotifierSettings>;
    return {
      sounds: Array.isArray(value.sounds) ? value.sounds : DEFAULT_SETTINGS.sounds,
      notifications: Array.isArray(value.notifications) ? value.notifications : DEFAULT_SETTINGS.notifications,
      volume: typeof value.volume === "number" ? Math.min(1, Math.max(0, value.volume)) : DEFAULT_SETTINGS.volume,
    };
  } catch {
    return DEFAULT_SETTINGS;
  }
}
