/** What reading a record found wrong with it, in words for a person. */
export class RecordFault extends Error {}
