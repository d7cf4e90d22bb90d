/** A panel over the conversation, with a name and a way out. */
import { Icon } from "../../widget/parts/icon";
import { takeFocus } from "../../widget/focus";
import type { AgentScene } from "../scene";

export function Panel({ name, title, scene, children }: { name: string; title: string; scene: AgentScene; children?: unknown }) {
  const close = () => scene.agent.show("none");
  return (
    <>
      <div class="veil dim" onClick={close} />
      <div ref={takeFocus} class="question details" role="dialog" aria-labelledby={name} tabIndex={-1}>
        <div class="panel-head">
          <h3 id={name} class="question-title">
            {title}
          </h3>
          <button type="button" class="tool" aria-label={scene.words.close} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {children as never}
      </div>
    </>
  );
}
