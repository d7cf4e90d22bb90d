/** How it was: one tap rates, another changes it, a comment may follow. */
import type { Scene } from "../scene";
import { PersonPortrait } from "./portrait";
import { findAgent } from "../view";

const FACES = [
  "M8 16.5q4-4 8 0",
  "M8.5 16q3.5-2.5 7 0",
  "M8.5 15.5h7",
  "M8.5 14.5q3.5 2.8 7 0",
  "M7.5 13.5h9a4.5 4.5 0 0 1-9 0Z",
];
const HEAD = "M9 9.5h.01M15 9.5h.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z";

export function Rating({ scene: { state, profile, words, acts } }: { scene: Scene }) {
  const { score, comment: said } = state.rating;
  const agent = findAgent(state.chat);
  const names = [words.poor, "2 / 5", "3 / 5", "4 / 5", words.good];
  const comment = (event: SubmitEvent) => {
    event.preventDefault();
    const text = (event.currentTarget as HTMLFormElement).querySelector("textarea")!.value.trim();
    if (text) acts.ask("rate", { score, comment: text });
  };
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
           
            aria-label={names[index]}
            aria-pressed={score === index + 1}
            onClick={() => acts.ask("rate", { score: index + 1, ...(said ? { comment: said } : {}) })}
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
      {said && <p role="status">{profile.feedback_message_after || words.thanks}</p>}
      {score > 0 && !said && (
        <form class="comment" onSubmit={comment}>
          <textarea rows={2} maxLength={1000} class="field" placeholder={words.comment} aria-label={words.comment} />
          <button class="button">
            {words.send}
          </button>
        </form>
      )}
    </>
  );
}
