/** Formulas as recipes write them, `β‖z_e − sg[e]‖²`, taken apart so that they can be set properly. */

export interface FormulaPart {
  /** `norm`: a double bar, drawn, since few typefaces have it. */
  kind: 'text' | 'sub' | 'sup' | 'norm';
  text: string;
}

const raised: Record<string, string> = { '²': '2', '³': '3', '¹': '1', ᵀ: 'T' };

/** `_` begins a subscript of letters and digits; raised digits become superscripts. */
export function formulaParts(formula: string): FormulaPart[] {
  const pieces = formula.match(/_[\p{L}\p{N}]+|[²³¹ᵀ]+|‖|[^_²³¹ᵀ‖]+|_/gu) ?? [];
  return pieces.map((text): FormulaPart => {
    if (text === '‖') return { kind: 'norm', text };
    if (text.length > 1 && text.startsWith('_')) return { kind: 'sub', text: text.slice(1) };
    if (text[0]! in raised) return { kind: 'sup', text: [...text].map((one) => raised[one]).join('') };
    return { kind: 'text', text };
  });
}
