/** Functions that run in the app's page: each is sent there as text and stands alone. */

/** Notes when the first message is on the screen, in milliseconds since the page began to load. */
export function noteFirstMessage(): void {
  const noted = globalThis as { firstMessage?: number };
  new MutationObserver((_, observer) => {
    if (document.querySelector("article[data-message]") === null) return;
    noted.firstMessage = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
}

/** Milliseconds from the key that sends what was typed to the bubble with it in the page. */
export async function keystrokeToBubble(text: string): Promise<number> {
  return new Promise((resolve) => {
    let pressed = 0;
    addEventListener(
      "keydown",
      () => {
        pressed = performance.now();
      },
      { capture: true, once: true },
    );
    new MutationObserver((_, observer) => {
      const articles = [...document.querySelectorAll("article[data-message]")];
      if (!articles.some((article) => article.textContent?.includes(text))) return;
      observer.disconnect();
      resolve(performance.now() - pressed);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
}

/** Calls the engine as a tab does. @returns milliseconds of each call, and how much was found in all */
export async function callEngine(options: {
  readonly method: string;
  readonly values: readonly (readonly unknown[])[];
}): Promise<{ readonly times: readonly number[]; readonly found: number }> {
  const channel = new BroadcastChannel("redoubt-engine");
  const tab = crypto.randomUUID();
  const next = (matches: (message: { readonly [name: string]: unknown }) => boolean) =>
    new Promise<{ readonly [name: string]: unknown }>((resolve) => {
      const hear = ({ data }: MessageEvent) => {
        if (!matches(data)) return;
        channel.removeEventListener("message", hear);
        resolve(data);
      };
      channel.addEventListener("message", hear);
    });
  void navigator.locks.request(`redoubt-life-${tab}`, () => new Promise(() => undefined));
  const told = next(({ kind }) => kind === "state");
  channel.postMessage({ kind: "hello" });
  const { engine } = await told;
  const times: number[] = [];
  let found = 0;
  for (const [call, values] of options.values.entries()) {
    const answered = next((message) => message["kind"] === "answer" && message["tab"] === tab);
    const start = performance.now();
    channel.postMessage({ kind: "call", engine, tab, call, target: "client", method: options.method, values });
    const { result } = (await answered) as { readonly result?: { readonly value?: readonly unknown[] } };
    times.push(performance.now() - start);
    found += result?.value?.length ?? 0;
  }
  channel.close();
  return { times, found };
}

/** Scrolls up for a while, as a wheel does. @returns milliseconds between frames, and pages of messages that were loaded */
export async function scrollUp(
  milliseconds: number,
): Promise<{ readonly frames: readonly number[]; readonly grown: number }> {
  const log = document.querySelector('[role="log"]');
  if (log === null) throw new Error("no conversation is open");
  const [frames, before]: [number[], number] = [[], log.scrollHeight];
  const start = performance.now();
  for (let last = start; last - start < milliseconds; ) {
    log.scrollTop -= 60;
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    frames.push(now - last);
    last = now;
  }
  return { frames, grown: log.scrollHeight - before };
}
