/** The files of a message: pictures as pictures in the room kept for them, others as a card to download. */
import type { Attachment } from "../shared/frames";
import type { Scene } from "../widget/scene";
import { Icon } from "./icon";
import { sizeText } from "./sizes";

export function Files({ of, scene }: { of: readonly Attachment[]; scene: Scene }) {
  return (
    <>
      {of.map((file) =>
        file.url && file.width && file.height ? (
          <a key={file.id} class="picture" href={file.url} target="_blank" rel="noopener">
            <img src={file.url} alt={file.name} width={file.width} height={file.height} loading="lazy" />
          </a>
        ) : (
          <a key={file.id} class="file" {...linkTo(file.url)} download={file.name}>
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
