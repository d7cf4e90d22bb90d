/** The files of a message: pictures in the room that is kept for them, others as a card to save. */
import { useEffect } from "preact/hooks";
import type { Attachment } from "../../shared/frames";
import type { Desk } from "../desk/desk";
import { sizeText } from "../times";
import { Icon } from "./icon";

interface Props {
  desk: Desk;
  files: readonly Attachment[];
  /** The event they came with; null while they are on their way. */
  event: { chat: number; seq: number; id: number } | null;
}

// Often enough that no address ends while one looks at it.
const LOOK_EVERY_MS = 60_000;

export function MessageFiles({ desk, files, event }: Props) {
  useEffect(() => {
    if (!event) return;
    const timer = setInterval(() => desk.files.refresh(event), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [event?.id]);
  return (
    <>
      {files.map((file) =>
        file.url && file.width && file.height ? (
          <a key={file.id} class="picture" href={file.url} target="_blank" rel="noopener noreferrer">
            <img
              src={file.url}
              alt={file.name}
              width={file.width}
              height={file.height}
              loading="lazy"
              onError={() => event && desk.files.refresh(event, true)}
            />
          </a>
        ) : (
          <a
            key={file.id}
            class="file"
            {...(file.url ? { href: file.url, target: "_blank", rel: "noopener noreferrer", download: file.name } : {})}
          >
            <Icon name="file" />
            <span class="file-words">
              <bdi class="file-name">{file.name}</bdi>
              <span class="file-size">{sizeText(file.size)}</span>
            </span>
          </a>
        ),
      )}
    </>
  );
}
