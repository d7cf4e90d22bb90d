/** What is to go with the next reply: how far each file is, and a way to leave it. */
import type { DraftFile } from "../state/state";
import { sizeText } from "../times";
import { Icon } from "./icon";

interface Props {
  files: readonly DraftFile[];
  onRemove(key: string): void;
}

export function DraftFiles({ files, onRemove }: Props) {
  if (files.length === 0) return null;
  return (
    <ul class="draft-files" aria-label="Files that go with the reply">
      {files.map((file) => (
        <li key={file.key} class="draft-file" data-state={stateOf(file)}>
          <Icon name={file.refusal === null ? "file" : "alert"} size={16} />
          <span class="file-words">
            <bdi class="file-name">{file.name}</bdi>
            <span class="file-size" role="status">
              {noteFrom(file)}
            </span>
          </span>
          <button type="button" class="icon-button" aria-label={`Remove ${file.name}`} onClick={() => onRemove(file.key)}>
            <Icon name="close" size={16} />
          </button>
          {stateOf(file) === "sending" && <progress max={file.size} value={file.sent} aria-hidden="true" />}
        </li>
      ))}
    </ul>
  );
}

function stateOf(file: DraftFile): "sending" | "ready" | "refused" {
  if (file.refusal !== null) return "refused";
  return file.stored ? "ready" : "sending";
}

function noteFrom(file: DraftFile): string {
  switch (stateOf(file)) {
    case "refused":
      return file.refusal!;
    case "ready":
      return sizeText(file.size);
    case "sending":
      return `${Math.floor((100 * file.sent) / file.size)} % of ${sizeText(file.size)}`;
  }
}
