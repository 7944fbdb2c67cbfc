/** Tests of serverless apps on Greenroom. */
export { GreenroomError } from "./control.js";
export { App, Room, attach, begin as start, greenroom } from "./room.js";
