import type { ConversationInfo, GroupInfo } from "@redoubt/client";
import { LogOut, Pencil, UserPlus } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.js";
import { MuteRow } from "../people/mute-row.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { Button, IconButton } from "../ui/button.js";
import { NameText } from "../ui/name-text.js";
import { AddMembersDialog } from "./add-members-dialog.js";
import { Disappearing } from "./disappearing.js";
import { EditGroupDialog } from "./edit-group-dialog.js";
import { LeaveDialog } from "./leave-dialog.js";
import { MemberRow } from "./member-row.js";
import { Permissions } from "./permissions.js";
import { may, ranks } from "./roles.js";

interface GroupDetailsProps {
  readonly info: ConversationInfo;
  readonly group: GroupInfo | undefined;
}

type Open = "nothing" | "add" | "edit" | "leave";

/** A group: who is in it, who may do what, and the way out. */
export function GroupDetails({ info, group }: GroupDetailsProps) {
  const t = useText();
  const { me } = useSession();
  const [open, setOpen] = useState<Open>("nothing");
  const close = () => setOpen("nothing");
  const members = (group?.members ?? []).toSorted(
    (a, b) => ranks[b.role] - ranks[a.role] || a.username.localeCompare(b.username),
  );
  return (
    <>
      <div className="flex flex-col items-center px-5 py-6 text-center">
        <Avatar title={info.title} id={info.title} size={96} isGroup />
        <h3 className="mt-3 flex max-w-full items-center gap-1 text-title font-bold wrap-anywhere">
          <NameText name={info.title} />
          {may(group, me.username, "info") && (
            <IconButton label={t("group.edit")} className="size-8" onClick={() => setOpen("edit")}>
              <Pencil size={16} />
            </IconButton>
          )}
        </h3>
        {group && <p className="text-muted">{t("group.members", { count: group.members.length })}</p>}
        {group?.description && (
          <p dir="auto" className="mt-3 wrap-anywhere whitespace-pre-wrap">
            {group.description}
          </p>
        )}
      </div>
      <MuteRow info={info} />
      <Disappearing info={info} group={group} mayChange={may(group, me.username, "info")} />
      {group && (
        <section className="border-t border-line py-3">
          <div className="flex items-center px-5 pb-1">
            <h4 className="flex-1 font-bold">{t("group.members-title")}</h4>
            {may(group, me.username, "add") && (
              <IconButton label={t("group.add")} onClick={() => setOpen("add")}>
                <UserPlus size={19} />
              </IconButton>
            )}
          </div>
          <ul>
            {members.map((member) => (
              <MemberRow key={member.account} member={member} group={group} />
            ))}
          </ul>
        </section>
      )}
      {group && <Permissions group={group} />}
      {info.state === "active" && (
        <div className="border-t border-line p-4">
          <Button look="plain" className="w-full text-danger!" onClick={() => setOpen("leave")}>
            <LogOut size={17} className="rtl:-scale-x-100" />
            {t("group.leave")}
          </Button>
        </div>
      )}
      {open === "add" && group && <AddMembersDialog group={group} onClose={close} />}
      {open === "edit" && group && <EditGroupDialog group={group} onClose={close} />}
      {open === "leave" && <LeaveDialog info={info} onClose={close} />}
    </>
  );
}
