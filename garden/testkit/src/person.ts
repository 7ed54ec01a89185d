import { within } from "./deadline.js";
import { type Run, redoubtProgram, runRedoubt } from "./programs.js";
import { RunningProcess } from "./running-process.js";

/** One object of the output: its fields by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** A command that was refused. */
export class RpcError extends Error {
  readonly code: string;
  readonly retry: boolean;

  constructor(command: readonly string[], { code, message, retry }: { code: string; message: string; retry: boolean }) {
    super(`${command.join(" ")}: ${code}: ${message}`);
    this.code = code;
    this.retry = retry;
  }
}

export interface PersonOptions {
  readonly name: string;
  /** The home's folder. */
  readonly home: string;
  /** Origin of the relay. */
  readonly relay: string;
  /** Further variables of the processes. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Somebody with a home, who uses `redoubt` in processes of their own. */
export class Person {
  readonly name: string;
  readonly home: string;
  /** Of every process of theirs. */
  readonly environment: Readonly<Record<string, string>>;

  constructor({ name, home, relay, environment = {} }: PersonOptions) {
    this.name = name;
    this.home = home;
    this.environment = { REDOUBT_HOME: home, REDOUBT_RELAY: relay, ...environment };
  }

  /** Runs one command to its end. */
  run(...words: readonly string[]): Promise<Run> {
    return runRedoubt(words, this.environment);
  }

  /** Runs one command in JSON mode, which must succeed. @returns its objects */
  async do(...words: readonly string[]): Promise<readonly Fields[]> {
    const { status, lines, errors } = await this.run("--json", ...words);
    if (status !== 0) throw new RpcError(words, (JSON.parse(errors) as { error: RpcError }).error);
    return lines.map((line) => JSON.parse(line) as Fields);
  }

  /** Comes online: one process that takes command after command. */
  rpc(): Rpc {
    return new Rpc(this.environment);
  }
}

interface OpenCommand {
  readonly words: readonly string[];
  readonly results: Fields[];
  readonly resolve: (results: readonly Fields[]) => void;
  readonly reject: (error: Error) => void;
}

interface Listener {
  readonly matches: (event: Fields) => boolean;
  readonly resolve: (event: Fields) => void;
}

/** A running `redoubt rpc`. Disposing of it kills it. */
export class Rpc implements AsyncDisposable {
  /** All that was told, from the beginning. */
  readonly events: Fields[] = [];
  readonly #running: RunningProcess;
  readonly #open = new Map<number, OpenCommand>();
  readonly #listeners = new Set<Listener>();
  #commands = 0;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#running = new RunningProcess(redoubtProgram, ["rpc"], { environment, takeLine: (line) => this.#take(line) });
    this.#running.ended.then(({ status, signal }) => {
      for (const { words, reject } of this.#open.values()) {
        reject(new Error(`rpc ended with ${signal ?? status} before ${words.join(" ")}: ${this.#running.errors}`));
      }
    });
  }

  /** Gives a command. @returns its results @throws RpcError if it is refused; Error if the process ends before */
  ask(...words: readonly string[]): Promise<readonly Fields[]> {
    this.#commands += 1;
    const number = this.#commands;
    const results = new Promise<readonly Fields[]>((resolve, reject) => {
      this.#open.set(number, { words, results: [], resolve, reject });
    });
    this.#running.write(`${JSON.stringify(words)}\n`);
    return within(results, () => `the answer to ${words.join(" ")}; stderr: ${this.#running.errors}`);
  }

  /** The same for a command with one result. */
  async askOne(...words: readonly string[]): Promise<Fields> {
    const results = await this.ask(...words);
    const [result] = results;
    if (result === undefined || results.length !== 1) throw new Error(`${words.join(" ")}: ${results.length} results`);
    return result;
  }

  /** The first event that matches, of those that were told and those that will be. */
  heard(matches: (event: Fields) => boolean, what: string): Promise<Fields> {
    const told = this.events.find(matches);
    if (told !== undefined) return Promise.resolve(told);
    const event = new Promise<Fields>((resolve) => {
      this.#listeners.add({ matches, resolve });
    });
    return within(event, () => `${what}; heard: ${JSON.stringify(this.events.slice(-20))}`);
  }

  /** The event of a message of that text from somebody else. */
  message(text: string): Promise<Fields> {
    return this.heard((event) => event["event"] === "message" && event["text"] === text, `the message ${text}`);
  }

  /** Ends the input, so that it finishes what it does. @returns the exit status */
  async end(): Promise<number | null> {
    this.#running.endInput();
    return (await within(this.#running.ended, () => `the end of rpc; stderr: ${this.#running.errors}`)).status;
  }

  /** Ends it by a signal that nobody can catch. */
  async kill(): Promise<void> {
    await this.#running.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #take(line: string): void {
    const fields = JSON.parse(line) as Fields;
    if (typeof fields["event"] === "string") this.#tell(fields);
    else this.#answer(fields);
  }

  #tell(event: Fields): void {
    this.events.push(event);
    for (const listener of [...this.#listeners]) {
      if (!listener.matches(event)) continue;
      this.#listeners.delete(listener);
      listener.resolve(event);
    }
  }

  #answer({ command, ...fields }: Fields): void {
    const open = this.#open.get(command as number);
    if (open === undefined) throw new Error(`an answer to command ${String(command)}, which nobody gave`);
    if (fields["error"] === undefined && fields["done"] === undefined) {
      open.results.push(fields);
      return;
    }
    this.#open.delete(command as number);
    if (fields["error"] === undefined) open.resolve(open.results);
    else open.reject(new RpcError(open.words, fields["error"] as RpcError));
  }
}
