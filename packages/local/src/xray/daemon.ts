import { createSocket, type Socket } from 'node:dgram';

const HEADER = /^\s*\{\s*"format"\s*:\s*"json"\s*,\s*"version"\s*:\s*1\s*\}\s*\n/;

/** Many functions may end at once: the system's own 200 KB would not hold what they send. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export interface Daemon {
  readonly address: string;
  stop(): Promise<void>;
}

/** Listens where the X-Ray SDK sends its segments, on this machine only. */
export const startDaemon = async (onDocument: (document: string) => void): Promise<Daemon> => {
  const socket: Socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
  socket.on('message', (datagram) => {
    const text = datagram.toString();
    const document = text.replace(HEADER, '');
    // Without its header it isn't the daemon's protocol, and the daemon drops it.
    if (document.length < text.length) onDocument(document);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};
