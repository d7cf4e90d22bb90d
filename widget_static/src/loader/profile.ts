/**
 * The profile as the hub gives it to a page that shows its key. Counterpart: hub/rest/halo, resource
 * ChatProfile.
 */
import type { Config } from "./config";

export interface Profile {
  name: string;
  greeting: string;
  colour: string;
  theme: string;
  /** Address of an image, or empty. */
  icon: string;
  bot_name: string;
  _chat_available: boolean;
  _chat_mode: string;
  /** Whether the chat may be rated, with what stands above and what follows. */
  enable_feedback: boolean;
  feedback_message_before: string;
  feedback_message_after: string;
  /** Whether name and e-mail are asked before a chat: 0 no, 1 as one likes, 2 they must be given. */
  _prechat: number;
  /** What visitors agree to before a chat, or empty. */
  _consent: string;
  /** Whether a message can be left while nobody can answer. */
  _offline_form: boolean;
  /** Agents see who is on the page. */
  _visits: boolean;
  /** Agents see what is being written. */
  _draft_preview: boolean;
  /** Lines in the window; times as ISO 8601. */
  _banners: { message: string; startdate?: string; enddate?: string }[];
  /** What is said beside the bubble on this page, or empty. */
  teaser: string;
  /** Who may come in; `AGENTS` for agents alone. */
  access_type: unknown;
}

export const AGENTS = 2;

// When the hub is out of reach as the page loads: a deploy takes seconds, a lost network longer.
const RETRY_AFTER_MS = [1_000, 5_000, 25_000];

/** The profile, or null after one sentence to `warn`: it is refused, or the hub stays out of reach. */
export async function fetchProfile(config: Config, warn: (sentence: string) => void): Promise<Profile | null> {
  let isTold = false;
  for (const waitMs of [...RETRY_AFTER_MS, null]) {
    const answer = await ask(config, "cors");
    if (answer?.ok) return profileFrom(await answer.json().catch(() => ({})));
    if (answer && answer.status < 500 && answer.status !== 429) {
      warn(sentenceFor(answer.status, config));
      return null;
    }
    // To a page the hub refuses, a refusal looks like a lost network, unless it asks without wanting to read the answer.
    // It tries again all the same: so does the error page of a proxy while the hub behind it is restarted.
    if (!answer && !isTold && (await ask(config, "no-cors"))) {
      warn(sentenceFor(403, config));
      isTold = true;
    }
    if (waitMs !== null) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  if (!isTold) {
    warn(`${config.chatServiceUrl} does not answer, so there is no chat on this page. Check chatServiceUrl and the network.`);
  }
  return null;
}

function ask(config: Config, mode: RequestMode): Promise<Response | null> {
  return fetch(addressOf(config), { credentials: "omit", mode }).catch(() => null);
}

function addressOf({ chatServiceUrl, configId, configKey, tenantId }: Config): string {
  const query = new URLSearchParams({ key: configKey, check_available: "true", ...(tenantId && { tenant: tenantId }) });
  return `${chatServiceUrl}/ChatProfile/${encodeURIComponent(configId)}?${query}`;
}

function sentenceFor(status: number, { configId }: Config): string {
  if (status === 403)
    return `Chat profile ${configId} does not admit this page: check configKey and the profile's allowed origins.`;
  if (status === 404) return `There is no chat profile ${configId}: check configId and configKey.`;
  return `Chat profile ${configId} could not be loaded (status ${status}).`;
}

/** The message of the first rule whose `url` is found in this page's address; `*` stands for anything. */
function teaserFrom(rules: unknown): string {
  for (const { url, message } of Array.isArray(rules) ? (rules as { url: string; message: string }[]) : []) {
    const pattern = String(url).split("*").map((part) => part.replace(/[^\w]/g, "\\$&"));
    if (new RegExp(pattern.join(".*")).test(location.href)) return String(message);
  }
  return "";
}

/** Members of the wrong type count as absent. Without word from the hub the chat is available. */
function profileFrom(answer: Record<string, unknown>): Profile {
  const text = (name: string) => (typeof answer[name] === "string" ? answer[name] : "");
  return {
    name: text("name"),
    greeting: text("greeting"),
    colour: text("colour"),
    theme: text("theme"),
    icon: text("icon"),
    bot_name: text("bot_name"),
    _chat_available: answer["_chat_available"] !== false,
    _chat_mode: text("_chat_mode"),
    enable_feedback: answer["enable_feedback"] === true,
    feedback_message_before: text("feedback_message_before"),
    feedback_message_after: text("feedback_message_after"),
    _prechat: Number(answer["_prechat"]) || 0,
    _consent: text("_consent"),
    _offline_form: answer["_offline_form"] === true,
    _visits: answer["_visits"] === true,
    _draft_preview: answer["_draft_preview"] === true,
    _banners: Array.isArray(answer["_banners"]) ? answer["_banners"] : [],
    access_type: answer["access_type"],
    teaser: teaserFrom(answer["use_bubble_popup_message_mappings"] && answer["popup_message_mappings"]),
  };
}
