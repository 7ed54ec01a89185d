/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly word: string;
  readonly text: string;
}

/** A stage of a build: what it begins from, and what is done. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly steps: readonly Instruction[];
}

/** Reads a Dockerfile of the plain kind that ours is: one instruction a line. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { image: string; name: string | undefined; steps: Instruction[] }[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, word = "", rest = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (word === "") throw new Error(`no instruction: ${line}`);
    const [image = "", , name] = rest.split(" ");
    if (word === "FROM") stages.push({ image, name, steps: [] });
    else stages.at(-1)?.steps.push({ word, text: rest });
  }
  return stages;
}
