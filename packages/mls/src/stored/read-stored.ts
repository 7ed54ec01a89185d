import { MlsError } from "../error.js";

/**
 * Runs a decoder of stored bytes. Whatever it refuses says one thing: the state is damaged or of another version.
 *
 * @throws MlsError `bad-state`, with the decoder's own error as its cause
 */
export function readStored<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MlsError) || error.code === "bad-state") throw error;
    throw new MlsError("bad-state", error.code, error);
  }
}
