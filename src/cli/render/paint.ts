const styles = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const;

export type Paint = Readonly<Record<(typeof styles)[number], (text: string) => string>>;

/** Text styles; each leaves the text alone when colours are off. */
export function paintWith(enabled: boolean): Paint {
  const { styleText } = process.getBuiltinModule('node:util');
  const entries = styles.map((style) => [style, enabled ? (text: string) => styleText(style, text, { validateStream: false }) : (text: string) => text] as const);
  return Object.fromEntries(entries) as Paint;
}
