/** A part that few chats need: drawn once its file is here. */
import type { Extras, Part } from "../../extras";
import type { Scene } from "../scene";

export function Extra<Name extends keyof Extras["parts"]>({
  name,
  scene,
  of,
}: {
  name: Name;
  scene: Scene;
  /** What it is about. */
  of?: Parameters<Extras["parts"][Name]>[0]["of"];
}) {
  const Drawn = scene.findExtras()?.parts[name] as Part | undefined;
  return Drawn ? <Drawn scene={scene} of={of} /> : null;
}
