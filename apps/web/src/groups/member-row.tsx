import type { GroupInfo, MemberInfo, MemberRole } from "@redoubt/client";
import { Crown, Ellipsis, MessageCircle, ShieldHalf, User, UserMinus } from "lucide-react";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useObservable } from "../session/observable.js";
import { useSession } from "../session/session-context.js";
import { Shield } from "../trust/shield.js";
import { Avatar } from "../ui/avatar.js";
import { IconButton } from "../ui/button.js";
import { useMenu } from "../ui/menu.js";
import { NameText } from "../ui/name-text.js";
import { tell } from "../ui/notices.js";
import type { MenuItem } from "../ui/open-menu.js";
import { may, ranks, roleOf } from "./roles.js";

interface MemberRowProps {
  readonly member: MemberInfo;
  readonly group: GroupInfo;
}

/** A member, their role, and what we may do about them. */
export function MemberRow({ member, group }: MemberRowProps) {
  const t = useText();
  const session = useSession();
  const contact = useObservable(session.people.known).get(member.username);
  const picture = useObservable(session.people.pictures).get(member.username);
  const isMe = member.username === session.me.username;
  const items = useItems(member, group);
  const menu = useMenu();
  return (
    <li className="flex items-center gap-3 px-5 py-1.5">
      <Avatar title={contact?.name || member.username} id={member.username} size={38} picture={picture} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-1.5">
          <NameText name={contact?.name || member.username} className="truncate font-semibold" />
          {!isMe && contact !== undefined && <Shield username={member.username} size={14} />}
        </div>
        <div className="truncate text-small text-muted">
          <bdi>@{member.username}</bdi>
          {isMe && ` · ${t("message.you")}`}
        </div>
      </div>
      {member.role !== "member" && (
        <span className="rounded-full bg-accent-soft px-2 py-0.5 text-tiny font-semibold text-accent-strong">
          {t(`role.${member.role}`)}
        </span>
      )}
      {!isMe && items.length > 0 && (
        <IconButton
          label={t("group.member-menu", { name: member.username })}
          aria-haspopup="menu"
          className="size-8"
          onClick={(event) => menu.openBelow(event.currentTarget, items)}
        >
          <Ellipsis size={18} />
        </IconButton>
      )}
      {menu.node}
    </li>
  );
}

const roleIcons = { owner: <Crown />, admin: <ShieldHalf />, member: <User /> } as const;

function useItems(member: MemberInfo, group: GroupInfo): readonly MenuItem[] {
  const t = useText();
  const session = useSession();
  const { client, me } = session;
  const ours = roleOf(group, me.username);
  if (ours === undefined) return [];
  const attempt = (errand: Promise<unknown>) => {
    errand.catch((error: unknown) => tell(explain(error), "bad"));
  };
  const write = async () => {
    const conversation = await client.directWith(member.username);
    session.list.refresh();
    go({ place: "chat", conversation });
  };
  const changes: readonly { readonly role: MemberRole; readonly label: string }[] = [
    { role: "owner", label: t("group.make-owner") },
    { role: "admin", label: t("group.make-admin") },
    { role: "member", label: t("group.make-member") },
  ];
  const mayRank = ours === "owner";
  return [
    { label: t("group.write", { name: member.username }), icon: <MessageCircle />, run: () => attempt(write()) },
    ...changes
      .filter(({ role }) => mayRank && role !== member.role)
      .map(({ role, label }) => ({
        label,
        icon: roleIcons[role],
        run: () => attempt(client.setRole(group.conversation, member.username, role, { wait: 5_000 })),
      })),
    ...(may(group, me.username, "remove") && ranks[ours] > ranks[member.role]
      ? [
          {
            label: t("group.remove"),
            icon: <UserMinus />,
            run: () => attempt(client.removeMembers(group.conversation, [member.username], { wait: 5_000 })),
            isDangerous: true,
          },
        ]
      : []),
  ];
}
