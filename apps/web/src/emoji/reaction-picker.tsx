import type { MessageInfo } from "@redoubt/client";
import { useText } from "../i18n/use-text.js";
import { useMessageActions } from "../timeline/message-actions.js";
import { Dialog } from "../ui/dialog.js";
import { EmojiGrid } from "./emoji-grid.js";

interface ReactionPickerProps {
  readonly message: MessageInfo;
  readonly onClose: () => void;
}

/** Any emoji as a reaction. */
export default function ReactionPicker({ message, onClose }: ReactionPickerProps) {
  const t = useText();
  const { react } = useMessageActions();
  return (
    <Dialog title={t("message.react-more")} onClose={onClose}>
      <EmojiGrid
        onPick={(emoji) => {
          react(message, emoji);
          onClose();
        }}
      />
    </Dialog>
  );
}
