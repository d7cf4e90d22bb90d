/** Who sits before the page: an id token of the page's, and after that what the hub has given for it. */
import type { Hello } from "../shared/commands";
import type { Keep } from "../shared/outbox";

const CLIENT = "agent-page/1";

export class PageSession {
  private idToken = "";
  private token: string;
  /** Whose token it is; null: nobody has said yet. */
  agent: number | null;

  /** `place` outlives a reload of the tab, and nothing else. */
  constructor(private readonly place: Keep) {
    const [token = "", agent] = (place.load() ?? "").split(" ");
    this.token = token;
    this.agent = Number(agent) || null;
  }

  /** Whether there is anything by which the hub could know the agent. */
  get isIdentified(): boolean {
    return (this.idToken || this.token) !== "";
  }

  /** What goes with calls over HTTP. */
  readonly headers = (): Record<string, string> => (this.token ? { Authorization: `Bearer ${this.token}` } : {});

  /** What the hello says of it. */
  readonly introduce = (): Partial<Hello> => ({
    client: CLIENT,
    ...(this.idToken ? { id_token: this.idToken } : { token: this.token }),
  });

  /** The page says who it is now. */
  identify(idToken: string): void {
    this.idToken = idToken;
    this.agent = null;
  }

  /** The hub's own token takes the place of the page's word. */
  take(token: string, agent: number): void {
    this.token = token;
    this.agent = agent;
    this.idToken = "";
    this.place.save(`${token} ${agent}`);
  }

  forget(): void {
    this.idToken = this.token = "";
    this.agent = null;
    this.place.save("");
  }
}
