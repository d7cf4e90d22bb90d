/**
 * What the widget keeps in the browser of the visitor, and where; the loader asks whether there is something
 * to resume.
 */
import type { Keep } from "../shared/outbox";
import type { Config } from "./config";

// As long as a visitor may reasonably come back to the same conversation.
const TOKEN_DAYS = 30;

/** The visitor's token: in a first-party cookie, else in storage, else as long as the page lives. */
export interface TokenKeep {
  load(): string | null;
  save(token: string): void;
  forget(): void;
}

const nothing: TokenKeep = { load: () => null, save: () => {}, forget: () => {} };

/** What is kept for one profile. */
export interface Kept {
  /** Also names the lock that tabs take before the first token is theirs. */
  name: string;
  token: TokenKeep;
  /** Of this tab: what is written and not said yet. */
  draft: Keep;
  /** Of this tab: what is said and not acknowledged yet. */
  errands: Keep;
  /** Of this tab: whether the window stands open, for `keepChatWindowOpen`. */
  open: Keep;
}

export function keptFor(config: Config): Kept {
  const name = `hub_chat_${config.configId.replace(/[^\w-]/g, "_")}`;
  return {
    name,
    token: tokenKeepFor(config, name),
    draft: storageKeep(() => sessionStorage, `${name}_draft`),
    errands: storageKeep(() => sessionStorage, `${name}_errands`),
    open: storageKeep(() => sessionStorage, `${name}_open`),
  };
}

/** Whether an earlier page left a conversation or unsent words. */
export function isAnythingKept({ token, errands }: Kept): boolean {
  return token.load() !== null || (errands.load() ?? "[]") !== "[]";
}

/** With `persistChatToken` off the token lives in memory alone. */
function tokenKeepFor(config: Config, name: string): TokenKeep {
  const [outer, inner] = config.persistChatToken
    ? [cookieKeep(name), storageKeep(() => localStorage, name)]
    : [nothing, nothing];
  let inMemory: string | null = null;
  return {
    load: () => outer.load() ?? inner.load() ?? inMemory,
    save(token) {
      inMemory = token;
      outer.save(token);
      if (outer.load() !== token) inner.save(token);
    },
    forget() {
      inMemory = null;
      outer.forget();
      inner.forget();
    },
  };
}

function cookieKeep(name: string): TokenKeep {
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

/** Even to name a blocked storage throws, hence the function. */
function storageKeep(storage: () => Storage, name: string): TokenKeep {
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
