/** What visitors are writing, where the profile shows it to agents: marked as not sent, and gone with its lease. */
import type { Typing } from "../state/state";
import { Icon } from "./icon";

export function DraftPreview({ typing }: { typing: readonly Typing[] }) {
  return (
    <>
      {typing.map(
        ({ id, name, draft }) =>
          draft && (
            <div key={id} class="preview" role="group" aria-label={`${name} is writing, not sent yet`}>
              <p class="preview-text" dir="auto">
                {draft}
              </p>
              <p class="preview-foot">
                <Icon name="pencil" size={14} />
                Not sent yet
              </p>
            </div>
          ),
      )}
    </>
  );
}
