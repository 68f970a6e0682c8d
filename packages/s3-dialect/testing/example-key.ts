/** An access key without access to anything. */
export const exampleKey = 'GOOG1EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE';
/** The secret of {@link exampleKey}. */
export const exampleSecret = 'bXlGYWtlU2VjcmV0S2V5Rm9yRG9jc09ubHkxMjM0';
