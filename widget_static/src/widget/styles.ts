/** The window's style sheets as one text. */
import base from "./styles/base.css";
import composer from "./styles/composer.css";
import header from "./styles/header.css";
import marks from "./styles/marks.css";
import messages from "./styles/messages.css";
import screens from "./styles/screens.css";
import tokens from "./styles/tokens.css";
import window from "./styles/window.css";

export const styles = [tokens, base, window, header, messages, composer, screens, marks].join("");
