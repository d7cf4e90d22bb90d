/** How it was: one tap rates, another changes it, a comment may follow. */
import { Component } from "preact";
import { findAgent } from "../widget/view";
import { PersonPortrait } from "../widget/parts/portrait";
import type { Scene } from "../widget/scene";

const FACES = [
  "M8 16.5q4-4 8 0",
  "M8.5 16q3.5-2.5 7 0",
  "M8.5 15.5h7",
  "M8.5 14.5q3.5 2.8 7 0",
  "M7.5 13.5h9a4.5 4.5 0 0 1-9 0Z",
];
const HEAD = "M9 9.5h.01M15 9.5h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z";

export function Rating({ scene }: { scene: Scene }) {
  const { state, profile, words, acts } = scene;
  const { score } = state;
  const agent = findAgent(state.chat);
  const names = [words.poor, "2 / 5", "3 / 5", "4 / 5", words.good];
  return (
    <>
      {agent && <PersonPortrait name={agent.name} />}
      <p id="rating" class="form-title">
        {profile.feedback_message_before || words.howWasIt}
      </p>
      <p class="file-note">{words.oneTap}</p>
      <div class="faces" role="group" aria-labelledby="rating">
        {FACES.map((mouth, index) => (
          <button
            key={index}
            type="button"
            aria-label={names[index]}
            aria-pressed={score === index + 1}
            onClick={() => acts.ask("rate", { score: index + 1 })}
          >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
              <path d={HEAD + mouth} />
            </svg>
          </button>
        ))}
      </div>
      <p class="ends" aria-hidden="true">
        <span>{words.poor}</span>
        <span>{words.good}</span>
      </p>
      {score > 0 && <Comment scene={scene} />}
    </>
  );
}

class Comment extends Component<{ scene: Scene }, { isSent: boolean }> {
  override state = { isSent: false };

  override render({ scene: { state, profile, words, acts } }: { scene: Scene }) {
    if (this.state.isSent) return <p role="status">{profile.feedback_message_after || words.thanks}</p>;
    const send = (event: SubmitEvent) => {
      event.preventDefault();
      const { value } = (event.currentTarget as HTMLFormElement).querySelector("textarea")!;
      acts.ask("rate", { score: state.score, comment: value.trim() });
      this.setState({ isSent: true });
    };
    return (
      <form class="comment" onSubmit={send}>
        <textarea rows={2} maxLength={1000} class="field" placeholder={words.comment} aria-label={words.comment} />
        <button type="submit" class="button">
          {words.send}
        </button>
      </form>
    );
  }
}
