/** The files of a message: pictures as pictures in the room kept for them, others as a card to download. */
import type { Attachment } from "../../shared/frames";
import type { Scene } from "../scene";
import { sizeText } from "../../shared/sizes";
import { Icon } from "./icon";

// Links hold for an hour from when their frame was made, which is a little before it is drawn.
const LINKS_LAST_MS = 59 * 60_000;
// A picture that fails this soon has a good link, and another fault.
const FRESH_MS = 60_000;

const drawnAt = new WeakMap<readonly Attachment[], number>();

/** `seq`: of the message; null while it is on its way. */
export function Files({ of, seq, scene }: { of: readonly Attachment[]; seq: number | null; scene: Scene }) {
  if (!drawnAt.has(of)) drawnAt.set(of, Date.now());
  const isOlderThan = (ms: number) => seq !== null && Date.now() - drawnAt.get(of)! > ms;
  const open = async (event: MouseEvent) => {
    if (!isOlderThan(LINKS_LAST_MS)) return;
    event.preventDefault();
    const link = event.currentTarget as HTMLElement;
    if (await scene.acts.renew(seq!)) link.click();
  };
  return (
    <>
      {of.map((file) =>
        file.url && file.width && file.height ? (
          <a key={file.id} class="picture" {...linkTo(file.url)} onClick={open}>
            <img
              src={file.url}
              alt={file.name}
              width={file.width}
              height={file.height}
              loading="lazy"
              onError={() => void (isOlderThan(FRESH_MS) && scene.acts.renew(seq!))}
            />
          </a>
        ) : (
          <a key={file.id} class="file" {...linkTo(file.url)} download={file.name} onClick={open}>
            <FileMark />
            <span class="file-text">
              <bdi class="file-name">{file.name}</bdi>
              <span class="file-note">{sizeText(file.size, scene.language)}</span>
            </span>
          </a>
        ),
      )}
    </>
  );
}

/** None while the message is on its way. */
export function linkTo(href: string | null | undefined) {
  return href ? { href, target: "_blank" as const, rel: "noopener noreferrer" } : {};
}

export function FileMark() {
  return (
    <span class="file-mark">
      <Icon name="file" />
    </span>
  );
}
