export declare const cardsHeader: string;
export declare function cards(seed?: number): string;
