/** What stands under own messages: how far they have come, and what can be done about it. */
import type { Standing } from "../view";
import type { Words } from "../words";
import { Icon } from "./icon";

interface Props {
  standing: Standing;
  words: Words;
  retry(): void;
  /** Not of those who are never refused. */
  edit?(): void;
}

export function OwnFoot({ standing: { text, tone }, words, retry, edit }: Props) {
  const isBad = tone === "failed" || tone === "refused";
  return (
    <p class={`foot ${isBad ? "bad" : tone === "late" ? "late" : ""}`}>
      {isBad && <Icon name="alert" />}
      {tone === "waiting" && <Icon name="clock" />}
      <span>{text}</span>
      {isBad && (
        <button class="link" onClick={tone === "failed" ? retry : edit}>
          {tone === "failed" ? words.retryNow : words.edit}
        </button>
      )}
    </p>
  );
}
