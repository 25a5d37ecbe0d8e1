import type { SourceFile } from './content.ts';

/** One kind of source: how its object is read, and how its content is kept in an object of the same kind. */
export type SourceObject = {
  readonly plural: 'configmaps' | 'secrets';
  readonly filesOf: (object: SourceData) => readonly SourceFile[];
  readonly bodyOf: (files: readonly SourceFile[]) => object;
};

export type SourceData = {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[];
  };
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
};
