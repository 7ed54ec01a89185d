import { memo } from "react";
import { showInvisible } from "./visible-text.js";

/** Grounds on which white text has a contrast of at least 4.5. */
export const avatarGrounds = [
  "#0a6558",
  "#8c4a1f",
  "#3d5a9e",
  "#7a3b78",
  "#4a6b1f",
  "#a03a4a",
  "#2b6a86",
  "#6b5a1e",
] as const;

interface AvatarProps {
  /** What is written in it. */
  readonly title: string;
  /** What decides on the colour: stays when the title changes. */
  readonly id: string;
  readonly size?: number;
  /** An object URL. */
  readonly picture?: string | undefined;
  readonly isGroup?: boolean;
}

function groundOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return avatarGrounds[sum % avatarGrounds.length] as string;
}

function initialsOf(title: string): string {
  const words = showInvisible(title)
    .trim()
    .split(/[\s_]+/u);
  const [first = "", second = ""] = words.map((word) => [...word][0] ?? "");
  return (first + second).toLocaleUpperCase();
}

/** People are rounded squares, groups have their corners cut, as the bastions of the mark. */
export const Avatar = memo(function Avatar({ title, id, size = 48, picture, isGroup = false }: AvatarProps) {
  const shape = isGroup
    ? { clipPath: "polygon(22% 0, 78% 0, 100% 22%, 100% 78%, 78% 100%, 22% 100%, 0 78%, 0 22%)" }
    : { borderRadius: size * 0.32 };
  const frame = { width: size, height: size, fontSize: size * 0.38, background: groundOf(id), ...shape };
  if (picture !== undefined) {
    return <img src={picture} alt="" style={frame} className="shrink-0 object-cover" draggable={false} />;
  }
  return (
    <span
      aria-hidden="true"
      style={frame}
      className="inline-flex shrink-0 items-center justify-center leading-none font-semibold text-white select-none"
    >
      {initialsOf(title)}
    </span>
  );
});
