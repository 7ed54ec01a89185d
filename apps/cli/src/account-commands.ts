import type { ClientCommand } from "./command.js";
import { printableLine } from "./text.js";

/** A name as it was typed, with or without its @. */
export function nameOf(text: string | undefined): string {
  return (text ?? "").replace(/^@/, "");
}

const local = () => true;

const register: ClientCommand = {
  kind: "client",
  usage: "NAME [--invite CODE]",
  summary: "makes an account and a home for it; shows the 24 words that restore it",
  makesHome: true,
  run: async (client, { values, options, out }) => {
    const invite = options.get("--invite");
    const { account, username, device, recoveryKey } = await client.register(nameOf(values[0]), { invite });
    out.result({ account, username, device, recoveryKey }, ({ bold }) =>
      [
        `You are ${bold(`@${username}`)}.`,
        "These 24 words restore the account. They are not shown again: write them down, keep them secret.",
        ...[0, 6, 12, 18].map((at) => `  ${recoveryKey.slice(at, at + 6).join(" ")}`),
      ].join("\n"),
    );
  },
};

const whoami: ClientCommand = {
  kind: "client",
  usage: "",
  summary: "says whose home this is",
  isLocal: local,
  run: async (client, { out }) => {
    const { account, username, device, relay } = client.whoami();
    out.result({ account, username, device, relay }, ({ bold }) =>
      [`${bold(`@${username}`)} on ${relay}`, `account ${account}`, `device  ${device}`].join("\n"),
    );
  },
};

const verify: ClientCommand = {
  kind: "client",
  usage: "@NAME [--confirm]",
  summary: "shows the safety number to compare; --confirm says that it was the same",
  run: async (client, { values, options, out }) => {
    const found = await client.verify(nameOf(values[0]), { confirm: options.has("--confirm") });
    const { username, safetyNumber, confirmed } = found;
    const groups = safetyNumber.match(/\d{5}/g) ?? [];
    out.result({ username, safetyNumber, confirmed }, ({ bold }) =>
      [
        `Safety number with @${username}${confirmed ? ", confirmed" : ""}:`,
        ...[0, 4, 8].map((at) => `  ${bold(groups.slice(at, at + 4).join(" "))}`),
        ...(confirmed ? [] : [`Compare it with @${username} in person or by telephone; then add --confirm.`]),
      ].join("\n"),
    );
  },
};

const contacts: ClientCommand = {
  kind: "client",
  usage: "",
  summary: "lists the people one has met",
  isLocal: local,
  run: async (client, { out }) => {
    const found = client.contacts();
    for (const { username, account, state, isConfirmed, name, hasPicture } of found) {
      out.result({ username, account, state, confirmed: isConfirmed, name, hasPicture }, ({ dim }) => {
        const facts = [...(state === "accepted" ? [] : [state]), ...(isConfirmed ? ["confirmed"] : [])];
        const display = name === "" ? "" : `${printableLine(name)} `;
        return `@${username} ${display}${dim(facts.join(", "))}`.trimEnd();
      });
    }
    if (found.length === 0) out.remark("Nobody yet.");
  },
};

const unblock: ClientCommand = {
  kind: "client",
  usage: "@NAME",
  summary: "lets a blocked person write again",
  run: async (client, { values, out }) => {
    const username = nameOf(values[0]);
    await client.unblock(username);
    out.result({ username }, () => `@${username} is not blocked any more.`);
  },
};

export const accountCommands = { register, whoami, verify, contacts, unblock };
