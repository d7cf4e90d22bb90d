/** The files that go with the next message: how far they are, and a way to leave them out. */
import type { Scene } from "../scene";
import type { FileUnderway } from "../state";
import { FileMark } from "./files";
import { Icon } from "./icon";
import { sizeText } from "../../shared/sizes";
import { findFile, stopFile } from "../upload";
import { fill } from "../words";

// Pixels of a preview: four times what it takes on the screen, because the narrow ones are enlarged to its width.
const HEIGHT = 144;

export function Chosen({ scene }: { scene: Scene }) {
  const { state, words, acts, language } = scene;
  const drop = (key: string) => {
    stopFile(key);
    acts.dropFile(key);
  };
  return (
    <ul class="chosen">
      {state.files.map((file) => (
        <li key={file.key} class="file">
          <Preview file={file} />
          <span class="file-text">
            <bdi class="file-name">{shortened(file.name)}</bdi>
            <span class={`file-note ${file.state === "failed" ? "bad" : ""}`} role="status">
              {noteFrom(file, scene)}
            </span>
            {file.state === "sending" && (
              <progress value={file.sent} max={file.size} aria-label={sizeText(file.size, language)} />
            )}
          </span>
          <button
           
            class="tool"
            aria-label={`${words.remove}: ${file.name}`}
            onClick={() => drop(file.key)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function noteFrom(file: FileUnderway, { state, words, language }: Scene): string {
  const size = sizeText(file.size, language);
  if (file.size > state.maxFileBytes) return fill(words.tooLarge, sizeText(state.maxFileBytes, language));
  if (file.state === "failed") return file.error || words.fileFailed;
  return file.state === "ready" ? `${words.ready} · ${size}` : `${sizeText(file.sent, language)} / ${size}`;
}

/** Drawn, not linked: pages whose policy allows pictures of the hub alone show it too. */
function Preview({ file }: { file: FileUnderway }) {
  const source = findFile(file.key);
  if (!source?.type.startsWith("image/")) return <FileMark />;
  const show = (canvas: HTMLCanvasElement | null) => {
    if (!canvas) return;
    createImageBitmap(source, { resizeHeight: HEIGHT, resizeQuality: "medium" }).then(
      (picture) => {
        Object.assign(canvas, { width: picture.width, height: HEIGHT });
        canvas.getContext("2d")?.drawImage(picture, 0, 0);
      },
      () => {},
    );
  };
  return <canvas ref={show} class="file-mark" />;
}

/** Long names lose their middle, never their ending. */
function shortened(name: string): string {
  return name.length > 30 ? `${name.slice(0, 16)}…${name.slice(-12)}` : name;
}
