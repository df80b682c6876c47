/** A hint as it stands in the code: `// @stratoswarm: memory=512Mi`. */
export interface CommentHint {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}
