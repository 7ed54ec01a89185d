/** The plan of a redoubt with four bastions, and in its middle the talk that it shelters. */
const walls =
  "M20.9 4.8L22.2 2.8L29.0 3.0L29.2 9.8L27.2 11.1L27.2 20.9L29.2 22.2L29.0 29.0L22.2 29.2L20.9 27.2L11.1 27.2L9.8 29.2L3.0 29.0L2.8 22.2L4.8 20.9L4.8 11.1L2.8 9.8L3.0 3.0L9.8 2.8L11.1 4.8Z";
const bubble =
  "M11 10h10a2.6 2.6 0 0 1 2.6 2.6v4.8a2.6 2.6 0 0 1-2.6 2.6h-4.2l-4 3.6v-3.6h-1.8a2.6 2.6 0 0 1-2.6-2.6v-4.8a2.6 2.6 0 0 1 2.6-2.6z";

export function Mark({ size }: { readonly size: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className="shrink-0">
      <path
        d={`${walls} ${bubble}`}
        fillRule="evenodd"
        className="fill-accent stroke-accent"
        strokeWidth="0.8"
        strokeLinejoin="round"
      />
    </svg>
  );
}
