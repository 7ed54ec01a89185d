import { emptyBytes, fromUtf8, type Random, utf8 } from "@redoubt/base";
import { ConversationError } from "../error.js";
import { mediaType, splitMediaType } from "./media-types.js";
import type { MimiContent } from "./mimi-content.js";
import { disposition, type NestedPart, type SinglePart } from "./part.js";

/** How somebody wants to be seen by the people they talk to. */
export interface ProfileCard {
  /** As NFC, at most `maxDisplayName` characters; empty for none. */
  readonly name: string;
  /** PNG, JPEG or WebP, at most `maxProfilePicture` bytes. */
  readonly picture: Uint8Array | undefined;
}

/** Characters (code points) of a display name, and bytes of a picture. */
const maxDisplayName = 64;
export const maxProfilePicture = 16 * 1024;

// Nothing that moves the cursor, ends the line or reorders what stands around the name.
const unshowable = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** A display name as it may be shown: NFC, on one line, without controls, at most `maxDisplayName` characters. */
export function displayName(name: string): string {
  const clean = name.normalize("NFC").replaceAll(unshowable, "").trim();
  return [...clean].slice(0, maxDisplayName).join("").trim();
}

/** What an image is, by its first bytes. */
function pictureType(picture: Uint8Array): string | undefined {
  const begins = (at: number, ...bytes: readonly number[]) => bytes.every((byte, i) => picture[at + i] === byte);
  if (begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (begins(0, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (begins(0, 0x52, 0x49, 0x46, 0x46) && begins(8, 0x57, 0x45, 0x42, 0x50)) return "image/webp";
  return undefined;
}

/**
 * A message that shares a profile with the members of a conversation.
 *
 * @throws ConversationError `bad-profile` for a name or picture beyond the limits, or a picture of another type
 */
export function profileMessage(random: Random, { name, picture }: ProfileCard): MimiContent {
  if ([...name.normalize("NFC")].length > maxDisplayName) throw new ConversationError("bad-profile", "the name");
  const part = { disposition: disposition.profile, language: "" };
  const text: SinglePart = {
    kind: "single",
    ...part,
    contentType: "text/plain;charset=utf-8",
    content: utf8(displayName(name)),
  };
  let body: NestedPart = text;
  if (picture !== undefined) {
    const contentType = pictureType(picture);
    if (contentType === undefined || picture.length > maxProfilePicture) {
      throw new ConversationError("bad-profile", "the picture");
    }
    const icon: SinglePart = {
      kind: "single",
      disposition: disposition.icon,
      language: "",
      contentType,
      content: picture,
    };
    body = { kind: "multi", ...part, semantics: "processAll", parts: [text, icon] };
  }
  return {
    salt: random(16),
    replaces: undefined,
    topicId: emptyBytes,
    expires: undefined,
    inReplyTo: undefined,
    extensions: new Map(),
    body,
  };
}

/** The profile in a body that has that disposition; `undefined` for what is none. A picture that is none is left out. */
export function readProfile(body: NestedPart): ProfileCard | undefined {
  const parts = body.kind === "multi" ? body.parts : [body];
  const singles = parts.filter((part) => part.kind === "single");
  const text = singles.find(({ contentType }) => splitMediaType(contentType).name === mediaType.plain);
  const name = text && fromUtf8(text.content);
  if (name === undefined) return undefined;
  const icon = singles.find((part) => part.disposition === disposition.icon)?.content;
  const isPicture = icon !== undefined && icon.length <= maxProfilePicture && pictureType(icon) !== undefined;
  return { name: displayName(name), picture: isPicture ? icon : undefined };
}
