/** What a desk has around it in tests: a hub that has nothing and answers nothing, but counts what is asked of it. */
import type { Senses } from "../../src/console/desk/notifier";
import type { HubCalls, Outcome, UploadedFile } from "../../src/console/hub";

export class SilentHub implements HubCalls {
  readonly asked: string[] = [];
  /** Ends the upload under way as the hub does. */
  answerUpload: (outcome: Outcome<UploadedFile>) => void = () => {};

  readonly get = <Value>(path: string): Promise<Outcome<Value>> => this.hear(`GET ${path}`);
  readonly save = <Value>(path: string): Promise<Outcome<Value>> => this.hear(`POST ${path}`);
  readonly remove = <Value>(path: string): Promise<Outcome<Value>> => this.hear(`DELETE ${path}`);

  readonly upload = (file: File): [Promise<Outcome<UploadedFile>>, () => void] => {
    this.asked.push(`upload ${file.name}`);
    return [new Promise((resolve) => (this.answerUpload = resolve)), () => this.asked.push(`stop ${file.name}`)];
  };

  private hear<Value>(what: string): Promise<Outcome<Value>> {
    this.asked.push(what);
    return new Promise(() => {});
  }
}

/** A browser that cannot be heard. */
export const NO_SENSES: Senses = {
  load: () => null,
  save: () => {},
  isSeen: () => true,
  play: () => {},
  show: () => {},
};
