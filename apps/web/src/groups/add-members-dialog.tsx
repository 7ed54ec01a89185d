import type { GroupInfo } from "@redoubt/client";
import { useState } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ChoosePeople } from "./choose-people.js";

interface AddMembersDialogProps {
  readonly group: GroupInfo;
  readonly onClose: () => void;
}

/** Brings people into a group. */
export function AddMembersDialog({ group, onClose }: AddMembersDialogProps) {
  const t = useText();
  const { client } = useSession();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await client.addMembers(group.conversation, chosen);
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("group.add")}
      onClose={onClose}
      footer={
        <Button isBusy={isBusy} disabled={chosen.length === 0} onClick={add}>
          {t("group.add-count", { count: chosen.length })}
        </Button>
      }
    >
      <p className="mb-3 text-small text-muted">{t("group.add-explain")}</p>
      <ChoosePeople chosen={chosen} onChange={setChosen} except={group.members.map(({ username }) => username)} />
      <p role="alert" className="mt-2 text-small text-danger">
        {fault}
      </p>
    </Dialog>
  );
}
