import { type InviteOptions, makeInvite } from "@redoubt/relay";
import { type Command, dataOption, integer, readWords, UsageError } from "../command.js";

const options = {
  ...dataOption,
  uses: { type: "string", default: "1" },
  days: { type: "string", default: "30" },
} as const;

/** Makes an invite and prints it. */
export const invite: Command<InviteOptions> = {
  synopsis: "redoubt-relay invite [--data DIR] [--uses N] [--days N]",
  explanation: `  invite            makes an invite and prints it, also while the relay is running; it is shown once
  --uses N          how many people may register with it (1)
  --days N          how many days it holds, today included (30)`,
  read: (words) => {
    const { values } = readWords(words, options);
    return { data: values.data, uses: count("--uses", values.uses), days: count("--days", values.days) };
  },
  run: async (asked) => {
    console.log(makeInvite(asked));
    return 0;
  },
};

function count(option: string, text: string): number {
  const number = integer(option, text, 1_000_000);
  if (number === 0) throw new UsageError(`${option} is at least 1`);
  return number;
}
