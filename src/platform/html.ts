/** A piece of HTML that can be put into another as it stands. */
export interface Html {
  html: string;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A template for HTML: what is put into it is escaped, unless it is HTML itself or a list of that. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  const inserted = values.map((value) => {
    if (typeof value !== 'object') return escaped(String(value));
    return [value]
      .flat()
      .map((one) => one.html)
      .join('');
  });
  return { html: String.raw({ raw: parts }, ...inserted) };
}
