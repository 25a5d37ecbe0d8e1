/** Of this operator, in its user agent and its log; as in package.json. */
export const VERSION = '0.1.0';
