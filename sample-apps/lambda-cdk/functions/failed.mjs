/** What could not be handed on in three attempts: somebody should look at it. */
export async function handler({ requestContext, requestPayload, responsePayload }) {
  console.error("given up after %d attempts: %s (%s)", requestContext.approximateInvokeCount, requestPayload.id, responsePayload.errorMessage);
  return { id: requestPayload.id };
}
