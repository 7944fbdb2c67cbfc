export type Env = {
  AWS_REGION: string;
  /** Where AWS's services are, if not at AWS. */
  AWS_ENDPOINT_URL?: string;
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
  ORDERS_QUEUE_URL: string;
};
