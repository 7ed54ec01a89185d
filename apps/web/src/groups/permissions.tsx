import type { GroupInfo, GroupPermissions, MemberRole } from "@redoubt/client";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Choice } from "../ui/choice.js";
import { tell } from "../ui/notices.js";
import { roleOf } from "./roles.js";

const permissions = ["post", "add", "remove", "info", "pin"] as const satisfies readonly (keyof GroupPermissions)[];
const roles = ["member", "admin", "owner"] as const satisfies readonly MemberRole[];

/** The least role that may do each thing: owners change it, all see it. */
export function Permissions({ group }: { readonly group: GroupInfo }) {
  const t = useText();
  const { client, me } = useSession();
  const current = group.permissions;
  if (current === undefined) return null;
  const mayChange = roleOf(group, me.username) === "owner";
  return (
    <section className="border-t border-line py-3">
      <h4 className="px-5 pb-1 font-bold">{t("permissions.title")}</h4>
      {permissions.map((permission) => (
        <Choice
          key={permission}
          label={t(`permissions.${permission}`)}
          value={current[permission]}
          options={roles.map((role) => ({ value: role, label: t(`role-from.${role}`) }))}
          isDisabled={!mayChange}
          onChange={(role) => {
            client
              .editGroup(group.conversation, { permissions: { [permission]: role } }, { wait: 5_000 })
              .catch((error: unknown) => tell(explain(error), "bad"));
          }}
        />
      ))}
    </section>
  );
}
