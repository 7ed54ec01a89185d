import { useState } from "react";
import { go } from "../app/route.js";
import { useText } from "../i18n/use-text.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { Field } from "../ui/field.js";
import { ChoosePeople } from "./choose-people.js";

/** Makes a group: a title, and the people in it. */
export default function NewGroupDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const session = useSession();
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const create = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const { conversation } = await session.client.createGroup(title.trim(), chosen);
      session.list.refresh();
      go({ place: "chat", conversation });
      onClose();
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("chats.new-group")}
      onClose={onClose}
      footer={
        <Button isBusy={isBusy} disabled={title.trim() === "" || chosen.length === 0} onClick={create}>
          {t("group.create")}
        </Button>
      }
    >
      <Field
        label={t("group.title")}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        maxLength={100}
        dir="auto"
        data-autofocus
      />
      <p className="mb-1.5 text-small font-semibold">{t("group.who")}</p>
      <ChoosePeople chosen={chosen} onChange={setChosen} />
      <p role="alert" className="mt-2 text-small text-danger">
        {fault}
      </p>
    </Dialog>
  );
}
