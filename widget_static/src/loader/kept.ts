/**
 * What the widget keeps in the browser of the visitor, and where; the loader asks whether there is something
 * to resume.
 */
import type { Keep } from "../shared/outbox";
import type { Config } from "./config";

// As long as a visitor may reasonably come back to the same conversation.
const TOKEN_DAYS = 30;

/** A text that can be taken away again. */
interface Place extends Keep {
  forget(): void;
}

/** The visitor's token: in a first-party cookie, else in storage, else as long as the page lives. */
export interface TokenKeep extends Place {
  /** `isProven`: of a user, by an id token; without it the token is of the same kind as the one before. */
  save(token: string, isProven?: boolean): void;
  /** Whether it is a user's. */
  isProven(): boolean;
}

const nowhere: Place = { load: () => null, save: () => {}, forget: () => {} };

/** A text that other tabs hear of, by its name. */
interface NamedKeep extends Keep {
  name: string;
}

/** What is kept for one profile. */
export interface Kept {
  /** Also names the lock that tabs take before the first token is theirs. */
  name: string;
  token: TokenKeep;
  /** Of all tabs: what is written and not said yet. */
  draft: NamedKeep;
  /** Of all tabs: the chat that goes on; empty when the visitor has been forgotten. */
  chat: NamedKeep;
  /** Of this tab: what is said and not acknowledged yet. */
  errands: Keep;
  /** Of all tabs: the teaser that was put away. */
  teaser: Keep;
  /** Of this tab: whether the window stands open, for `keepChatWindowOpen`. */
  open: Keep;
}

export function keptFor(config: Config): Kept {
  const name = `hub_chat_${config.configId.replace(/[^\w-]/g, "_")}`;
  return {
    name,
    token: tokenKeepFor(config, name),
    draft: sharedPlace(`${name}_draft`),
    teaser: sharedPlace(`${name}_teaser`),
    chat: sharedPlace(`${name}_chat`),
    errands: storagePlace(() => sessionStorage, `${name}_errands`),
    open: storagePlace(() => sessionStorage, `${name}_open`),
  };
}

/** Whether an earlier page left a conversation or unsent words. */
export function isAnythingKept({ token, errands }: Kept): boolean {
  return token.load() !== null || (errands.load() ?? "[]") !== "[]";
}

/** With `persistChatToken` off the token of somebody unknown lives in memory alone; that of a user is kept in any case. */
function tokenKeepFor(config: Config, name: string): TokenKeep {
  const user = lastingPlace(`${name}_user`);
  const stranger = config.persistChatToken ? lastingPlace(name) : nowhere;
  let inMemory: string | null = null;
  const forget = () => {
    inMemory = null;
    user.forget();
    stranger.forget();
  };
  return {
    load: () => user.load() ?? stranger.load() ?? inMemory,
    isProven: () => user.load() !== null,
    save(token, isProven = user.load() !== null) {
      forget();
      inMemory = token;
      (isProven ? user : stranger).save(token);
    },
    forget,
  };
}

function lastingPlace(name: string): Place {
  const outer = cookiePlace(name);
  const inner = storagePlace(() => localStorage, name);
  const load = () => outer.load() ?? inner.load();
  let isTold = false;
  return {
    load,
    save(text) {
      outer.save(text);
      if (outer.load() !== text) inner.save(text);
      if (isTold || load() === text) return;
      isTold = true;
      console.warn("Chat: this browser keeps nothing. The chat ends with the page.");
    },
    forget() {
      outer.forget();
      inner.forget();
    },
  };
}

function cookiePlace(name: string): Place {
  const attributes = `; path=/; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  const write = (value: string, maxAgeS: number) => {
    try {
      document.cookie = `${name}=${value}; max-age=${maxAgeS}${attributes}`;
    } catch {
      // A sandboxed page has no cookies; the caller sees that nothing was kept.
    }
  };
  return {
    load() {
      try {
        const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
        return found ? decodeURIComponent(found.slice(name.length + 1)) || null : null;
      } catch {
        return null;
      }
    },
    save: (token) => write(encodeURIComponent(token), TOKEN_DAYS * 86_400),
    forget: () => write("", 0),
  };
}

function sharedPlace(name: string): NamedKeep {
  return { name, ...storagePlace(() => localStorage, name) };
}

/** Even to name a blocked storage throws, hence the function. */
function storagePlace(storage: () => Storage, name: string): Place {
  const attempt = <Value>(call: (open: Storage) => Value): Value | null => {
    try {
      return call(storage());
    } catch {
      return null;
    }
  };
  return {
    load: () => attempt((open) => open.getItem(name)),
    save: (text) => void attempt((open) => open.setItem(name, text)),
    forget: () => void attempt((open) => open.removeItem(name)),
  };
}
