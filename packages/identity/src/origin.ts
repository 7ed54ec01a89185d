const maxLength = 255;
const form = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

/** Whether a text may be the origin of a relay (RFC 6454 §6.2, in lower case): at most 255 of ASCII, without a path. */
export function isOrigin(text: string): boolean {
  return text.length <= maxLength && form.test(text);
}
