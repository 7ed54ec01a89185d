import { BackupError } from "./sealed-file.js";
import { type Surroundings, variable } from "./settings.js";
import { askSecretly, isInteractive, type Terminal } from "./terminal.js";

/** Where passphrases come from: REDOUBT_PASSPHRASE, else whoever sits at the terminal. */
export class Passphrases {
  readonly #terminal: Terminal;
  readonly #given: string | undefined;

  constructor(terminal: Terminal, surroundings: Surroundings) {
    this.#terminal = terminal;
    this.#given = variable(surroundings, "REDOUBT_PASSPHRASE");
  }

  /** One that exists already; undefined where nobody gives it. */
  async known(question: string): Promise<string | undefined> {
    if (this.#given !== undefined || !isInteractive(this.#terminal)) return this.#given;
    return (await askSecretly(this.#terminal, question)) || undefined;
  }

  /** A new one, typed twice; undefined where nobody gives it. @throws BackupError `different-passphrases` */
  async chosen(question: string): Promise<string | undefined> {
    const first = await this.known(question);
    if (first === undefined || this.#given !== undefined) return first;
    const second = await askSecretly(this.#terminal, "Once more: ");
    if (second !== first) throw new BackupError("different-passphrases");
    return first;
  }
}
