/** Whether somebody accepts connections on a unix socket. A file that a dead daemon left behind does not count. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = process.getBuiltinModule('node:net').connect(path);
    const settle = (there: boolean) => {
      connection.destroy();
      resolve(there);
    };
    connection.once('connect', () => settle(true));
    connection.once('error', () => settle(false));
  });
}
