/** How long anything may take, in milliseconds: far more than it does on a busy machine. */
const patience = 60_000;

/**
 * What a promise gives, if it gives it in time.
 *
 * @param what is waited for, for the error's message; a function is asked when it is late
 * @throws Error after `milliseconds`
 */
export async function within<T>(
  promise: Promise<T>,
  what: string | (() => string),
  milliseconds = patience,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${milliseconds} ms: ${typeof what === "string" ? what : what()}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
