import type { GroupInfo } from "@redoubt/client";
import { useId, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Field } from "../ui/field.js";

interface EditGroupDialogProps {
  readonly group: GroupInfo;
  readonly onClose: () => void;
}

/** Changes a group's title and description. */
export function EditGroupDialog({ group, onClose }: EditGroupDialogProps) {
  const t = useText();
  const { client } = useSession();
  const id = useId();
  const [title, setTitle] = useState(group.title);
  const [description, setDescription] = useState(group.description);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await client.editGroup(group.conversation, { title: title.trim(), description: description.trim() });
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("group.edit")}
      onClose={onClose}
      footer={
        <Button isBusy={isBusy} disabled={title.trim() === ""} onClick={save}>
          {t("action.save")}
        </Button>
      }
    >
      <Field
        label={t("group.title")}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        maxLength={100}
        hint={fault}
        isBad={fault !== undefined}
        dir="auto"
      />
      <label htmlFor={id} className="mb-1.5 block text-small font-semibold">
        {t("group.description")}
      </label>
      <textarea
        id={id}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        maxLength={500}
        rows={4}
        dir="auto"
        className="w-full resize-none rounded-medium border border-line bg-raised px-3.5 py-2.5"
      />
    </Dialog>
  );
}
