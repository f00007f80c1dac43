import type { Chance } from './chance.ts';
import { ODD_TEXT } from './odd.ts';

const HOST = 'Host: x\r\n';
const CHUNKED = `${HOST}Transfer-Encoding: chunked\r\n`;

/** What is no HTTP, or HTTP that means to confuse. */
const BROKEN: readonly string[] = [
  `GET / HTTP/1.1\r\n${HOST}X: ${'a'.repeat(100_000)}\r\n\r\n`,
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${HOST}\r\n`,
  `GET / HTTP/1.1\r\n${HOST}${'X: a\r\n'.repeat(3_000)}\r\n`,
  `GET /api/v2/flags/\xff\xfe HTTP/1.1\r\n${HOST}\r\n`,
  `GET http://other.example/api/v2 HTTP/1.1\r\n${HOST}\r\n`,
  `GET //other.example/ HTTP/1.1\r\n${HOST}\r\n`,
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\r\n\r\n\r\n',
  `POST /bulk HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n[]`,
  `POST /bulk HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n[]`,
  `POST /bulk HTTP/1.1\r\n${CHUNKED}Content-Length: 2\r\n\r\n0\r\n\r\n`,
  `POST /bulk HTTP/1.1\r\n${CHUNKED}\r\nffffffffffffffff\r\n[]`,
  `POST /bulk HTTP/1.1\r\n${CHUNKED}\r\nzz\r\n[]`,
  `POST /api/v2/projects HTTP/1.1\r\n${HOST}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}`,
  `GET /all HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
  `CONNECT other.example:443 HTTP/1.1\r\n${HOST}\r\n`,
  `TRACE / HTTP/1.1\r\n${HOST}\r\n`,
  `PROPFIND / HTTP/1.1\r\n${HOST}\r\n`,
  `GET / HTTP/1.1\r\n${HOST}Cookie: slipway=${'x'.repeat(4_000)}\r\nAuthorization: \x01\r\n\r\n`,
];

/** Bytes to send as they are. */
export function brokenBytes(chance: Chance): Buffer {
  const text = chance.pick(BROKEN);
  return Buffer.from(chance.happens(30) ? text.replace('x', () => chance.draw(ODD_TEXT)) : text, 'latin1');
}

/** What is wrong with what came back; a connection that is just closed is right. */
export function judgeBytes(text: string): readonly string[] {
  return text === '' || /^HTTP\/1\.1 [234]\d\d /.test(text) ? [] : [`answered ${text.slice(0, 200)}`];
}
