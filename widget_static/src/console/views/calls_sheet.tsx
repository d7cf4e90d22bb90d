/** When and how the console calls: a small table of choices, each at once in force. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import type { NotifierSettings } from "../desk/notifier";
import { NEWS_KINDS, type NewsKind } from "../state/news";
import { Icon } from "./icon";

const LABELS: Record<NewsKind, string> = {
  waiting: "Somebody waits",
  message: "A visitor of mine or a colleague writes",
  mention: "A note names me",
  overdue: "An answer is overdue",
};

export function CallsSheet({ desk, onClose }: { desk: Desk; onClose(): void }) {
  const sheet = useRef<HTMLDialogElement>(null);
  const [settings, setSettings] = useState(desk.notifier.settings);
  const [isRefused, setRefused] = useState(false);
  useLayoutEffect(() => sheet.current?.showModal(), []);
  const choose = (next: NotifierSettings) => {
    desk.notifier.choose(next);
    setSettings(next);
  };
  const toggle = (list: "sounds" | "notifications", kind: NewsKind) => {
    const chosen = settings[list].includes(kind) ? settings[list].filter((one) => one !== kind) : [...settings[list], kind];
    choose({ ...settings, [list]: chosen });
    if (list === "notifications" && chosen.includes(kind)) void askPermission().then((isGranted) => setRefused(!isGranted));
  };
  return (
    <dialog
      ref={sheet}
      class="sheet calls"
      aria-labelledby="calls-title"
      onClose={onClose}
      onClick={(event) => event.target === sheet.current && sheet.current?.close()}
    >
      <div class="sheet-head">
        <h2 id="calls-title">Sounds and notifications</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => sheet.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      <table class="calls-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">When</span>
            </th>
            <th scope="col">Sound</th>
            <th scope="col">Desktop</th>
          </tr>
        </thead>
        <tbody>
          {NEWS_KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{LABELS[kind]}</th>
              {(["sounds", "notifications"] as const).map((list) => (
                <td key={list}>
                  <input
                    type="checkbox"
                    aria-label={`${LABELS[kind]}: ${list === "sounds" ? "sound" : "desktop notification"}`}
                    checked={settings[list].includes(kind)}
                    onChange={() => toggle(list, kind)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <label class="calls-volume">
        Volume
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          value={Math.round(settings.volume * 100)}
          onChange={(event) => {
            choose({ ...settings, volume: Number(event.currentTarget.value) / 100 });
            desk.notifier.tryOut();
          }}
        />
      </label>
      <p class="form-refusal calls-note" role="status">
        {isRefused && "The browser does not let this page notify. Allow it in the browser’s settings of this site."}
      </p>
    </dialog>
  );
}

async function askPermission(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  return (await Notification.requestPermission()) === "granted";
}
