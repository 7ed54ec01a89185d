import { sourceOf } from "../media/file-sources.js";
import { explain } from "../session/fault.js";
import type { Session } from "../session/session.js";
import { tell } from "../ui/notices.js";

/** Sends files as one message. What is refused is said; what waits is sent by itself later. */
export async function sendFiles(
  { client }: Session,
  conversation: string,
  files: readonly File[],
  caption: string,
): Promise<void> {
  try {
    const attachments = await Promise.all(files.map(sourceOf));
    await client.send(conversation, caption.trim(), { wait: 0, attachments });
  } catch (error) {
    tell(explain(error), "bad");
  }
}
