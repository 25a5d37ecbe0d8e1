/** 16 hex digits that name a revision. Equal content is an equal revision. */
export type Revision = string;

/** `<rollout>.<try>`. */
export type Attempt = string;

export type Uid = string;

export type Millis = number;
