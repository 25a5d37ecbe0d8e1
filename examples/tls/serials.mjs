/** serials.mjs NAME: which certificate each pod behind NAME serves on port 8443, by its serial number, and how many serve it. */

import { lookup } from 'node:dns/promises';
import { connect } from 'node:tls';

const pods = await lookup(process.argv[2], { all: true });
const served = await Promise.all(pods.map(({ address }) => serialAt(address)));
for (const serial of [...new Set(served)].toSorted((a, b) => a.localeCompare(b)))
  console.log(`${served.filter((it) => it === serial).length} serve serial ${serial}`);

function serialAt(host) {
  return new Promise((resolve, reject) => {
    // They sign themselves: here it is the serial number that is looked at.
    const socket = connect({ host, port: 8443, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    }).on('error', reject);
  });
}
