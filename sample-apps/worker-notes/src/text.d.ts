// The `rules` of wrangler.jsonc make these modules plain text.
declare module "*.css" {
  const text: string;
  export default text;
}
