import { Person } from "./person.js";
import { type RelayOptions, RelayProcess } from "./relay-process.js";
import { TemporaryFolder } from "./temporary-folder.js";

/** A relay, and a folder for the homes of people. */
export class World implements AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly relay: RelayProcess;

  private constructor(folder: TemporaryFolder, relay: RelayProcess) {
    this.folder = folder;
    this.relay = relay;
  }

  /** @param words further options of `redoubt-relay start` */
  static start(...words: readonly string[]): Promise<World> {
    return World.startWith({ words });
  }

  /** @param options of the relay; its data are in the world's folder unless it says otherwise */
  static async startWith(options: Partial<RelayOptions>): Promise<World> {
    const folder = new TemporaryFolder();
    try {
      return new World(folder, await RelayProcess.start({ data: folder.at("relay"), ...options }));
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  /** Somebody without an account yet. @param relay another way to the relay, such as through a proxy */
  person(name: string, relay = this.relay.url, environment: Readonly<Record<string, string>> = {}): Person {
    return new Person({ name, home: this.folder.at("homes", name), relay, environment });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
