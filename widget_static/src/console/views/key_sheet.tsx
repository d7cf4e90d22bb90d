/** The small sheet with the keys. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { KEYS } from "../keys";
import { Icon } from "./icon";

export function KeySheet({ onClose }: { onClose(): void }) {
  const sheet = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => sheet.current?.showModal(), []);
  return (
    <dialog
      ref={sheet}
      class="sheet"
      aria-labelledby="keys-title"
      onClose={onClose}
      onClick={(event) => event.target === sheet.current && sheet.current?.close()}
    >
      <div class="sheet-head">
        <h2 id="keys-title">Keyboard</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => sheet.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      <dl>
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} class="keycap">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
