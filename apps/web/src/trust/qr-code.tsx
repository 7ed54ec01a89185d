import { useMemo } from "react";
import { encode } from "uqr";

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

/** Modules of white that a reader needs around a code (ISO/IEC 18004 §9.1). */
const quiet = 4;

/** A text as a QR code: always dark on white, for readers do not know about dark themes. */
export function QrCode({ text, label }: QrCodeProps) {
  const { path, size } = useMemo(() => {
    const { data } = encode(text, { ecc: "M", border: quiet });
    const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { path: dark.join(""), size: data.length };
  }, [text]);
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="mx-auto block w-56 max-w-full rounded-medium bg-white"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#10302a" />
    </svg>
  );
}
