import { Camera } from "lucide-react";
import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import { useText } from "../i18n/use-text.js";
import { useObjectUrl } from "../media/use-attachment.js";
import { explain } from "../session/fault.js";
import { useSession } from "../session/session-context.js";
import { Avatar } from "../ui/avatar.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { tell } from "../ui/notices.js";
import { pictureOf } from "./picture-of.js";

/** The name and the picture that contacts see; sent to them alone, encrypted. */
export function ProfileSettings() {
  const t = useText();
  const { client, me } = useSession();
  const picker = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [saved, setSaved] = useState("");
  const [picture, setPicture] = useState<Uint8Array | undefined>(undefined);
  const blob = useMemo(
    () => (picture === undefined || picture.length === 0 ? undefined : new Blob([picture.slice()])),
    [picture],
  );
  const url = useObjectUrl(blob, "image/webp");
  useEffect(() => {
    client.profile().then(
      (profile) => {
        setName(profile.name);
        setSaved(profile.name);
        setPicture(profile.picture);
      },
      (error: unknown) => tell(explain(error), "bad"),
    );
  }, [client]);

  const save = async (changes: { readonly name?: string; readonly picture?: Uint8Array }) => {
    try {
      await client.setProfile(changes);
      if (changes.name !== undefined) setSaved(changes.name);
      if (changes.picture !== undefined) setPicture(changes.picture);
      tell(t("profile.saved"));
    } catch (error) {
      tell(explain(error), "bad");
    }
  };
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    const made = await pictureOf(file);
    if (made === undefined) tell(t("profile.bad-picture"), "bad");
    else await save({ picture: made });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ name: name.trim() });
  };
  return (
    <div className="flex items-start gap-5 px-5 pt-2">
      <input
        ref={picker}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        hidden
        onChange={(event) => {
          choose(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <button
        type="button"
        aria-label={t("profile.change-picture")}
        title={t("profile.change-picture")}
        onClick={() => picker.current?.click()}
        className="group relative rounded-[1.6rem]"
      >
        <Avatar title={name || me.username} id={me.username} size={84} picture={url} />
        <span className="absolute -end-1.5 -bottom-1.5 inline-flex size-8 items-center justify-center rounded-full border-2 border-surface bg-accent text-on-accent">
          <Camera size={15} />
        </span>
      </button>
      <form onSubmit={submit} className="flex min-w-0 flex-1 items-start gap-2">
        <Field
          className="min-w-0 flex-1"
          label={t("profile.name")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={64}
          hint={<bdi>@{me.username}</bdi>}
          dir="auto"
        />
        {name.trim() !== saved && (
          <Button type="submit" className="mt-6.5 h-11">
            {t("action.save")}
          </Button>
        )}
      </form>
    </div>
  );
}
